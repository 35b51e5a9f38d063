import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeEverything } from '../../execution/compiled/testing/everything.ts';
import { buildSupergraph, type Supergraph } from '../../supergraph/build.ts';
import { composed } from '../../testing/compose.ts';
import { until } from '../../testing/gateway.ts';
import { defaultOperationLimits } from '../limits.ts';
import { planOperation } from './plan.ts';
import { createOperations } from '../prepare.ts';
import { withinTime } from './within-time.ts';

const kinds = ['Film', 'Song', 'Game', 'Play'];

/** An interface whose field to itself comes from any of three interface objects: each of four types, each way. */
const media = (): string =>
  composed({
    media: `type Query { media: Media }  type Subscription { media: Media }
      interface Media @key(fields: "id") { id: ID!  title: String }
      ${kinds.map((kind) => `type ${kind} implements Media @key(fields: "id") { id: ID!  title: String }`).join('\n')}`,
    ...Object.fromEntries(
      ['views', 'stars', 'likes'].map((name) => [
        name,
        `type Media @interfaceObject @key(fields: "id") { id: ID!  twin: Media @shareable  ${name}: Int }`,
      ]),
    ),
  });

const twins = (levels: number, leaves: string): string =>
  `${'{ twin '.repeat(levels)}{ ${leaves} }${' }'.repeat(levels)}`;
const hard = (type: 'query' | 'subscription', levels = 5): string =>
  `${type} { media ${twins(levels, 'title views stars likes')} }`;

const TOO_MANY = 'There are too many ways to answer the operation';

const operationsOf = () =>
  createOperations({ limits: defaultOperationLimits, introspection: true, cacheSize: 10 });
const refusalOf = (work: () => unknown): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused.');
};
const loaded = (sdl: string, planMilliseconds?: number): Supergraph =>
  buildSupergraph(sdl, { get: () => ({}) as never }, [], planMilliseconds);
const millisecondsOf = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

/** A gateway as a process of its own, with little memory, over this supergraph. */
async function startMain(sdl: string, megabytes: number): Promise<{ url: string; ended: () => boolean }> {
  const supergraph = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-plan-')), 'supergraph.graphql');
  await writeFile(supergraph, sdl);
  const main = spawn(
    process.execPath,
    [
      `--max-old-space-size=${megabytes}`,
      `--import=${import.meta.resolve('tsx')}`,
      fileURLToPath(new URL('../../main.ts', import.meta.url)),
    ],
    {
      env: { ...process.env, SUPERGRAPH: supergraph, PORT: '0', LOG_LEVEL: 'info', MAX_PLAN_MS: '1000' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(async () => {
    if (main.exitCode !== null || main.signalCode !== null) return;
    main.kill('SIGTERM');
    await once(main, 'exit');
  });
  let out = '';
  main.stdout.on('data', (chunk) => (out += String(chunk)));
  const ended = (): boolean => main.exitCode !== null || main.signalCode !== null;
  const listening = (): string | undefined => /"url":"(http:[^"]+)"/.exec(out)?.[1];
  await until(() => listening() !== undefined || ended(), 60_000);
  return { url: `${listening()}/graphql`, ended };
}

test('fragments on an interface below an interface object are written out within bounds', () => {
  const supergraph = loaded(
    composed({
      media: `type Query { here: Int }
        interface Node { id: ID!  next: Media }
        interface Media implements Node @key(fields: "id") { id: ID!  next: Media }
        ${kinds.map((kind) => `type ${kind} implements Media & Node @key(fields: "id") { id: ID!  next: Media }`).join('\n')}`,
      views: `type Query { any: Media } type Media @interfaceObject @key(fields: "id") { id: ID!  views: Int }`,
    }),
  );
  const nodes = (levels: number): { query: string; operationName: undefined } => ({
    query: `{ any { ${'... on Node { next { '.repeat(levels)} id ${'} }'.repeat(levels)} } }`,
    operationName: undefined,
  });
  expect(operationsOf().prepare(supergraph, nodes(3)).plan.node).toBeDefined();
  const took = millisecondsOf(() =>
    expect(String(refusalOf(() => operationsOf().prepare(supergraph, nodes(12))))).toContain(TOO_MANY),
  );
  expect(took).toBeLessThan(2_000);
});

describe('an operation that the planner would take minutes and gigabytes over', () => {
  test('is refused by a gateway of little memory, which goes on', { timeout: 120_000 }, async () => {
    const { url, ended } = await startMain(media(), 320);
    const ask = async (query: string) => {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream, application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return response.text();
    };
    for (const type of ['query', 'subscription'] as const)
      for (const levels of [3, 5]) {
        const text = await ask(hard(type, levels));
        expect(text).toContain(TOO_MANY);
        expect(text).toContain('GRAPHQL_VALIDATION_FAILED');
      }
    expect(await ask('{ __typename }')).toContain('"data":{"__typename":"Query"}');
    expect(ended()).toBe(false);
  });

  test('is refused once it has too many ways, before its time is up', () => {
    const everything = loaded(composeEverything(), 60_000);
    const query = `{ topMedia ${twins(7, 'views title rank')} }`;
    expect(refusalOf(() => operationsOf().prepare(everything, { query })).message).toContain(TOO_MANY);
  });

  test('is not planned again for the same text', () => {
    const operations = operationsOf();
    const supergraph = loaded(media(), 300);
    const query = hard('query');
    const first = refusalOf(() => operations.prepare(supergraph, { query }));
    const again = (): unknown => refusalOf(() => operations.prepare(supergraph, { query }));
    expect(millisecondsOf(again)).toBeLessThan(100);
    expect(again()).toBe(first);
    // by the same rights as operations: another supergraph may have other ways
    expect(refusalOf(() => operations.prepare({ ...supergraph, id: 'other' }, { query }))).not.toBe(first);
  });

  test('leaves the planner as it was, wherever it is stopped', { timeout: 120_000 }, () => {
    const sdl = composeEverything();
    const stopped = loaded(sdl);
    const fresh = loaded(sdl);
    const easy = [
      `{ topMedia ${twins(1, 'views title rank reviews { stars author { name } }')} }`,
      '{ allReviews { body product { reviews { stars } } about { title views } } }',
    ];
    const planOf = (supergraph: Supergraph, text: string) => {
      const document = parse(text);
      return planOperation(supergraph, document, document.definitions[0] as never).plan;
    };
    const long = parse(`{ topMedia ${twins(4, 'views title rank reviews { stars }')} }`);
    for (let milliseconds = 1; milliseconds <= 40; milliseconds += 1)
      expect(
        refusalOf(() =>
          planOperation({ ...stopped, planMilliseconds: milliseconds }, long, long.definitions[0] as never),
        ).message,
      ).toContain(TOO_MANY);
    for (const text of easy) expect(planOf(stopped, text)).toEqual(planOf(fresh, text));
  });
});

describe('work that has a time', () => {
  test('gives its result, or its error, if it is done before', () => {
    expect(withinTime(10_000, () => 'done')).toBe('done');
    const error = new Error('of the work itself');
    const work = (): never => {
      throw error;
    };
    const { stack } = error;
    expect(refusalOf(() => withinTime(10_000, work))).toBe(error);
    // the line that threw does not come before it: in the product that is the whole file
    expect(error.stack).toBe(stack);
  });
  test('is ended in whatever loop it is', () => {
    const work = (): never => {
      for (;;);
    };
    expect(withinTime(20, work)).toBeUndefined();
  });
});
