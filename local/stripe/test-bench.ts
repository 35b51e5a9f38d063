import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { createLogger } from '../../platform/logger.ts';
import { readBody } from '../../platform/serve.ts';
import { createStripe, type StripeStandIn } from './stripe.ts';

export const secretKey = 'sk_test_local_0123456789abcdef';
export const webhookSecret = 'whsec_local_0123456789abcdef';

/** A receiver of webhooks that takes only what the SDK verifies. */
export interface Receiver {
  readonly url: string;
  /** What arrived and was answered 200, in order. */
  readonly events: Stripe.Event[];
  /** While true every event is answered 500. */
  refuses: boolean;
  /** Resolves once so many were answered 500. */
  hasRefused(times: number): Promise<void>;
  /** The next event that is or was received and passes, oldest first. */
  receives(type: string, passes?: (object: Record<string, unknown>) => boolean): Promise<Stripe.Event>;
  close(): Promise<void>;
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const waiting = new Set<() => void>();
  let refused = 0;
  const server = createServer(async (request, response) => {
    const body = await readBody(request, 1_000_000);
    if (receiver.refuses) {
      refused++;
      response.writeHead(500).end();
    } else {
      const event = Stripe.webhooks.constructEvent(body, request.headers['stripe-signature']!, webhookSecret);
      receiver.events.push(event);
      response.writeHead(200).end();
    }
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    events: [],
    refuses: false,
    hasRefused: (times) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (refused < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    receives: (type, passes = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const event = receiver.events.find(
            (each) => each.type === type && passes(each.data.object as unknown as Record<string, unknown>),
          );
          if (!event) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

/** A client of the stand-in, made as the product makes its own. */
export function clientOf(url: string, key = secretKey): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
}

export interface Bench {
  stripe: Stripe;
  receiver: Receiver;
  standIn: StripeStandIn;
  directory: string;
  /** Ends the stand-in and starts another over the same directory. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The stand-in over a new directory, with a receiver of its events and a client. */
export async function startBench(): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'stripe-'));
  const receiver = await startReceiver();
  const start = async (): Promise<StripeStandIn> => {
    const standIn = createStripe({
      host: '127.0.0.1',
      port: 0,
      directory,
      secretKey,
      webhook: { url: receiver.url, secret: webhookSecret },
      logger: createLogger('stripe', 'silent'),
    });
    await standIn.listen();
    return standIn;
  };
  const standIn = await start();
  const bench: Bench = {
    standIn,
    stripe: clientOf(standIn.url),
    receiver,
    directory,
    async restart() {
      await bench.standIn.close();
      bench.standIn = await start();
      bench.stripe = clientOf(bench.standIn.url);
    },
    async close() {
      await bench.standIn.close();
      await receiver.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return bench;
}

export interface Catalogue {
  basic: Stripe.Price;
  premium: Stripe.Price;
  yearly: Stripe.Price;
}

/** Three prices: 10 and 20 dollars a month, 120 a year. */
export async function createCatalogue(stripe: Stripe): Promise<Catalogue> {
  const product = await stripe.products.create({ name: 'Standard' });
  const price = (amount: number, interval: 'month' | 'year') =>
    stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: amount,
      recurring: { interval },
    });
  return {
    basic: await price(1_000, 'month'),
    premium: await price(2_000, 'month'),
    yearly: await price(12_000, 'year'),
  };
}

/** A customer whose default card is one of the API's test cards. */
export async function createPayer(
  stripe: Stripe,
  card = 'pm_card_visa',
  testClock?: string,
): Promise<Stripe.Customer> {
  return await stripe.customers.create({
    email: 'payer@example.test',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
    ...(testClock !== undefined && { test_clock: testClock }),
  });
}

/** Moves a test clock, and waits until everything that was to happen has. */
export async function advance(bench: Bench, clock: string, to: number): Promise<void> {
  await bench.stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
  await bench.receiver.receives(
    'test_helpers.test_clock.ready',
    (object) => object['id'] === clock && object['frozen_time'] === to,
  );
}

/** Sends a page's form as a browser would, without following where it leads. */
export const submit = (url: string, fields: Record<string, string>): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

export const goodCard = { card_number: '4242 4242 4242 4242', exp: '12/40', cvc: '123' };
