import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { endpoint } from './endpoint.ts';
import { noSuch } from './failure.ts';
import { inRange, page } from './lists.ts';
import { apiVersion } from './objects.ts';
import { expand, flag, paging, range, text } from './parameters.ts';
import type { Transaction } from './state.ts';

/**
 * Records that something happened, and that the webhook's receiver is to hear of it: both are part of the
 * transaction that made it happen.
 * @param object as it is now; kept as a snapshot
 * @param previous the old values of what changed
 */
export function emit(
  tx: Transaction,
  type: string,
  object: unknown,
  at: number,
  previous?: Record<string, unknown>,
): void {
  const id = newId('evt');
  tx.put('events', {
    id,
    object: 'event',
    api_version: apiVersion,
    created: at,
    data: previous === undefined ? { object } : { object, previous_attributes: previous },
    livemode: false,
    pending_webhooks: 1,
    request: { ...tx.cause },
    type,
  });
  tx.put('deliveries', { id, attempts: 0, nextAttemptAt: 0 });
}

/** Records an update with what was there before; an update that changed nothing is no event. */
export function emitUpdate(tx: Transaction, type: string, before: object, after: object, at: number): void {
  const previous: Record<string, unknown> = {};
  const now = after as Record<string, unknown>;
  for (const [key, value] of Object.entries(before))
    if (JSON.stringify(value) !== JSON.stringify(now[key])) previous[key] = value;
  if (Object.keys(previous).length > 0) emit(tx, type, after, at, previous);
}

export const eventEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/events/:id',
    parameters: z.strictObject({ expand }),
    answer({ tx }, _parameters, id) {
      const event = tx.get('events', id);
      if (!event) throw noSuch('event', id);
      return event;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/events',
    parameters: z.strictObject({
      type: text.optional(),
      types: z.array(text).max(20).optional(),
      created: range.optional(),
      delivery_success: flag.optional(),
      ...paging,
    }),
    answer({ tx }, { type, types, created, delivery_success: delivered, ...paging }) {
      // `customer.*` stands for all that begin with it
      const matches = (wanted: string, is: string): boolean =>
        wanted.endsWith('*') ? is.startsWith(wanted.slice(0, -1)) : is === wanted;
      const events = tx.list(
        'events',
        (event) =>
          (type === undefined || matches(type, event.type)) &&
          (types === undefined || types.some((wanted) => matches(wanted, event.type))) &&
          inRange(event.created, created) &&
          (delivered === undefined || delivered === (event.pending_webhooks === 0)),
      );
      return page('/v1/events', events, paging);
    },
  }),
];
