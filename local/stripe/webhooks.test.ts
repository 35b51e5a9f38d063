import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import Stripe from 'stripe';
import {
  clientOf,
  createCatalogue,
  createPayer,
  goodCard,
  secretKey,
  startBench,
  startReceiver,
  submit,
  webhookSecret,
  type Bench,
} from './test-bench.ts';

describe('webhooks', () => {
  let bench: Bench | undefined;
  afterEach(async () => {
    await bench?.close();
    bench = undefined;
  });

  it('are signed so that the SDK verifies them, and tell which request caused them', async () => {
    bench = await startBench();
    const customer = await bench.stripe.customers.create({}, { idempotencyKey: 'the-key' });
    const event = await bench.receiver.receives('customer.created', ({ id }) => id === customer.id);
    expect(event).toMatchObject({
      object: 'event',
      api_version: Stripe.API_VERSION,
      livemode: false,
      request: { id: customer.lastResponse.requestId, idempotency_key: 'the-key' },
    });
  });

  it('are sent again until they are taken', async () => {
    bench = await startBench();
    bench.receiver.refuses = true;
    const customer = await bench.stripe.customers.create({});
    await bench.receiver.hasRefused(2);
    expect((await bench.stripe.events.list({ type: 'customer.created' })).data[0]!.pending_webhooks).toBe(1);
    bench.receiver.refuses = false;
    await bench.receiver.receives('customer.created', ({ id }) => id === customer.id);
  });

  it('wait for a receiver that is down, over a restart', async () => {
    bench = await startBench();
    bench.receiver.refuses = true;
    const prices = await createCatalogue(bench.stripe);
    const customer = await createPayer(bench.stripe);
    const subscription = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: prices.basic.id }],
    });
    await bench.restart();
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toEqual(subscription);
    bench.receiver.refuses = false;
    await bench.receiver.receives('customer.subscription.created', ({ id }) => id === subscription.id);
    await bench.receiver.receives('invoice.paid');
    await bench.receiver.receives('price.created', ({ id }) => id === prices.yearly.id);
  });

  it('survive kill -9, as does everything that was answered', { timeout: 60_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stripe-killed-'));
    const receiver = await startReceiver();
    receiver.refuses = true;
    const start = async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        env: { ...process.env, OPTIONS: JSON.stringify({ directory, url: receiver.url }) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      return { child, url, stripe: clientOf(url) };
    };
    let running = await start();
    try {
      const prices = await createCatalogue(running.stripe);
      const session = await running.stripe.checkout.sessions.create({
        mode: 'subscription',
        line_items: [{ price: prices.basic.id, quantity: 1 }],
        success_url: 'http://shop.test/',
      });
      expect((await submit(session.url!, goodCard)).status).toBe(303);
      running.child.kill('SIGKILL');
      await once(running.child, 'exit');
      receiver.refuses = false;
      running = await start();
      const event = await receiver.receives('checkout.session.completed', ({ id }) => id === session.id);
      const subscription = (event.data.object as Stripe.Checkout.Session).subscription as string;
      expect((await running.stripe.subscriptions.retrieve(subscription)).status).toBe('active');
      await receiver.receives('customer.subscription.created', ({ id }) => id === subscription);
    } finally {
      running.child.kill('SIGKILL');
      await receiver.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

const program = `
  import { createLogger } from ${JSON.stringify(new URL('../../platform/logger.ts', import.meta.url).href)};
  import { createStripe } from ${JSON.stringify(new URL('./stripe.ts', import.meta.url).href)};
  const { directory, url } = JSON.parse(process.env.OPTIONS);
  const standIn = createStripe({
    host: '127.0.0.1', port: 0, directory, secretKey: ${JSON.stringify(secretKey)},
    webhook: { url, secret: ${JSON.stringify(webhookSecret)} }, logger: createLogger('stripe', 'silent'),
  });
  await standIn.listen();
  console.log(standIn.url);
`;
