import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient } from 'graphql-sse';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { REVOCATIONS } from '../../platform/revocations.ts';
import { BoundedQueue } from '../../platform/bounded-queue.ts';
import { follow, transports, type Follower, type Transport } from '../testing/followers.ts';
import { codeOf, startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import { startStudio, startSubgraph, type Studio, type TestSubgraph } from '../testing/subgraphs.ts';
import { multipartSubscription } from './multipart.ts';
import { serverSentEvents } from './sse.ts';

let studio: Studio;
let issuer: Issuer;
let gateway: TestGateway | undefined;
const followers: Follower[] = [];

beforeAll(async () => {
  studio = await startStudio();
  issuer = await startIssuer();
});
afterAll(async () => {
  await studio.stop();
  await issuer.stop();
});
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.leave();
  await gateway?.stop();
  gateway = undefined;
  await until(() => studio.openStreams() === 0);
});

const QUERY = 'subscription ($id: ID!) { progress(jobId: $id) { percent title { name } } }';
const event = (percent: number) => ({ data: { progress: { percent, title: { name: 'Title t1' } } } });
const IN_TIME = 5_000;

async function start(variables: Record<string, string> = {}): Promise<TestGateway> {
  const { jobs } = studio;
  // what is left out is added by a reload
  const first = { name: jobs.name, url: jobs.url, sdl: jobs.sdl.replace('child: Job', '') };
  const subgraphs = [first, studio.catalog, studio.genres];
  return (gateway = await startGateway(subgraphs, { ...issuer.variables, ADMIN_PORT: '0', ...variables }));
}
/** Swaps the supergraph for one with a field more. */
async function reload({ folder, gateway: running }: TestGateway): Promise<void> {
  const before = running.health.supergraph;
  await writeFile(path.join(folder, 'jobs.graphql'), studio.jobs.sdl);
  await until(() => running.health.supergraph !== before);
}
const open = (): Promise<number> => gateway?.metric('gateway_subscriptions_open') ?? Promise.resolve(0);
const ended = (reason: string): Promise<number> =>
  gateway?.metric(`gateway_subscriptions_ended_total{reason="${reason}"}`) ?? Promise.resolve(0);

/** Begins a stream; it is open, at its subgraph too, when this resolves. */
async function begin(transport: Transport, token?: string, id = '1'): Promise<Follower> {
  if (!gateway) throw new Error('No gateway runs.');
  const streams = await open();
  const upstreams = studio.openStreams();
  const follower = follow(transport, gateway.url, {
    query: QUERY,
    variables: { id },
    ...(token !== undefined && { token }),
  });
  followers.push(follower);
  await until(async () => (await open()) > streams && studio.openStreams() > upstreams);
  return follower;
}

