import type { Logger } from '../../platform/logger.ts';
import { expireCheckout, timeOfCheckout } from './checkout.ts';
import { wallClock } from './clocks.ts';
import { dueTime, isOver, passTime } from './lifecycle.ts';
import type { TableName } from './objects.ts';
import { timeItself, type State, type Transaction } from './state.ts';
import { arrive } from './test-clocks.ts';

export interface Scheduler {
  start(): void;
  stop(): void;
}

/** Something that time must do, and when. */
interface Due {
  at: number;
  /** The clock it lives by, or null for everybody's. */
  clock: string | null;
  run(tx: Transaction): void;
}

/** All that time has yet to do, earliest first. */
function agenda(tx: Transaction): Due[] {
  const dues: Due[] = [];
  for (const subscription of tx.list('subscriptions', (each) => !isOver(each))) {
    const at = dueTime(tx, subscription);
    if (at !== null && Number.isFinite(at))
      dues.push({ at, clock: subscription.test_clock, run: (inside) => passTime(inside, subscription, at) });
  }
  for (const session of tx.list('checkout_sessions', (each) => each.status === 'open')) {
    const clock = session.customer === null ? null : tx.get('customers', session.customer)?.test_clock;
    dues.push({
      at: session.expires_at,
      clock: clock ?? null,
      run: (inside) =>
        void expireCheckout(inside, session, Math.max(session.expires_at, timeOfCheckout(inside, session))),
    });
  }
  return dues.sort((a, b) => a.at - b.at);
}

/**
 * Does what is next, if its time has come: one step, in one transaction, so that a kill between two steps loses
 * none. Advancing test clocks go before everybody's time.
 * @returns the time of the next step in seconds since 1970 if none was done, or 'done'
 */
function step(state: State): number | 'done' {
  return state.transaction(timeItself, (tx) => {
    const dues = agenda(tx);
    const target = tx.list('clock_targets')[0];
    const clock = target && tx.get('test_clocks', target.id);
    if (target && clock) {
      const due = dues.find((each) => each.clock === clock.id && each.at <= target.time);
      if (!due) arrive(tx, clock, target.time);
      else {
        tx.put('test_clocks', { ...clock, frozen_time: Math.max(clock.frozen_time, due.at) });
        due.run(tx);
      }
      return 'done';
    }
    const due = dues.find((each) => each.clock === null);
    if (!due) return Infinity;
    if (due.at > wallClock()) return due.at;
    due.run(tx);
    return 'done';
  });
}

/** What the agenda is made of. */
const agendaTables: readonly TableName[] = [
  'subscriptions',
  'invoices',
  'checkout_sessions',
  'clock_targets',
];

/** Node's timers count milliseconds in 31 bits; what is later is looked at again before that. */
const longestSleep = 12 * 3_600_000;

/** Moves time on: periods end, trials end, failed payments are tried again, sessions expire. */
export function createScheduler(state: State, logger: Logger): Scheduler {
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const sleep = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(run, milliseconds);
  };
  function run(): void {
    try {
      const next = step(state);
      // one step a turn, so that requests are answered while a clock walks through years
      sleep(next === 'done' ? 0 : Math.min(longestSleep, Math.max(0, next * 1000 - Date.now())));
    } catch (error) {
      logger.error({ error }, 'time stood still for a subscription');
      sleep(10_000);
    }
  }

  return {
    start() {
      running = true;
      state.onChange((tables) => {
        if (running && agendaTables.some((table) => tables.has(table))) sleep(0);
      });
      sleep(0);
    },
    stop() {
      running = false;
      clearTimeout(timer);
    },
  };
}
