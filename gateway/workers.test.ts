import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runGateway, STARTS_WITHIN, type GatewayProcess } from '../tests/support/gateway-process.ts';
import { redisForTests } from '../tests/support/redis.ts';
import { composed } from './testing/compose.ts';
import { startGateway, until, type TestGateway } from './testing/gateway.ts';
import { startServer, startStudio, type Studio } from './testing/subgraphs.ts';

let studio: Studio;
/** Gives the workers their supergraph. */
let model: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  model = await startGateway([studio.jobs, studio.catalog, studio.genres]);
});
afterAll(async () => {
  await model.stop();
  await studio.stop();
});

const run = (variables: Record<string, string>, ...args: string[]): GatewayProcess =>
  runGateway({ SUPERGRAPH: model.file, ...variables }, ...args);

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // there is no such process
  }
};

/** Resolves when so many workers live. @returns their ids */
async function starting(primary: GatewayProcess, count: number): Promise<number[]> {
  await until(() => primary.children().length === count, STARTS_WITHIN);
  return primary.children();
}

const renewed = (primary: GatewayProcess): boolean =>
  primary.lines().some(({ message }) => message === 'all workers are new');

const byNumber = (one: number, other: number): number => one - other;

/** One request on a connection of its own, so that the workers take turns. */
async function ask(url: string): Promise<unknown> {
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: '{"query":"query Shared { must }"}',
  });
  const answer = await body.json();
  return statusCode === 200 ? answer : statusCode;
}

const ANSWER = { data: { must: 'is there' } };

test('workers share one port, and their metrics are added up', { timeout: 120_000 }, async () => {
  const primary = run({}, '--workers', '2');
  const { url, adminUrl } = await primary.listening();
  for (let index = 0; index < 20; index++) expect(await ask(url)).toEqual(ANSWER);
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  expect(metrics).toContain('gateway_requests_total{transport="http",type="query",code="none"} 20');
  // each of them prepared the operation for itself
  expect(metrics).toContain('gateway_operation_cache_lookups_total{result="miss"} 2');
  expect(metrics).toContain('process_cpu_seconds_total');
  expect((await fetch(`${adminUrl}/health/ready`)).status).toBe(200);
});

test(
  'metrics are those of the workers that answer, while others start or hang',
  { timeout: 150_000 },
  async () => {
    const primary = run({}, '--workers', '2');
    const { url, adminUrl } = await primary.listening();
    const old = primary.children();
    for (let index = 0; index < 4; index++) expect(await ask(url)).toEqual(ANSWER);
    const scrape = async (): Promise<string> => {
      const answer = await fetch(`${adminUrl}/metrics`);
      expect(answer.status).toBe(200);
      return answer.text();
    };
    const ALL = 'gateway_requests_total{transport="http",type="query",code="none"} 4';

    primary.process.kill('SIGHUP');
    const next = (await starting(primary, 4)).filter((pid) => !old.includes(pid));
    for (const pid of next) process.kill(pid, 'SIGSTOP');
    const whole = await scrape();
    expect(whole).toContain('gateway_workers_missing 0');
    expect(whole).toContain(ALL);

    process.kill(old[0]!, 'SIGSTOP');
    const part = await scrape();
    expect(part).toContain('gateway_workers_missing 1');
    expect(part).toContain('gateway_requests_total{');
    expect(part).not.toContain(ALL);
    for (const pid of [old[0]!, ...next]) process.kill(pid, 'SIGCONT');
    await until(async () => (await scrape()).includes('gateway_workers_missing 0'), STARTS_WITHIN);
  },
);

test(
  'a worker that is killed is replaced, and the others answer meanwhile',
  { timeout: 120_000 },
  async () => {
    const primary = run({}, '--workers', '2');
    const { url } = await primary.listening();
    const [first] = primary.pids();
    process.kill(first!, 'SIGKILL');
    await until(() => !isAlive(first!));
    for (let index = 0; index < 5; index++) expect(await ask(url)).toEqual(ANSWER);
    await until(() => primary.pids().length === 3, STARTS_WITHIN);
    expect(primary.lines().some(({ message }) => message.startsWith('a worker crashed'))).toBe(true);
  },
);

