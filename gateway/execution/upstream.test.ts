import type { ExecutionResult } from 'graphql';
import type { Client, Sink } from 'graphql-ws';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { traceFrom } from '../../platform/trace.ts';
import type { SubgraphClient } from './subgraph/client.ts';
import { createLossLog, openUpstream, type UpstreamEnd } from './upstream.ts';

const asker = {
  viewer: { scopes: [], region: 'US' },
  trace: traceFrom(undefined),
  signal: new AbortController().signal,
};
const options = { onLoss: vi.fn(), maxAttempts: 3, backoff: 1 };

/** A subgraph whose connection a test opens and breaks by hand. @param places gets the further connections that are used */
function fakeSubgraph(onSubscribe: (sink: Sink<any>) => void, places?: number[]): SubgraphClient {
  const streams = {
    subscribe: (_payload: unknown, sink: Sink<any>) => (onSubscribe(sink), () => undefined),
  } as unknown as Client;
  return {
    name: 'jobs',
    url: 'http://10.0.0.1/graphql',
    streams,
    streamsApart: (index: number) => (places?.push(index), streams),
    streamPayload: (request: object) => request,
  } as unknown as SubgraphClient;
}

/** Reads a stream to its end. */
const read = (subgraph: SubgraphClient) =>
  new Promise<{ events: ExecutionResult[]; reason: UpstreamEnd }>((resolve) => {
    const events: ExecutionResult[] = [];
    openUpstream(
      subgraph,
      { query: '' },
      asker,
      {
        next: (event) => events.push(event),
        end: (reason, last) => resolve({ events: last ? [...events, last] : events, reason }),
      },
      options,
    );
  });

test('a stream that stays away ends with a coded error that names no address', async () => {
  let attempts = 0;
  const { events, reason } = await read(
    fakeSubgraph((sink) => {
      attempts += 1;
      queueMicrotask(() => sink.error({ code: 1006, reason: '10.0.0.1' }));
    }),
  );
  expect(events).toMatchObject([{ errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] }]);
  expect(JSON.stringify(events)).not.toContain('10.0.0.1');
  expect(reason).toBe('upstream_lost');
  expect(attempts).toBe(3);
});

test.each([{}, { errors: [null] }, { errors: 'no' }, { errors: { message: 'no' } }, { errors: [{}] }])(
  'a subgraph that answers %j instead of an event has refused the stream',
  async (message) => {
    const { events, reason } = await read(fakeSubgraph((sink) => queueMicrotask(() => sink.next(message))));
    expect(events).toMatchObject([{ errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] }]);
    expect(reason).toBe('upstream_refused');
  },
);

test('an event that is no answer costs its data only', async () => {
  const { events, reason } = await read(
    fakeSubgraph((sink) =>
      queueMicrotask(() => {
        sink.next({ data: { jobs: 1 }, errors: 'none' as never });
        sink.next({ data: { jobs: 2 } });
        sink.complete();
      }),
    ),
  );
  expect(events).toMatchObject([
    { data: null, errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] },
    { data: { jobs: 2 } },
  ]);
  expect(reason).toBe('upstream_complete');
});

test('of the errors by which a subgraph refuses a stream only what clients can read is told, and whose they are', async () => {
  const { events } = await read(
    fakeSubgraph((sink) =>
      queueMicrotask(() =>
        sink.error([
          { message: 'one', path: 5, locations: 'here' },
          { message: 'two', path: ['jobs', 0], extensions: { code: 'NOT_FOUND' } },
          { message: 'three', extensions: 'none' },
        ] as never),
      ),
    ),
  );
  const serviceName = 'jobs';
  expect(events).toEqual([
    {
      errors: [
        { message: 'one', extensions: { serviceName } },
        { message: 'two', path: ['jobs', 0], extensions: { code: 'NOT_FOUND', serviceName } },
        { message: 'three', extensions: { serviceName } },
      ],
    },
  ]);
});

