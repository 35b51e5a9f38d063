import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { day, wallClock } from './clocks.ts';
import { endpoint } from './endpoint.ts';
import { emit } from './events.ts';
import { invalidRequest, noSuch, StripeFailure } from './failure.ts';
import { page } from './lists.ts';
import type { TestClock } from './objects.ts';
import { expand, integer, paging, text } from './parameters.ts';
import type { Transaction } from './state.ts';

/** @throws {StripeFailure} 404 */
function testClockOf(tx: Transaction, id: string): TestClock {
  const clock = tx.get('test_clocks', id);
  if (!clock) throw noSuch('testclock', id);
  return clock;
}

/** Lets an advancing clock stand again, where it was told to. */
export function arrive(tx: Transaction, before: TestClock, at: number): void {
  const clock: TestClock = { ...before, frozen_time: at, status: 'ready', status_details: {} };
  tx.put('test_clocks', clock);
  tx.remove('clock_targets', clock.id);
  emit(tx, 'test_helpers.test_clock.ready', clock, at);
}

export const testClockEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/test_helpers/test_clocks',
    parameters: z.strictObject({ frozen_time: integer, name: text.optional(), expand }),
    answer({ tx }, { frozen_time: time, name = null }) {
      const clock: TestClock = {
        id: newId('clock'),
        object: 'test_helpers.test_clock',
        created: wallClock(),
        deletes_after: wallClock() + 30 * day,
        frozen_time: time,
        livemode: false,
        name,
        status: 'ready',
        status_details: {},
      };
      tx.put('test_clocks', clock);
      emit(tx, 'test_helpers.test_clock.created', clock, time);
      return clock;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/test_helpers/test_clocks/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => testClockOf(tx, id),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/test_helpers/test_clocks',
    parameters: z.strictObject(paging),
    answer: ({ tx }, paging) => page('/v1/test_helpers/test_clocks', tx.list('test_clocks'), paging),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/test_helpers/test_clocks/:id/advance',
    parameters: z.strictObject({ frozen_time: integer, expand }),
    // answers while the clock still moves, as the API does: the scheduler walks it to its target
    answer({ tx }, { frozen_time: target }, id) {
      const before = testClockOf(tx, id);
      if (before.status === 'advancing')
        throw new StripeFailure(429, {
          type: 'invalid_request_error',
          message: 'Test clock advancement underway - cannot perform modifications.',
        });
      if (target <= before.frozen_time)
        throw invalidRequest('The clock can only be advanced to a later time.', 'frozen_time');
      const clock: TestClock = {
        ...before,
        status: 'advancing',
        status_details: { advancing: { target_frozen_time: target } },
      };
      tx.put('test_clocks', clock);
      tx.put('clock_targets', { id, time: target });
      emit(tx, 'test_helpers.test_clock.advancing', clock, before.frozen_time);
      return clock;
    },
  }),
];
