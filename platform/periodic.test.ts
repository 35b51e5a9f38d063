import { afterEach, expect, it, vi } from 'vitest';
import { createLogger } from './logger.ts';
import { createPeriodic, type Periodic } from './periodic.ts';

const logger = createLogger('test', 'silent');
let periodic: Periodic | undefined;
afterEach(() => periodic?.close());

/** Work that is over when it is told. */
function createWork() {
  const begun: (() => void)[] = [];
  return { begun, work: () => new Promise<void>((resolve) => void begun.push(resolve)) };
}

it('runs at the start, again and again, and after what it throws', async () => {
  const work = vi.fn(async () => Promise.reject(new Error('not now')));
  periodic = createPeriodic('test', 10, logger, work);
  expect(work).not.toHaveBeenCalled();
  periodic.start();
  expect(work).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(work.mock.calls.length).toBeGreaterThan(3), { timeout: 5_000 });
});

it('never runs twice at a time, and once more if it was woken meanwhile, however often', async () => {
  const { begun, work } = createWork();
  periodic = createPeriodic('test', 60_000, logger, work);
  periodic.start();
  periodic.wake();
  periodic.wake();
  expect(begun).toHaveLength(1);
  begun[0]?.();
  await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 5_000 });
  begun[1]?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(begun).toHaveLength(2);
});

it('waits for the running work when it closes, and begins no other', async () => {
  const { begun, work } = createWork();
  periodic = createPeriodic('test', 10, logger, work);
  periodic.start();
  let closed = false;
  const closing = periodic.close().then(() => (closed = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(closed).toBe(false);
  begun[0]?.();
  await closing;
  periodic.wake();
  expect(begun).toHaveLength(1);
});