describe.each(transports)('a subscription over %s', (transport) => {
  test('gets each event at once, and is told when it is complete', async () => {
    await start();
    const follower = await begin(transport);
    for (const percent of [10, 20]) {
      studio.progress.emit('percent', percent);
      await until(() => follower.results.at(-1)?.data?.['progress'].percent === percent);
    }
    studio.progress.emit('done');
    const { complete, whole = true } = await follower.ended;
    expect({ complete, whole }).toEqual({ complete: true, whole: true });
    expect(follower.results).toEqual([event(10), event(20)]);
    expect(await ended('upstream_complete')).toBe(1);
  });

  test('goes on after an event with an error, which is masked', async () => {
    await start();
    const follower = await begin(transport);
    studio.progress.emit('percent', null);
    studio.progress.emit('percent', 6);
    await until(() => follower.results.length === 2);
    expect(codeOf(follower.results[0] ?? {})).toBe('INTERNAL_SERVER_ERROR');
    expect(follower.results[1]).toEqual(event(6));
  });

  test('is closed at its subgraph when the client leaves', async () => {
    await start();
    const follower = await begin(transport);
    follower.leave();
    await until(() => studio.openStreams() === 0);
    expect([await open(), await ended('client')]).toEqual([0, 1]);
  });

  test('ends within 5 s of the expiry of its token (C40)', async () => {
    await start();
    // the first stream of all takes its time, and a token's runs from when it is made
    const first = await begin(transport);
    first.leave();
    await until(() => studio.openStreams() === 0);
    const expiresAt = Math.floor(Date.now() / 1000) + 3;
    const follower = await begin(transport, await issuer.sign({ exp: expiresAt }));
    const { at, close, codes } = await follower.ended;
    if (transport === 'websocket') expect(close).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
    else expect(codes).toEqual(['TOKEN_EXPIRED']);
    expect(at).toBeGreaterThan(expiresAt * 1000 - 100);
    expect(at).toBeLessThan(expiresAt * 1000 + IN_TIME);
    await until(() => studio.openStreams() === 0);
    expect(await ended('token_expired')).toBe(1);
  });

  test('ends within 5 s of a sign-out, and only that of the sign-in that ended', async () => {
    const { pubsub, ask } = await start();
    const token = await issuer.sign({ sub: 'usr_1', sid: 'ses_1' });
    const other = await issuer.sign({ sub: 'usr_1', sid: 'ses_2' });
    const [follower, stays] = [await begin(transport, token), await begin(transport, other)];
    const since = Date.now();
    await pubsub.publish(REVOCATIONS, { userId: 'usr_1', sessionId: 'ses_1' });
    const { at, close, codes } = await follower.ended;
    if (transport === 'websocket') expect(close).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    else expect(codes).toEqual(['UNAUTHENTICATED']);
    expect(at - since).toBeLessThan(IN_TIME);
    await until(() => studio.openStreams() === 1);
    expect(await ended('signed_out')).toBe(1);
    studio.progress.emit('percent', 10);
    await until(() => stays.results.length === 1);

    const again = await ask('{ must }', { headers: { authorization: `Bearer ${token}` } });
    expect([again.status, codeOf(again.body)]).toEqual([401, 'UNAUTHENTICATED']);
    const allowed = await ask('{ must }', { headers: { authorization: `Bearer ${other}` } });
    expect(allowed.status).toBe(200);
  });

  test('is refused with a code when the viewer has as many as it may', async () => {
    const { url } = await start({ MAX_STREAMS_PER_VIEWER: '2' });
    const token = await issuer.sign();
    const [first] = [await begin(transport, token, '1'), await begin(transport, token, '2')];
    const query = { query: QUERY, variables: { id: '3' }, token };
    const refused = follow(transport, url, query);
    followers.push(refused);
    const code = async () => codeOf(refused.results[0] ?? {}) ?? (await refused.ended).codes[0];
    expect(await code()).toBe('RATE_LIMITED');
    if (transport !== 'websocket') expect((await refused.ended).status).toBe(429);
    await begin(transport, await issuer.sign({ sub: 'usr_2' }));
    first.leave();
    await until(async () => (await ended('client')) === 1);
    await begin(transport, token, '4');
  });

  test('on a supergraph that is replaced ends bit by bit, after the new one serves, and is asked to come back', async () => {
    const running = await start({ STREAM_RELOAD_SPREAD_MS: '1500' });
    const old: Follower[] = [];
    for (const id of ['1', '2', '3', '4', '5', '6']) old.push(await begin(transport, undefined, id));
    await reload(running);
    const since = Date.now();
    const added = follow(transport, running.url, {
      query: QUERY.replace('percent', 'percent child { id }'),
      variables: { id: '7' },
    });
    followers.push(added);

    const ends = await Promise.all(old.map((follower) => follower.ended));
    for (const { close, codes, complete, comment, whole } of ends) {
      if (transport === 'websocket') expect(close).toEqual({ code: 4205, reason: 'RESUBSCRIBE' });
      // who does not look for `complete` is not to take it for the subscription's own end
      if (transport === 'sse')
        expect({ complete, comment, whole }).toEqual({
          complete: false,
          comment: 'RESUBSCRIBE',
          whole: false,
        });
      if (transport === 'multipart')
        expect({ codes, complete, whole }).toEqual({ codes: ['RESUBSCRIBE'], complete: true, whole: true });
    }
    const times = ends.map(({ at }) => at).sort((a, b) => a - b);
    expect(times[0]).toBeGreaterThanOrEqual(since - 50);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
    expect((times.at(-1) ?? 0) - since).toBeLessThan(3_000);
    expect(await ended('reload')).toBe(6);
    expect(await open()).toBe(1);
    studio.progress.emit('percent', 1);
    await until(() => added.results.length === 1);
  });

  test('shows that it lives', async () => {
    await start({ STREAM_HEARTBEAT_MS: '250' });
    const follower = await begin(transport);
    const already = follower.heartbeats();
    await until(() => follower.heartbeats() >= already + 3);
  });

  test('is asked to come back when the gateway stops', async () => {
    const running = await start();
    const follower = await begin(transport);
    await running.stop();
    gateway = undefined;
    const { close, codes, comment, whole } = await follower.ended;
    if (transport === 'websocket') expect(close?.code).toBe(1012);
    else expect(transport === 'sse' ? comment : codes[0]).toBe('RESUBSCRIBE');
    if (transport !== 'websocket') expect(whole).toBe(transport === 'multipart');
  });

  test('500 of them leave nothing behind', async () => {
    await start({ MAX_STREAMS_PER_VIEWER: '1000', MAX_SOCKETS_PER_VIEWER: '1000' });
    const query = 'subscription ($id: ID!) { progress(jobId: $id) { percent } }';
    const { url } = gateway as TestGateway;
    const token = await issuer.sign();
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((one) => one.startsWith('TCP')).length;
    const round = async (count: number): Promise<void> => {
      const all = Array.from({ length: count }, (_, id) =>
        follow(transport, url, { query, variables: { id: String(id) }, token }),
      );
      await until(async () => (await open()) === count && studio.openStreams() === count, 20_000);
      studio.progress.emit('percent', 50);
      await until(() => all.every(({ results }) => results.length === 1), 20_000);
      for (const follower of all) follower.leave();
      await until(async () => (await open()) === 0 && studio.openStreams() === 0, 20_000);
    };
    await round(10);
    const before = handles();
    await round(500);
    expect(await gateway?.metric('gateway_subscription_upstreams_open')).toBe(0);
    expect(await ended('client')).toBe(510);
    await until(() => handles() <= before + 5);
  }, 60_000);
});

