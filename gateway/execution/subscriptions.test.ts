import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startIssuer } from '../testing/issuer.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';

let studio: Studio;
let gateway: TestGateway;

beforeEach(async () => {
  studio = await startStudio();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], { ADMIN_PORT: '0' });
});
afterEach(async () => {
  await gateway.stop();
  await studio.stop();
});

const PROGRESS =
  'subscription Progress($id: ID!) { progress(jobId: $id) { percent title { name genres { name } } } }';
const event = (percent: number) => ({
  data: {
    progress: { percent, title: { name: 'Title t1', genres: [{ name: 'Genre g1' }, { name: 'Genre g2' }] } },
  },
});

/** Begins a stream, and waits until its subgraph has it. */
async function follow(
  query = PROGRESS,
  variables: Record<string, unknown> = { id: '7' },
  client = gateway.socket(),
) {
  const before = studio.openStreams();
  const stream = client.iterate({ query, variables });
  const first = stream.next();
  first.catch(() => undefined);
  await until(() => studio.openStreams() > before);
  return { stream, first, client };
}

describe('a subscription', () => {
  test('joins three subgraphs at every event, and completes when its subgraph does', async () => {
    const { stream, first } = await follow();
    studio.progress.emit('percent', 10);
    expect(await first).toEqual({ done: false, value: event(10) });
    studio.progress.emit('percent', 20);
    expect((await stream.next()).value).toEqual(event(20));
    studio.progress.emit('done');
    expect((await stream.next()).done).toBe(true);
  });

  test('takes aliases, __typename and its own fields alone', async () => {
    const { first } = await follow(
      'subscription { p: progress(jobId: "1") { __typename number: percent } }',
      {},
    );
    studio.progress.emit('percent', 5);
    expect((await first).value).toEqual({ data: { p: { __typename: 'Job', number: 5 } } });
  });

  test('goes on after an event with an error', async () => {
    const { stream, first } = await follow('subscription { progress(jobId: "1") { percent } }', {});
    studio.progress.emit('percent', null);
    const { value } = await first;
    expect(value).toMatchObject({
      data: null,
      errors: [{ path: ['progress', 'percent'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    studio.progress.emit('percent', 6);
    expect((await stream.next()).value).toEqual({ data: { progress: { percent: 6 } } });
  });

  test('keeps its own fields when another subgraph is away', async () => {
    const { stream, first } = await follow();
    await studio.catalog.stop();
    studio.progress.emit('percent', 10);
    const { value } = await first;
    expect(value).toMatchObject({
      data: { progress: { percent: 10, title: { name: null, genres: null } } },
      errors: [
        { path: ['progress', 'title', 'name'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
        { path: ['progress', 'title', 'genres'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
      ],
    });
    await studio.catalog.start();
    studio.progress.emit('percent', 20);
    expect((await stream.next()).value).toEqual(event(20));
  });

  test('that its subgraph refuses ends with the reason', async () => {
    const results = [];
    for await (const result of gateway.socket().iterate({ query: 'subscription { forbidden { id } }' }))
      results.push(result);
    expect(results).toMatchObject([
      { errors: [{ message: 'You may not follow this.', extensions: { code: 'FORBIDDEN' } }] },
    ]);
  });

  test('whose root field is conditional runs when the condition holds, and is refused when not', async () => {
    const query =
      'subscription ($yes: Boolean!) { ...Root @include(if: $yes) } fragment Root on Subscription { progress(jobId: "1") @skip(if: false) { percent } }';
    const { first } = await follow(query, { yes: true });
    studio.progress.emit('percent', 1);
    expect((await first).value).toEqual({ data: { progress: { percent: 1 } } });
    const skipped = gateway
      .socket()
      .iterate({ query, variables: { yes: false } })
      .next();
    const outcome = await skipped.then(
      (result) => result.value,
      (errors: unknown) => ({ errors }),
    );
    expect(outcome).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('honours conditions further inside', async () => {
    const query =
      'subscription ($t: Boolean!) { progress(jobId: "1") { percent title @include(if: $t) { name } } }';
    const { first } = await follow(query, { t: false });
    studio.progress.emit('percent', 1);
    expect((await first).value).toEqual({ data: { progress: { percent: 1 } } });
  });
});

describe('the stream behind a subscription', () => {
  test('is closed when the client stops listening', async () => {
    const { stream, first } = await follow();
    await stream.return?.();
    await first.catch(() => undefined);
    await until(() => studio.openStreams() === 0);
  });

  test('is closed when the client vanishes', async () => {
    const { client, first } = await follow();
    client.terminate();
    await first.catch(() => undefined);
    await until(() => studio.openStreams() === 0);
  });

  test('shares one connection with all others of its subgraph', async () => {
    let connections = 0;
    await studio.jobs.stop();
    await studio.jobs.start();
    const client = gateway.socket();
    const streams = [];
    for (let index = 0; index < 5; index++)
      streams.push(await follow(PROGRESS, { id: String(index) }, client));
    const port = new URL(studio.jobs.url).port;
    connections = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .filter(
        (line) =>
          line.includes(`:${Number(port).toString(16).toUpperCase().padStart(4, '0')} `) &&
          line.includes(' 01 '),
      ).length;
    expect(connections / 2).toBeLessThanOrEqual(1);
    studio.progress.emit('percent', 3);
    for (const { first } of streams) expect((await first).value).toEqual(event(3));
  });

  test('comes back after its subgraph restarts, and the client notices a gap only', async () => {
    const { stream, first } = await follow();
    studio.progress.emit('percent', 10);
    expect((await first).value).toEqual(event(10));
    const next = stream.next();
    await studio.jobs.stop();
    await until(() => studio.openStreams() === 0);
    await studio.jobs.start();
    await until(() => studio.openStreams() === 1);
    studio.progress.emit('percent', 30);
    expect((await next).value).toEqual(event(30));
  });

  test('keeps its viewer, signed anew each time', async () => {
    const issuer = await startIssuer();
    const known = await startGateway([studio.jobs, studio.catalog, studio.genres], issuer.variables);
    const client = known.socket({ connectionParams: { token: await issuer.sign({ sub: 'usr_3' }) } });
    await follow(PROGRESS, { id: '1' }, client);
    await studio.jobs.stop();
    await studio.jobs.start();
    await until(() => studio.viewers.length === 2);
    expect(studio.viewers.map((viewer) => viewer.userId)).toEqual(['usr_3', 'usr_3']);
    await known.stop();
    await issuer.stop();
  });

  test('is counted while it is open', async () => {
    const count = async () => {
      const text = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
      return Number(/^gateway_subscriptions_open (\d+)/m.exec(text)?.[1]);
    };
    const { stream, first } = await follow();
    expect(await count()).toBe(1);
    await stream.return?.();
    await first.catch(() => undefined);
    await until(async () => (await count()) === 0);
  });
});
