import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { follow, type Follower, type Following } from '../testing/followers.ts';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import { startStudio, startSubgraph, type Studio } from '../testing/subgraphs.ts';

let studio: Studio;
let issuer: Issuer;
let gateway: TestGateway;
let followers: Follower[];

beforeEach(async () => {
  studio = await startStudio();
  issuer = await startIssuer();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    ...issuer.variables,
    ADMIN_PORT: '0',
  });
  followers = [];
});
afterEach(async () => {
  for (const follower of followers) follower.leave();
  await gateway.stop();
  await studio.stop();
  await issuer.stop();
});

const QUERY = 'subscription ($id: ID!) { progress(jobId: $id) { percent title { name } } }';
const open = () => gateway.metric('gateway_subscriptions_open');

/** Begins streams, and waits until they are all open. */
async function begin(...all: Partial<Following>[]): Promise<Follower[]> {
  const before = await open();
  const begun = all.map((one) =>
    follow('sse', gateway.url, { query: QUERY, variables: { id: '1' }, ...one }),
  );
  followers.push(...begun);
  await until(async () => (await open()) === before + all.length);
  return begun;
}
/** Streams that subgraphs have been asked for so far, once those that are open have all arrived. */
async function upstreams(): Promise<number> {
  const count = await gateway.metric('gateway_subscription_upstreams_open');
  await until(() => studio.openStreams() === count);
  return studio.viewers.length;
}
const percents = ({ results }: Follower): unknown[] => results.map(({ data }) => data?.['progress'].percent);

describe('equal subscriptions of one viewer', () => {
  test('share a stream, and what an event lacks is fetched once for all', async () => {
    const token = await issuer.sign();
    const [one, two] = (await begin({ token }, { token })) as [Follower, Follower];
    expect(await upstreams()).toBe(1);
    studio.progress.emit('percent', 10);
    await until(() => one.results.length === 1 && two.results.length === 1);
    expect(one.results).toEqual([{ data: { progress: { percent: 10, title: { name: 'Title t1' } } } }]);
    expect(two.results).toEqual(one.results);
    expect(
      await gateway.metric(
        'gateway_subgraph_request_duration_seconds_count{subgraph="catalog",outcome="ok"}',
      ),
    ).toBe(1);
  });

  test('share it over different transports, and keep it until the last of them leaves', async () => {
    const token = await issuer.sign();
    // what a WebSocket client calls itself is part of the viewer, and Node's say nothing
    const [one] = (await begin({ token })) as [Follower];
    const two = follow('websocket', gateway.url, { query: QUERY, variables: { id: '1' }, token });
    followers.push(two);
    await until(async () => (await open()) === 2);
    expect(await upstreams()).toBe(1);
    one.leave();
    await until(async () => (await open()) === 1);
    studio.progress.emit('percent', 10);
    await until(() => two.results.length === 1);
    two.leave();
    await until(() => studio.openStreams() === 0);
  });

  test('are joined until the first event only: a newcomer gets what a stream of its own would send', async () => {
    const token = await issuer.sign();
    const [one] = (await begin({ token })) as [Follower];
    expect(await upstreams()).toBe(1);
    studio.progress.emit('percent', 10);
    await until(() => one.results.length === 1);
    const [two] = (await begin({ token })) as [Follower];
    expect(await upstreams()).toBe(2);
    studio.progress.emit('percent', 20);
    await until(() => one.results.length === 2 && two.results.length === 1);
    expect([percents(one), percents(two)]).toEqual([[10, 20], [20]]);
  });

  test('all end with it', async () => {
    const token = await issuer.sign();
    const both = await begin({ token }, { token });
    expect(await upstreams()).toBe(1);
    studio.progress.emit('done');
    for (const { ended } of both) expect(await ended).toMatchObject({ complete: true });
    expect(await gateway.metric('gateway_subscriptions_ended_total{reason="upstream_complete"}')).toBe(2);
    expect(await gateway.metric('gateway_subscription_upstreams_open')).toBe(0);
  });

  test('begin anew after the stream was refused', async () => {
    const query = 'subscription { forbidden { id } }';
    for (const round of [1, 2]) {
      const follower = follow('sse', gateway.url, { query });
      expect(await follower.ended).toMatchObject({ complete: true, codes: ['FORBIDDEN'] });
      expect(await gateway.metric('gateway_subscriptions_ended_total{reason="upstream_refused"}')).toBe(
        round,
      );
    }
  });
});

describe('a stream is never shared', () => {
  test('between two viewers, however little they differ', async () => {
    const token = await issuer.sign();
    await begin(
      { token },
      { token: await issuer.sign({ sub: 'usr_2' }) },
      { token: await issuer.sign({ sid: 'ses_2' }) },
      { token: await issuer.sign({ scope: 'catalog:read catalog:write' }) },
      { token, headers: { 'user-agent': 'another' } },
      {},
    );
    expect(await upstreams()).toBe(6);
    const seen = studio.viewers.map((viewer) => JSON.stringify(viewer));
    expect(new Set(seen).size).toBe(6);
  });

  test('between other variables, or another document', async () => {
    const token = await issuer.sign();
    await begin(
      { token },
      { token, variables: { id: '2' } },
      { token, query: QUERY.replace('percent', 'percent id') },
    );
    expect(await upstreams()).toBe(3);
  });
});

test('events that wait for a slow subgraph are dropped, the oldest first, and come in order', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const slow = await startSubgraph(
    'catalog',
    'type Query { a: Int } type Title @key(fields: "id") { id: ID! name: String }',
    {
      Title: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: () => gate.then(() => 'late'),
      },
    },
  );
  const other = await startGateway([studio.jobs, slow], { ADMIN_PORT: '0' });
  const follower = follow('sse', other.url, { query: QUERY, variables: { id: '1' } });
  await until(() => studio.openStreams() === 1);
  for (let percent = 0; percent < 300; percent++) {
    studio.progress.emit('percent', percent);
    await new Promise(setImmediate); // the subgraph's own queue is no longer than ours
  }
  await until(async () => (await other.metric('gateway_subscription_events_dropped_total')) === 199);
  release();
  await until(() => percents(follower).at(-1) === 299);
  expect(percents(follower)).toEqual([0, ...Array.from({ length: 100 }, (_, index) => 200 + index)]);
  follower.leave();
  await other.stop();
  await slow.stop();
});
