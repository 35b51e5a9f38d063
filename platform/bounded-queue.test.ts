import { expect, test, vi } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';

test('a full queue drops the oldest and keeps the newest', async () => {
  const onDrop = vi.fn();
  const queue = new BoundedQueue<number>(3, () => undefined, onDrop);
  for (const value of [1, 2, 3, 4, 5]) queue.push(value);
  queue.end();
  const seen = [];
  for await (const value of queue) seen.push(value);
  expect(seen).toEqual([3, 4, 5]);
  expect(onDrop).toHaveBeenCalledTimes(2);
});

test('one who waits is released when the queue is returned', async () => {
  const onReturn = vi.fn();
  const queue = new BoundedQueue<number>(3, onReturn);
  const waiting = queue.next();
  await queue.return();
  await queue.return();
  expect((await waiting).done).toBe(true);
  expect(onReturn).toHaveBeenCalledTimes(1);
});

test('a queue that could hold nothing is refused', () => {
  for (const limit of [0, -1, NaN]) expect(() => new BoundedQueue(limit)).toThrow(RangeError);
});
