import Stripe from 'stripe';
import type { Logger } from '../../platform/logger.ts';
import { timeItself, type State } from './state.ts';

export interface WebhookOptions {
  /** Where events are posted. */
  readonly url: string;
  /** `whsec_…`, with which they are signed. */
  readonly secret: string;
}

export interface Webhooks {
  start(): void;
  /** Waits for the delivery that is on its way. What is left is delivered at the next start. */
  stop(): Promise<void>;
}

/** Milliseconds. Stripe itself waits minutes and hours. */
const firstRetry = 500;
const longestRetry = 15_000;
const answerTimeout = 10_000;
/** After ten minutes of that the receiver is asked every ten minutes, and after three days no more. */
const quickAttempts = 45;
const slowRetry = 600_000;
const mostAttempts = 480;

const delayAfter = (attempts: number): number =>
  attempts < quickAttempts ? Math.min(longestRetry, firstRetry * 2 ** attempts) : slowRetry;

/**
 * Posts events to the receiver until it answers 2xx (https://docs.stripe.com/webhooks). A delivery is part of the
 * transaction that made its event, and goes once it has been answered: so neither a kill here nor hours without a
 * receiver lose one, and one may come twice. One is on its way at a time, in the order of the events; but those that
 * failed come after younger ones, so a receiver can rely on no order, as with Stripe.
 */
export function createWebhooks(state: State, options: WebhookOptions, logger: Logger): Webhooks {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let delivering: Promise<void> | undefined;
  /** Something changed while a delivery was on its way: it may have missed it. */
  let changed = false;
  const stopped = new AbortController();

  const next = () =>
    state.transaction(timeItself, (tx) => {
      const [delivery] = tx.list('deliveries').sort((a, b) => a.nextAttemptAt - b.nextAttemptAt);
      return delivery && { delivery, event: tx.get('events', delivery.id) };
    });

  async function post(body: string): Promise<string | null> {
    const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: options.secret });
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signature,
        },
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(answerTimeout), stopped.signal]),
      });
      await response.body?.cancel();
      return response.ok ? null : `status ${response.status}`;
    } catch (error) {
      // the receiver is down, or slow: the next attempt is for that
      return String((error as Error).cause ?? error);
    }
  }

  async function deliver(): Promise<void> {
    for (let due = next(); running && due; due = next()) {
      const { delivery, event } = due;
      const wait = delivery.nextAttemptAt - Date.now();
      if (wait > 0) return sleep(wait);
      const failure = event ? await post(JSON.stringify(event, null, 2)) : null;
      if (failure !== null && stopped.signal.aborted) return;
      state.transaction(timeItself, (tx) => {
        const givenUp = delivery.attempts >= mostAttempts;
        if (failure === null || givenUp) {
          tx.remove('deliveries', delivery.id);
          if (event && !givenUp) tx.put('events', { ...event, pending_webhooks: 0 });
          if (givenUp)
            logger.error({ event: event?.type, id: delivery.id, failure }, 'a webhook was given up');
          return;
        }
        const delay = delayAfter(delivery.attempts);
        tx.put('deliveries', {
          ...delivery,
          attempts: delivery.attempts + 1,
          nextAttemptAt: Date.now() + delay,
        });
        logger.warn({ event: event?.type, id: delivery.id, failure, delay }, 'a webhook was not taken');
      });
    }
  }

  function sleep(milliseconds: number): void {
    clearTimeout(timer);
    timer = setTimeout(wake, milliseconds);
  }
  function wake(): void {
    if (!running) return;
    changed = delivering !== undefined;
    if (changed) return;
    delivering = deliver()
      .catch((error: unknown) => {
        logger.error({ error }, 'webhooks stopped');
        sleep(longestRetry);
      })
      .finally(() => {
        delivering = undefined;
        if (changed) wake();
      });
  }

  return {
    start() {
      running = true;
      state.onChange(wake);
      wake();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      stopped.abort();
      await delivering;
    },
  };
}