test(
  'a worker that dies while others start is replaced, and is not counted until then',
  { timeout: 150_000 },
  async () => {
    const primary = run({}, '--workers', '2');
    const [first, second] = await starting(primary, 2);
    process.kill(second!, 'SIGSTOP');
    await until(() => primary.pids().length === 1, STARTS_WITHIN);
    process.kill(first!, 'SIGKILL');
    await until(() => !isAlive(first!));
    process.kill(second!, 'SIGCONT');
    const { adminUrl } = await primary.listening();
    await until(async () => (await fetch(`${adminUrl}/health/ready`)).status === 200, STARTS_WITHIN);
    await until(() => primary.pids().length === 3);
    expect(primary.children()).toEqual(primary.pids().slice(1).sort(byNumber));
  },
);

test('SIGHUP while workers start waits for them, and leaves as many', { timeout: 150_000 }, async () => {
  const primary = run({}, '--workers', '2');
  const first = await starting(primary, 2);
  for (const pid of first) process.kill(pid, 'SIGSTOP');
  primary.process.kill('SIGHUP');
  await sleep(500);
  expect(primary.children()).toEqual(first);
  for (const pid of first) process.kill(pid, 'SIGCONT');
  await until(() => renewed(primary), STARTS_WITHIN);
  expect(primary.children()).toEqual(primary.pids().slice(2).sort(byNumber));
});

test(
  'a worker that takes the place of an old one leaves when all are new',
  { timeout: 150_000 },
  async () => {
    const primary = run({}, '--workers', '2');
    await primary.listening();
    const old = primary.children();
    primary.process.kill('SIGHUP');
    const next = (await starting(primary, 4)).filter((pid) => !old.includes(pid));
    for (const pid of next) process.kill(pid, 'SIGSTOP');
    process.kill(old[0]!, 'SIGKILL');
    await until(() => !isAlive(old[0]!));
    const substitute = (await starting(primary, 4)).find((pid) => ![...old, ...next].includes(pid));
    process.kill(substitute!, 'SIGSTOP');
    for (const pid of next) process.kill(pid, 'SIGCONT');
    await until(() => renewed(primary), STARTS_WITHIN);
    process.kill(substitute!, 'SIGCONT');
    await until(() => primary.pids().includes(substitute!), STARTS_WITHIN);
    await until(() => !isAlive(substitute!));
    expect(primary.children()).toEqual(next);
  },
);

/** A subgraph that counts what it is asked, and whose answer tells of its edition. */
async function startCounting(): Promise<{
  url: string;
  asked: () => number;
  renew(): void;
  stop(): Promise<void>;
}> {
  let [asked, edition] = [0, 1];
  const server = await startServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ data: { must: `edition ${edition}` } }));
  });
  return { ...server, asked: () => asked, renew: () => void (edition += 1) };
}

const INVALIDATION_SECRET = 'who shows this may have things forgotten';
const redis = await redisForTests();