describe('a client that is slower than its stream', () => {
  let blobs: TestSubgraph;
  const source = new EventEmitter();
  const BLOB = 'x'.repeat(64 * 1024);
  beforeAll(async () => {
    blobs = await startSubgraph(
      'blobs',
      'type Query { a: Int } type Subscription { blob: Blob } type Blob { number: Int text: String }',
      {
        Subscription: {
          blob: {
            subscribe: () => {
              const push = (number: number): void => queue.push({ blob: { number, text: BLOB } });
              const queue = new BoundedQueue<object>(2_000, () => source.off('blob', push));
              source.on('blob', push);
              return queue;
            },
          },
        },
      },
    );
  });
  afterAll(() => blobs.stop());
  beforeEach(async () => {
    gateway = await startGateway([blobs], { ADMIN_PORT: '0', STREAM_HEARTBEAT_MS: '60000' });
  });
  const beginBlobs = async (transport: Transport): Promise<Follower> => {
    const { url } = gateway as TestGateway;
    const follower = follow(transport, url, { query: 'subscription { blob { number text } }' });
    followers.push(follower);
    await until(() => source.listenerCount('blob') === 1);
    return follower;
  };

  test.each(transports)('over %s misses the oldest events, never the newest', async (transport) => {
    const follower = await beginBlobs(transport);
    source.emit('blob', 0);
    await until(() => follower.results.length === 1);
    follower.pause();
    for (let number = 1; number <= 500; number++) source.emit('blob', number);
    await until(
      async () => ((await gateway?.metric('gateway_subscription_events_dropped_total')) ?? 0) > 100,
    );
    follower.resume();
    const numbers = () => follower.results.map(({ data }) => Number(data?.['blob'].number));
    await until(() => numbers().at(-1) === 500);
    expect(numbers()).toEqual([...numbers()].sort((a, b) => a - b));
    expect(numbers().length).toBeLessThan(400);
  });

  test.each(transports)('over %s is let go when it takes nothing for too long', async (transport) => {
    await gateway?.stop();
    gateway = await startGateway([blobs], { ADMIN_PORT: '0', STREAM_HEARTBEAT_MS: '500' });
    const follower = await beginBlobs(transport);
    source.emit('blob', 0);
    await until(() => follower.results.length === 1);
    follower.pause();
    for (let number = 1; number <= 300; number++) source.emit('blob', number);
    await until(async () => (await ended('slow')) === 1);
    expect(source.listenerCount('blob')).toBe(0);
  });
});

