import { expect, test } from 'vitest';
import { ClientLeft, type LeaveSignal } from '../leave-signal.ts';
import { brought, createFlights, type Brought } from './flights.ts';

const part = (key: string, ...versions: (string | null)[]) => ({ key, versions });

/** A call that ends when the test says so. */
function createCall() {
  let signal: LeaveSignal | undefined;
  let answer: (came: Brought) => void = () => {};
  let fail: (reason: Error) => void = () => {};
  return {
    send: (waiting: LeaveSignal) => {
      signal = waiting;
      return new Promise<Brought>((resolve, reject) => ([answer, fail] = [resolve, reject]));
    },
    isAborted: () => signal?.aborted,
    answer: (...entities: unknown[]) => answer(brought({ data: { _entities: entities } }, entities, true)),
    fail: () => fail(new Error('away')),
  };
}

test('a call ends when the last of those who wait for it has left, and not before', async () => {
  const flights = createFlights();
  const [first, second, third] = [new ClientLeft(), new ClientLeft(), new ClientLeft()];
  const call = createCall();
  const sent = flights.begin([part('a'), part('b')], call.send);
  sent.wait(first);
  expect(flights.find(part('b'))).toEqual({ key: 'b', versions: [], sent, index: 1 });
  sent.wait(second);
  first.abort();
  expect(call.isAborted()).toBe(false);
  sent.wait(third);
  second.abort();
  expect(call.isAborted()).toBe(false);
  third.abort();
  expect(call.isAborted()).toBe(true);
  // nobody joins what was given up
  expect(flights.find(part('a'))).toBeUndefined();
});

test('who has left already keeps nothing under way', () => {
  const flights = createFlights();
  const left = new ClientLeft();
  left.abort();
  const call = createCall();
  const sent = flights.begin([part('a')], call.send);
  sent.wait(new ClientLeft());
  sent.wait(left);
  expect(call.isAborted()).toBe(false);
  const alone = createCall();
  flights.begin([part('b')], alone.send).wait(left);
  expect(alone.isAborted()).toBe(true);
});

test('each who waits has values of its own, and the one who sent the call has those that came', async () => {
  const flights = createFlights();
  const call = createCall();
  const sent = flights.begin([part('a'), undefined], call.send);
  sent.wait(new ClientLeft());
  sent.wait(new ClientLeft());
  const came = { name: 'A' };
  call.answer(came, null);
  const { values, copies } = await sent.answer;
  expect(values?.[0]).toBe(came);
  came.name = 'changed by whoever sent it';
  expect([copies(), copies()]).toEqual([
    [{ name: 'A' }, null],
    [{ name: 'A' }, null],
  ]);
  expect(copies()?.[0]).not.toBe(copies()?.[0]);
});

test('what is over, well or not, is not under way any more, and does not end what came after it', async () => {
  const flights = createFlights();
  const [old, next] = [createCall(), createCall()];
  const begun = flights.begin([part('a', null)], old.send);
  expect(flights.find(part('a', 'an invalidation later'))).toBeUndefined();
  const later = flights.begin([part('a', 'an invalidation later')], next.send);
  old.fail();
  await expect(begun.answer).rejects.toThrow('away');
  expect(flights.find(part('a', null))).toBeUndefined();
  expect(flights.find(part('a', 'an invalidation later'))?.sent).toBe(later);
  next.answer({});
  await later.answer;
  expect(flights.find(part('a', 'an invalidation later'))).toBeUndefined();
});

test('errors are told apart by the entity that they concern', () => {
  const at = (...path: (string | number)[]) => ({ message: path.join(' '), path });
  const result = {
    data: { _entities: [{}, null] },
    errors: [at('_entities', 1, 'x'), at('_entities'), { message: 'of all' }, at('_entities', 1)],
  };
  const { errors, errorsOf } = brought(result, [{}, null], true);
  expect(errors.map(({ message }) => message)).toEqual(['_entities', 'of all']);
  expect([...errorsOf]).toEqual([[1, [at('_entities', 1, 'x'), at('_entities', 1)]]]);
  const root = brought({ data: { a: null }, errors: [at('a', 1)] }, [{ a: null }], false);
  expect([root.errors, [...root.errorsOf]]).toEqual([[at('a', 1)], []]);
});