describe.each([['without Redis'], ...(redis ? [['with Redis']] : [])])('an invalidation %s', (how) => {
  test('reaches all workers before it is answered', { timeout: 120_000 }, async () => {
    const jobs = await startCounting();
    const folder = await mkdtemp(path.join(tmpdir(), 'marquee-workers-'));
    const config = path.join(folder, 'cache.yaml');
    await writeFile(config, 'coordinates: { Query.must: { maxAge: 600, tags: [musts] } }');
    const primary = run(
      {
        SUBGRAPH_URL_JOBS: jobs.url,
        CACHE_CONFIG: config,
        CACHE_INVALIDATION_SECRET: INVALIDATION_SECRET,
        ...(how === 'with Redis' && { REDIS_URL: redis?.url ?? '' }),
      },
      '--workers',
      '2',
    );
    const { url, adminUrl } = await primary.listening();
    const invalidate = (tags: unknown, secret: string) =>
      fetch(`${adminUrl}/invalidate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify({ tags }),
      });
    /** The workers take turns. */
    const answers = async () =>
      new Set(
        (await Promise.all(Array.from({ length: 12 }, () => ask(url)))).map((one) => JSON.stringify(one)),
      );
    const edition = (number: number) => new Set([`{"data":{"must":"edition ${number}"}}`]);

    // until all have it; a Redis that is slow to answer is done without
    await until(async () => {
      const before = jobs.asked();
      expect(await answers()).toEqual(edition(1));
      return jobs.asked() === before;
    }, 30_000);
    jobs.renew();
    expect((await invalidate(['musts'], 'a secret of somebody else entirely')).status).toBe(401);
    expect((await invalidate([], INVALIDATION_SECRET)).status).toBe(400);
    expect([...(await answers())]).toEqual(expect.arrayContaining([...edition(1)]));
    for (let number = 2; number <= 4; number++) {
      const done = await invalidate(['musts'], INVALIDATION_SECRET);
      expect([done.status, await done.json()]).toEqual([200, { tags: 1 }]);
      expect(await answers()).toEqual(edition(number));
      jobs.renew();
    }
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toContain('gateway_cache_invalidations_total{source="event"} 6');
    await jobs.stop();
  });
});

test('SIGHUP replaces all workers without a failed request', { timeout: 150_000 }, async () => {
  const primary = run({}, '--workers', '2');
  const { url } = await primary.listening();
  const old = primary.pids();
  let going = true;
  const answers: unknown[] = [];
  const load = async (): Promise<void> => {
    while (going) answers.push(await ask(url));
  };
  const loads = [load(), load()];
  primary.process.kill('SIGHUP');
  await until(() => renewed(primary), 40_000);
  going = false;
  await Promise.all(loads);
  expect(answers.length).toBeGreaterThan(10);
  expect(answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(ANSWER))).toEqual([]);
  expect(primary.pids().slice(2)).toHaveLength(2);
  expect(old.some(isAlive)).toBe(false);
});

test('SIGHUP has a single process read the supergraph again', { timeout: 120_000 }, async () => {
  const sdl = composed({ one: 'type Query { a: Int }' });
  let asked = 0;
  // no edition is as the one before
  const store = await startServer((_request, response) => response.end(`${sdl}\n# ${++asked}`));
  const gateway = run(
    { SUPERGRAPH: `${store.url}/supergraph.graphql`, SUPERGRAPH_POLL_MS: '3600000' },
    '--workers',
    '1',
  );
  const { url } = await gateway.listening();
  gateway.process.kill('SIGHUP');
  await until(() => gateway.lines().some(({ message }) => message === 'a new supergraph serves'));
  expect(asked).toBe(2);
  expect((await fetch(new URL('/health/ready', url))).status).toBe(200);
  await store.stop();
});

test('SIGTERM lets running requests end, and leaves no process', { timeout: 120_000 }, async () => {
  let release: (() => void) | undefined;
  const jobs = await startServer((_request, response) => {
    release = () => response.end('{"data":{"must":"is there"}}');
  });
  const primary = run({ SUBGRAPH_URL_JOBS: jobs.url }, '--workers', '2');
  const { url } = await primary.listening();
  const running = ask(url);
  await until(() => release !== undefined);
  const gone = once(primary.process, 'exit');
  primary.process.kill('SIGTERM');
  await until(() => primary.lines().some(({ message }) => message === 'stopping'));
  release?.();
  expect(await running).toEqual(ANSWER);
  expect(await gone).toEqual([0, null]);
  expect(primary.pids().some(isAlive)).toBe(false);
  await jobs.stop();
});

test('Ctrl-C while workers start ends them at once', { timeout: 120_000 }, async () => {
  let asked = 0;
  const silent = await startServer(() => void (asked += 1));
  const primary = run({ SUPERGRAPH: `${silent.url}/supergraph.graphql` }, '--workers', '2');
  await until(() => asked === 2, STARTS_WITHIN);
  const gone = once(primary.process, 'exit');
  const start = performance.now();
  primary.process.kill('SIGINT');
  expect(await gone).toEqual([0, null]);
  expect(performance.now() - start).toBeLessThan(5_000);
  await silent.stop();
});

test('SIGTERM ends workers that are about to start at once', { timeout: 120_000 }, async () => {
  const primary = run({}, '--workers', '2');
  await starting(primary, 2);
  const gone = once(primary.process, 'exit');
  const start = performance.now();
  primary.process.kill('SIGTERM');
  expect(await gone).toEqual([0, null]);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(primary.pids()).toEqual([]);
});

test('workers that cannot start end the whole with a reason', { timeout: 120_000 }, async () => {
  const primary = run({ SUPERGRAPH: '/nowhere/supergraph.graphql' }, '--workers', '2');
  const [code] = (await once(primary.process, 'exit')) as [number];
  expect(code).toBe(1);
  expect(primary.errors()).toContain('/nowhere/supergraph.graphql');
});