test('an event makes the count of losses begin again', async () => {
  let attempts = 0;
  const { events } = await read(
    fakeSubgraph((sink) => {
      attempts += 1;
      queueMicrotask(() => {
        if (attempts <= 5) sink.next({ data: { attempts } });
        sink.error(new Error('lost'));
      });
    }),
  );
  expect(events.slice(0, -1)).toEqual([1, 2, 3, 4, 5].map((attempt) => ({ data: { attempts: attempt } })));
  expect(events.at(-1)).toHaveProperty('errors');
});

test('losses of connections that lasted are not in a row, though nothing has happened on them', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let sink: Sink<any> | undefined;
  const end = vi.fn();
  const close = openUpstream(
    fakeSubgraph((given) => (sink = given)),
    { query: '' },
    asker,
    { next: vi.fn(), end },
    options,
  );
  const lose = (after: number): void => {
    vi.advanceTimersByTime(after);
    sink?.error({ code: 1006, reason: '' });
  };
  for (let hours = 1; hours <= 2 * options.maxAttempts; hours++) lose(3_600_000);
  expect(end).not.toHaveBeenCalled();
  for (let times = 1; times < options.maxAttempts; times++) lose(10_000);
  expect(end.mock.calls).toMatchObject([['upstream_lost', { errors: [{}] }]]);
  close();
});

test('pauses grow also where each connection brings an event before it is lost', async () => {
  let attempts = 0;
  const subgraph = fakeSubgraph((sink) => {
    attempts += 1;
    queueMicrotask(() => {
      sink.next({ data: { attempts } });
      sink.error({ code: 1006, reason: '' });
    });
  });
  const sink = { next: vi.fn(), end: vi.fn() };
  const close = openUpstream(subgraph, { query: '' }, asker, sink, { ...options, backoff: 20 });
  await new Promise((resolve) => setTimeout(resolve, 600));
  close();
  expect(attempts).toBeGreaterThan(2);
  expect(attempts).toBeLessThan(10);
  expect(sink.end).not.toHaveBeenCalled();
});

test.each([
  ['the subgraph got too long a message', { code: 1009, reason: '' }],
  [
    'it brought too long a message',
    { error: { code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' }, message: 'too long' },
  ],
  ['it brought no message of graphql-ws', new Error('Message is missing the type')],
])(
  'a stream whose connection breaks five times because %s ends, whatever events it had',
  async (_why, cause) => {
    const places: number[] = [];
    const { events, reason } = await read(
      fakeSubgraph((sink) => {
        queueMicrotask(() => {
          sink.next({ data: { attempt: places.length } });
          sink.error(cause);
        });
      }, places),
    );
    expect(events.slice(0, -1)).toEqual([0, 1, 2, 3, 4].map((attempt) => ({ data: { attempt } })));
    expect(events.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] });
    expect(reason).toBe('upstream_lost');
    // one of 8 at first, then one of 64
    const [first, ...others] = places;
    expect(first).toBeLessThan(8);
    for (const one of others) {
      expect(one).toBeGreaterThanOrEqual(8);
      expect(one).toBeLessThan(72);
    }
  },
);

test('what comes after the reader has left is not heard', async () => {
  let sink: Sink<any> | undefined;
  const next = vi.fn();
  const end = vi.fn();
  const subgraph = fakeSubgraph((given) => (sink = given));
  const close = openUpstream(subgraph, { query: '' }, asker, { next, end }, options);
  close();
  sink?.next({ data: {} });
  sink?.complete();
  sink?.error(new Error('lost'));
  expect(next).not.toHaveBeenCalled();
  expect(end).not.toHaveBeenCalled();
});

test('streams that are lost together are one line in the log', async () => {
  const lines: string[] = [];
  const log = createLossLog(createLogger('test', 'warn', { write: (line) => void lines.push(line) }));
  for (let stream = 0; stream < 1_000; stream++) log('jobs', 'closed with 1006');
  await vi.waitFor(() => expect(lines).toHaveLength(1), 3_000);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    subgraph: 'jobs',
    cause: 'closed with 1006',
    streams: 1_000,
  });
});