describe('WebSockets', () => {
  test('carry as many streams as they may, and refuse one more with a code', async () => {
    const { socket } = await start({ MAX_STREAMS_PER_CONNECTION: '2' });
    const client = socket();
    const streams = ['1', '2'].map((id) => client.iterate({ query: QUERY, variables: { id } }));
    const first = streams.map((stream) => stream.next());
    await until(() => studio.openStreams() === 2);
    const { value } = await client.iterate({ query: QUERY, variables: { id: '3' } }).next();
    expect(codeOf(value)).toBe('RATE_LIMITED');
    studio.progress.emit('percent', 1);
    for (const one of first) expect((await one).value).toEqual(event(1));
  });

  test('are as many as a viewer may have, and as an address may have', async () => {
    const { url } = await start({ MAX_SOCKETS_PER_VIEWER: '2', MAX_SOCKETS_PER_ADDRESS: '4' });
    const token = await issuer.sign();
    const one = (sub = token): Follower => {
      const follower = follow('websocket', url, { query: QUERY, variables: { id: '1' }, token: sub });
      followers.push(follower);
      return follower;
    };
    await begin('websocket', token, '1');
    await begin('websocket', token, '2');
    expect((await one().ended).close).toEqual({ code: 4403, reason: 'RATE_LIMITED' });
    await begin('websocket', await issuer.sign({ sub: 'usr_2' }), '3');
    await begin('websocket', await issuer.sign({ sub: 'usr_3' }), '4');
    // refused at the upgrade, before anything is known but the address
    expect((await one(await issuer.sign({ sub: 'usr_4' })).ended).close).toEqual({ code: 1006, reason: '' });
  });

  test('and streams of visitors count by the /64 of an IPv6 address', async () => {
    const { url } = await start({
      TRUST_PROXY: '1',
      MAX_SOCKETS_PER_ADDRESS: '2',
      MAX_STREAMS_PER_VIEWER: '1',
    });
    const sockets: WebSocket[] = [];
    const connect = (address: string): Promise<number> =>
      new Promise((resolve) => {
        const one = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
          headers: { 'x-forwarded-for': address },
        });
        sockets.push(one);
        one
          .on('open', () => resolve(101))
          .on('unexpected-response', (request, { statusCode = 0 }) => {
            request.destroy();
            resolve(statusCode);
          });
        one.on('error', () => undefined);
      });
    const leave = new AbortController();
    const stream = async (address: string): Promise<number> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          'x-forwarded-for': address,
        },
        body: JSON.stringify({ query: QUERY, variables: { id: '1' } }),
        signal: leave.signal,
      });
      return response.status;
    };
    const addresses = ['2001:db8::1', '[2001:db8::2]:443', '2001:db8::3', '2001:db8:1::1'];
    try {
      const opened = [];
      for (const address of addresses) opened.push(await connect(address));
      expect(opened).toEqual([101, 101, 429, 101]);
      const begun = [];
      for (const address of addresses) begun.push(await stream(address));
      expect(begun).toEqual([200, 429, 429, 200]);
    } finally {
      leave.abort();
      for (const one of sockets) one.terminate();
    }
  });

  test('are not ended by a reload while a request on them waits for its answer', async () => {
    const running = await start({ STREAM_RELOAD_SPREAD_MS: '0', SUBGRAPH_TIMEOUT_MS: '1500' });
    let closed = 0;
    const client = running.socket({
      on: { closed: () => (closed += 1) },
      retryAttempts: 5,
      retryWait: async () => {},
    });
    const stream = client.iterate({ query: QUERY, variables: { id: '1' } });
    const next = stream.next();
    await until(() => studio.openStreams() === 1);
    const slow = client.iterate({ query: '{ slow }' }).next();
    await reload(running);
    expect((await slow).value).toMatchObject({ data: { slow: null } });
    expect(closed).toBe(0);
    // the client comes back by itself, and its stream goes on without its doing
    await until(async () => closed === 1 && (await ended('reload')) === 1 && (await open()) === 1);
    await until(() => studio.openStreams() === 1);
    studio.progress.emit('percent', 9);
    expect((await next).value).toEqual(event(9));
  });
});

