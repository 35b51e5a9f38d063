import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadlines, type Expiring } from './deadlines.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Adds work by its name; what expires is written down. */
function work() {
  const deadlines = new Deadlines();
  const expired: string[] = [];
  return {
    deadlines,
    expired,
    add(name: string, milliseconds: number, then?: () => void): Expiring {
      const one: Expiring = {
        deadline: performance.now() + milliseconds,
        earlier: undefined,
        later: undefined,
        expire() {
          expired.push(name);
          then?.();
        },
      };
      deadlines.add(one);
      return one;
    },
  };
}

test('each expires at its time, in whatever order it was added', () => {
  const { add, expired } = work();
  add('last', 300);
  add('first', 100);
  add('middle', 200);
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(['first']);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(['first', 'middle']);
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual(['first', 'middle', 'last']);
});

test('what is over does not expire, and what is added while others expire does', () => {
  const { add, deadlines, expired } = work();
  const over = [add('a', 100), add('b', 150), add('c', 200)];
  add('stays', 160, () => add('added', 50));
  for (const one of over) deadlines.remove(one);
  vi.advanceTimersByTime(209);
  expect(expired).toEqual(['stays']);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(['stays', 'added']);
});

test('one that expires may end others', () => {
  const { add, deadlines, expired } = work();
  add('first', 100, () => deadlines.remove(second));
  const second = add('second', 100);
  add('third', 100);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(['first', 'third']);
});

test('what expired may be taken out once more', () => {
  const { add, deadlines, expired } = work();
  const first = add('first', 100, () => deadlines.remove(first));
  add('second', 200);
  vi.advanceTimersByTime(150);
  deadlines.remove(first);
  vi.advanceTimersByTime(50);
  expect(expired).toEqual(['first', 'second']);
});

test('one timer is enough for many that are over in time', () => {
  const made = vi.spyOn(globalThis, 'setTimeout');
  const { add, deadlines, expired } = work();
  for (let index = 0; index < 1_000; index += 1) {
    deadlines.remove(add('over', 100));
    vi.advanceTimersByTime(1);
  }
  expect(made.mock.calls.length).toBeLessThan(20);
  expect(expired).toEqual([]);
  made.mockRestore();
});

describe('when the process was held up', () => {
  /** Adds work that is late when timers have their turn, `then` does something before the next turn of immediates. */
  const late = (then: (work: Work, deadlines: Deadlines) => void): Promise<readonly string[]> =>
    new Promise((resolve) => {
      vi.useRealTimers();
      const { add, deadlines, expired } = work();
      setImmediate(() => {
        const works = { one: add('one', 20), other: add('other', 20) };
        setImmediate(() => then(works, deadlines));
        const end = performance.now() + 60;
        while (performance.now() < end);
        setTimeout(() => resolve(expired), 20);
      });
    });
  interface Work {
    readonly one: Expiring;
    readonly other: Expiring;
  }

  test('what came meanwhile is over in time', async () => {
    expect(await late(({ one }, deadlines) => deadlines.remove(one))).toEqual(['other']);
  });

  test('nothing expires once it is closed', async () => {
    expect(await late((_work, deadlines) => deadlines.close())).toEqual([]);
  });
});
