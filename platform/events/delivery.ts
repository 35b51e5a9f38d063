import { setTimeout as wait } from 'node:timers/promises';
import type { AnyDomainEvent } from '../domain-events.ts';
import type { Logger } from '../logger.ts';
import { inTrace, traceFrom, traceparent } from '../trace.ts';

export interface DeliveryOptions {
  readonly logger: Logger;
  /**
   * How often a handler is called for one event before the event is set aside. The default of 12 with the default
   * backoff keeps trying for almost two minutes, so that a database that is away for one costs no event.
   */
  readonly maxAttempts?: number;
  /**
   * Milliseconds to wait after the attempt with this number (the first is 1) failed.
   * By default 100, doubled each time, 30 seconds at the most.
   */
  readonly backoff?: (attempt: number) => number;
}

export const defaultMaxAttempts = 12;
const defaultBackoff = (attempt: number): number => Math.min(100 * 2 ** (attempt - 1), 30_000);

/** How the delivery of an event to one consumer ended. */
export type Outcome =
  | { readonly status: 'handled' }
  | { readonly status: 'set aside'; readonly error: unknown }
  /** the consumer stopped between two attempts; somebody else has to handle the event */
  | { readonly status: 'stopped' };

/**
 * Calls a handler until it succeeds, fails `maxAttempts` times, or its consumer stops. The wait happens in place:
 * what comes after this event waits with it, and so the order holds.
 * @param signal aborted when the consumer stops; a running handler is never cut short
 */
export async function deliver(
  event: AnyDomainEvent,
  handler: (event: AnyDomainEvent) => Promise<void>,
  options: DeliveryOptions & { readonly group: string; readonly signal: AbortSignal },
): Promise<Outcome> {
  const { group, logger, maxAttempts = defaultMaxAttempts, backoff = defaultBackoff, signal } = options;
  // the log lines of the handler carry the trace of the change that the event tells of
  const trace = traceFrom(
    event.traceId && traceparent({ traceId: event.traceId, spanId: '0000000000000001' }),
  );
  const facts = { group, eventId: event.id, type: event.type, sequence: event.sequence };
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) return { status: 'stopped' };
    try {
      await inTrace(trace, () => handler(event));
      return { status: 'handled' };
    } catch (error) {
      if (attempt >= maxAttempts) {
        inTrace(trace, () => logger.error({ err: error, attempt, ...facts }, 'an event was set aside'));
        return { status: 'set aside', error };
      }
      inTrace(trace, () => logger.warn({ err: error, attempt, ...facts }, 'an event will be handled again'));
    }
    await wait(backoff(attempt), undefined, { signal }).catch(() => undefined); // aborted: seen above
  }
}
