import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOpenStreams, type OpenStreams, type StreamConnection } from './open-streams.ts';

let serving: string;
let streams: OpenStreams;
let revoked: Set<string>;
const ended = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  serving = 'first';
  revoked = new Set();
  ended.mockClear();
  streams = createOpenStreams({
    perViewer: 10,
    heartbeat: 10_000,
    reloadSpread: 10_000,
    supergraph: () => serving,
    isRevoked: (sessionId) => revoked.has(sessionId),
    onBegin: () => undefined,
    onEnd: ended,
  });
});
afterEach(() => {
  streams.close();
  vi.useRealTimers();
});

/** A connection with one stream, which ends when it is told to. */
function open(
  viewer: object = {},
  supergraph = serving,
): StreamConnection & { reasons: string[]; beats: number[] } {
  const connection = {
    identity: { viewer: { scopes: [], region: 'US', ...viewer }, expiresAt: undefined },
    reasons: [] as string[],
    beats: [] as number[],
    end(reason: Parameters<StreamConnection['end']>[0]) {
      connection.reasons.push(reason);
      streams.finish(stream, reason);
      streams.disconnect(connection);
    },
    beat: () => connection.beats.push(Date.now()),
  };
  const stream = streams.begin(connection, supergraph);
  streams.connect(connection);
  return connection;
}

test('streams of an API key, which has no expiry, begin anew after a quarter of an hour', () => {
  const [key, visitor] = [open({ apiKeyId: 'key_1' }), open()];
  vi.advanceTimersByTime(14 * 60_000);
  expect(key.reasons).toEqual([]);
  vi.advanceTimersByTime(62_000);
  expect([key.reasons, visitor.reasons]).toEqual([['recheck'], []]);
});

test('heartbeats come to each connection in time, and never to all at once', () => {
  const connections = Array.from({ length: 400 }, () => open());
  vi.advanceTimersByTime(20_000);
  for (const { beats } of connections) expect(beats).toHaveLength(2);
  const moments = new Map<number, number>();
  for (const { beats } of connections) for (const at of beats) moments.set(at, (moments.get(at) ?? 0) + 1);
  expect(Math.max(...moments.values())).toBeLessThanOrEqual(10);
});

test('a thousand streams of a replaced supergraph end evenly, those of the new one stay', () => {
  const old = Array.from({ length: 1_000 }, () => open());
  serving = 'second';
  const added = open();
  const over = (): number => old.filter(({ reasons }) => reasons.length > 0).length;
  vi.advanceTimersByTime(5_000);
  expect(over()).toBeGreaterThan(400);
  expect(over()).toBeLessThan(600);
  vi.advanceTimersByTime(5_500);
  expect(over()).toBe(1_000);
  expect(ended.mock.calls.every(([reason]) => reason === 'reload')).toBe(true);
  expect(added.reasons).toEqual([]);
});

test.each([
  ['back', -3_600_000],
  ['back a little', -4_000],
  ['on', 3_600_000],
])('they do so, and keys are shown again, while the clock is put %s', (_way, milliseconds) => {
  const key = open({ apiKeyId: 'key_1' });
  const old = Array.from({ length: 100 }, () => open());
  vi.advanceTimersByTime(1_000);
  serving = 'second';
  const another = open({ apiKeyId: 'key_2' });
  vi.advanceTimersByTime(1_000);
  vi.setSystemTime(Date.now() + milliseconds);
  const over = (): number => old.filter(({ reasons }) => reasons.length > 0).length;
  for (let seconds = 1; seconds < 9; seconds++) {
    const before = over();
    vi.advanceTimersByTime(1_000);
    expect(over() - before).toBeGreaterThan(5);
    expect(over() - before).toBeLessThan(15);
  }
  vi.advanceTimersByTime(2_000);
  expect([over(), key.reasons, another.reasons]).toEqual([100, ['reload'], []]);
  vi.advanceTimersByTime(15 * 60_000);
  expect(another.reasons).toEqual(['recheck']);
});

test('one of a replaced supergraph that begins after the reload was noticed ends, too', () => {
  serving = 'second';
  vi.advanceTimersByTime(20_000);
  const [late, added] = [open({}, 'first'), open()];
  vi.advanceTimersByTime(11_000);
  expect([late.reasons, added.reasons]).toEqual([['reload'], []]);
  // one of the newest is none of these, though it begins before the reload is noticed
  serving = 'third';
  const newest = open();
  vi.advanceTimersByTime(11_000);
  expect([added.reasons, newest.reasons]).toEqual([['reload'], []]);
});

test('one whose sign-in ended while it was on its way in is ended at once', () => {
  revoked.add('ses_1');
  expect(open({ userId: 'usr_1', sessionId: 'ses_1' }).reasons).toEqual(['signed_out']);
});

test('one that comes while all is being closed is sent away', () => {
  streams.close();
  expect(open().reasons).toEqual(['shutdown']);
});

test('an end is counted once, whoever ends it as well', () => {
  const connection = open();
  connection.end('client');
  connection.end('shutdown');
  expect(ended.mock.calls).toEqual([['client']]);
});