test('a stop lets a WebSocket give the answer that it owes, and ends its streams after that', async () => {
  const running = await start({ SUBGRAPH_TIMEOUT_MS: '1000' });
  const client = running.socket();
  const stream = client.iterate({ query: QUERY, variables: { id: '1' } }).next();
  await until(() => studio.openStreams() === 1);
  const slow = client.iterate({ query: '{ slow }' }).next();
  // what comes after it on the same socket has been answered: it runs
  await client.iterate({ query: '{ must }' }).next();
  const ends = expect(stream).rejects.toMatchObject({ code: 1012 });
  gateway = undefined;
  await running.gateway.close();
  expect((await slow).value).toMatchObject({ data: { slow: null } });
  await ends;
});

describe('server-sent events', () => {
  const events = async (method: 'GET' | 'POST', query: string, headers: Record<string, string> = {}) => {
    const { url } = gateway as TestGateway;
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(method === 'GET' ? `${url}?query=${encodeURIComponent(query)}` : url, {
      method,
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
      body: method === 'GET' ? null : JSON.stringify({ query }),
    });
    return { status: statusCode, type: String(answered['content-type']), text: await body.text() };
  };

  test('carry queries and mutations, too', async () => {
    await start();
    const result = 'event: next\ndata: {"data":{"must":"is there"}}\n\nevent: complete\ndata:\n\n';
    const query = await events('POST', '{ must }');
    expect(query).toMatchObject({ status: 200, type: expect.stringContaining('text/event-stream') });
    expect(query.text).toBe(`:\n\n${result}`);
    expect((await events('GET', '{ must }', { 'apollo-require-preflight': '1' })).text).toBe(
      `:\n\n${result}`,
    );
    expect((await events('POST', 'mutation { rename(id: "1", name: "x") { id } }')).text).toContain(
      '{"data":{"rename":{"id":"1"}}}',
    );
  });

  test('carry the errors of a document, and leave others to the status', async () => {
    await start();
    const invalid = await events('POST', 'subscription { nowhere }');
    expect([invalid.status, invalid.text.includes('GRAPHQL_VALIDATION_FAILED')]).toEqual([200, true]);
    const forged = await events('POST', '{ must }', { authorization: 'Bearer nonsense' });
    expect([forged.status, codeOf(JSON.parse(forged.text) as object)]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await events('GET', '{ must }')).status).toBe(400);
    expect(
      (
        await events('GET', 'mutation { rename(id: "1", name: "x") { id } }', {
          'apollo-require-preflight': '1',
        })
      ).status,
    ).toBe(405);
  });

  test('are read by graphql-sse, which comes back by itself after a reload', async () => {
    const running = await start({ STREAM_RELOAD_SPREAD_MS: '0' });
    const client = createClient({ url: running.url, retryAttempts: 3, retry: async () => {} });
    const stream = client.iterate({ query: QUERY, variables: { id: '1' } });
    const first = stream.next();
    await until(() => studio.openStreams() === 1);
    studio.progress.emit('percent', 10);
    expect((await first).value).toEqual(event(10));
    const second = stream.next();
    await reload(running);
    await until(async () => (await ended('reload')) === 1 && studio.openStreams() === 1);
    studio.progress.emit('percent', 20);
    expect((await second).value).toEqual(event(20));
    const last = stream.next();
    studio.progress.emit('done');
    expect((await last).done).toBe(true);
    client.dispose();
  });
});

test.each([
  { ...serverSentEvents, error: 'event: next\ndata: {"errors":[{' },
  { ...multipartSubscription, error: '{"payload":null,"errors":[{' },
])('a fault of ours is no end like another: $transport', ({ ending, breaksOff, error }) => {
  expect(ending('failed')).toContain(error);
  expect(ending('failed')).toContain('"extensions":{"code":"INTERNAL_SERVER_ERROR"}');
  expect(breaksOff('failed')).toBe(false);
});

describe('multipart', () => {
  test('answers a query as JSON', async () => {
    const { ask } = await start();
    const headers = { accept: 'multipart/mixed;subscriptionSpec="1.0", application/json' };
    const { headers: answered, body } = await ask('{ must }', { headers });
    expect(answered.get('content-type')).toContain('application/json');
    expect(body).toEqual({ data: { must: 'is there' } });
  });

  test('says its boundary and version, and begins with a part that is whole', async () => {
    const { url } = await start();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed;subscriptionSpec="1.0", application/json',
      },
      body: JSON.stringify({ query: QUERY, variables: { id: '1' } }),
    });
    expect(response.headers.get('content-type')).toBe(
      'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    );
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value ?? []).toString()).toBe(
      '\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql',
    );
    await reader.cancel();
  });
});
