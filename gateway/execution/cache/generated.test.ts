import { setImmediate as turn } from 'node:timers/promises';
import { parse, validate, type FormattedExecutionResult } from 'graphql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryCache } from '../../../platform/cache-memory.ts';
import type { Cache } from '../../../platform/cache.ts';
import { composed } from '../../testing/compose.ts';
import { createCompiledExecutor } from '../compiled-executor.ts';
import { generateOperation } from '../compiled/testing/operations.ts';
import { createRandom, seedOf, type Random } from '../compiled/testing/random.ts';
import { formFor, loadSupergraph, prepareOperation, requestWith, silent } from '../compiled/testing/world.ts';
import { isText, toResult } from '../executor.ts';
import { ClientLeft } from '../leave-signal.ts';
import { subgraphUnavailable } from '../subgraph/answer.ts';
import type { SubgraphAnswer, SubgraphClient } from '../subgraph/client.ts';
import { createEntityCache } from './entity-cache.ts';
import { createCacheLedger } from './headers.ts';
import {
  createKeptSubgraph,
  generateRules,
  ruleFor,
  SUBGRAPHS,
  TAGS,
  truthOf,
  type Told,
} from './testing/kept-world.ts';

/*
 * Viewers ask, things are invalidated, calls fail or take their time, time passes: all in any order, over rules of any
 * kind, with one gateway that keeps answers in its memory, or two with a cache between them that is some way off. Each
 * value tells when it was read, and for whom; it is held to the rules by what is said of it and of all around it.
 */

const seed = seedOf(process.env);
/** Set it to run more. */
const worlds = Number(process.env['CACHE_WORLDS'] ?? 50);
const STEPS = 120;

const subgraphs = new Map(Object.keys(SUBGRAPHS).map((name) => [name, createKeptSubgraph(name)]));
/** Sends a call in the world that lives now. */
let post: (subgraph: string, ...call: Parameters<SubgraphClient['post']>) => Promise<SubgraphAnswer>;
const supergraph = loadSupergraph(
  composed(SUBGRAPHS),
  (name) => ({ name, post: (body, asker) => post(name, body, asker) }) as SubgraphClient,
);
const { apiSchema } = supergraph;
/** How often something came to pass that is looked for. */
const seen = { kept: 0, stale: 0, promised: 0, invalidated: 0 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test(
  `what is kept is true, young enough, and for its viewer (seed ${seed})`,
  { timeout: 240_000 },
  async () => {
    for (let number = seed; number < seed + worlds; number++) await live(number);
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(worlds / 2);
  },
);

type Event = () => void;

/** Has everything come in an order of its own. */
function createWires(random: Random) {
  const wires: Event[][] = [];
  const createWire = (): Event[] => {
    const wire: Event[] = [];
    wires.push(wire);
    return wire;
  };
  return {
    createWire,
    /** Those on which something is under way. */
    busy: () => wires.filter((wire) => wire.length > 0),
    /** The cache as one sees it who is some way off: what is asked, and what it answers, comes in its order, or not at all. */
    farFrom(cache: Cache): Cache {
      const [there, back] = [createWire(), createWire()];
      const failed: Event[] = [];
      const sent = <Result>(command: () => Promise<Result>): Promise<Result> =>
        new Promise((resolve) => {
          there.push(() => {
            const result = command();
            back.push(() => resolve(result));
          });
        });
      return {
        ...cache,
        dropsOldest: false,
        get: (key) => sent(() => cache.get(key)),
        async getMany<Value>(keys: readonly string[]) {
          // answers are not waited for as long as invalidations
          if (keys[0]?.startsWith('answer:') !== true || !random.chance(5))
            return sent(() => cache.getMany<Value>(keys));
          for (const tell of failed) tell();
          return keys.map(() => undefined);
        },
        onFailure: (listener) => void failed.push(() => listener('read')),
        set(key, value, lifetime) {
          const taken = structuredClone(value);
          return sent(() => cache.set(key, taken, lifetime));
        },
        delete: (key) => sent(() => cache.delete(key)),
      };
    },
  };
}

async function live(number: number): Promise<void> {
  const random = createRandom(number);
  const rules = generateRules(random);
  const isShared = random.chance(50);
  const mayFail = random.chance(40);
  const { createWire, busy, farFrom } = createWires(random);
  let step = 0;
  let running = 0;
  const seconds = (): number => Date.now() / 1000;

  const calls = new Map<Event, Event>();
  const failures: { readonly subgraph: string; readonly step: number }[] = [];
  post = (subgraph, body, { viewer, signal }) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const isBad = mayFail && random.chance(10);
    const fails = (): boolean => isBad && random.chance(20);
    const asked = { subgraph, viewer: String(viewer.userId), read: step, fails };
    const read = subgraphs.get(subgraph)?.(query, variables, asked);
    return new Promise((resolve, reject) => {
      const answer = async (): Promise<void> => {
        calls.delete(go);
        const time = seconds();
        const text = JSON.stringify(await read).replaceAll('\\"time\\":0', `\\"time\\":${time}`);
        resolve({ text, result: JSON.parse(text) as FormattedExecutionResult });
      };
      const go = (): void => void answer();
      const fail = (): void => {
        if (!calls.delete(go)) return;
        failures.push({ subgraph, step });
        reject(subgraphUnavailable(subgraph));
      };
      calls.set(go, fail);
      signal.addEventListener('abort', fail);
    });
  };
  const memory = createMemoryCache();
  const gateways = Array.from({ length: isShared ? 2 : 1 }, () => {
    const cache = createEntityCache({
      cache: isShared ? farFrom(memory) : memory,
      config: rules,
      logger: silent,
    });
    return {
      cache,
      executor: createCompiledExecutor(silent, cache),
      heard: createWire(),
      hearing: Promise.resolve(),
    };
  });

  const operations: { query: string; variables: Record<string, unknown> }[] = [];
  while (operations.length < 4) {
    const one = generateOperation(apiSchema, random, { kind: 'query', size: 12, depth: 4 });
    if (validate(apiSchema, parse(one.query)).length === 0) operations.push(one);
  }
  const prepared = operations.flatMap(({ query, variables }) => {
    const operation = prepareOperation(supergraph, query);
    return operation ? [{ query, variables, operation: formFor(operation, variables) }] : [];
  });

  const invalidations: { readonly tag: string; readonly begun: number; done: number }[] = [];
  const invalidate = async (): Promise<void> => {
    const [tag, id] = [random.pick(TAGS), `${invalidations.length}`];
    const invalidation = { tag, begun: step, done: Infinity };
    invalidations.push(invalidation);
    const first = random.pick(gateways);
    for (const one of gateways)
      if (one !== first)
        one.heard.push(() => {
          one.hearing = one.hearing.then(() => one.cache.invalidate([tag], id));
        });
    await first.cache.invalidate([tag], id);
    invalidation.done = step;
  };

  const ask = async (): Promise<void> => {
    const { query, variables, operation } = random.pick(prepared);
    const { executor } = random.pick(gateways);
    const userId = random.pick(['one', 'two', undefined]);
    const [begun, since] = [step, seconds()];
    const caching = createCacheLedger(false);
    const signal = new ClientLeft();
    if (random.chance(5)) setImmediate(() => signal.abort());
    const viewer = { scopes: [], region: 'US', ...(userId !== undefined && { userId }) };
    running++;
    const executed = await executor.execute(operation, {
      ...requestWith(variables),
      viewer,
      signal,
      mayRetry: true,
      caching,
    });
    const headers = isText(executed) ? caching.headers() : undefined;
    const { data, errors } = toResult(executed);
    const truth = await truthOf(apiSchema, query, variables);
    running--;
    if (signal.aborted) return;

    let [left, isPrivate] = [Infinity, false];
    const expectTrue = (text: string): Pick<Told, 'coordinate' | 'id' | 'args'> => {
      const told = JSON.parse(text) as Told;
      const { coordinate, id, args, subgraph, read, time } = told;
      const rule = ruleFor(told, rules);
      const about = `seed ${number}, ${query} ${JSON.stringify({ variables, told, rule, rules, begun, step })}`;
      left = Math.min(left, rule.maxAge - (seconds() - time));
      isPrivate ||= rule.isPrivate;
      if (rule.isPrivate) expect(told.viewer, `is of ${userId}: ${about}`).toBe(String(userId));
      const ended = invalidations.filter(({ tag, done }) => told.tags.includes(tag) && done < begun);
      if (ended.length > 0) seen.invalidated++;
      for (const one of ended)
        expect(read, `is no older than what was invalidated: ${about}`).toBeGreaterThanOrEqual(one.begun);
      if (read >= begun) return { coordinate, id, args };
      seen.kept++;
      expect(rule.maxAge, `is kept: ${about}`).toBeGreaterThan(0);
      const age = since - time;
      // what was asked for by somebody else may have come only now
      if (age < rule.maxAge || age <= 0) return { coordinate, id, args };
      seen.stale++;
      const { staleWhileRevalidate = 0, staleIfError = 0 } = { ...rules, ...rules.subgraphs[subgraph] };
      const failed = failures.some((one) => one.subgraph === subgraph && one.step >= begun);
      const over = Math.max(staleWhileRevalidate, failed ? staleIfError : 0);
      expect(age, `is not too old: ${about}`).toBeLessThan(rule.maxAge + over);
      return { coordinate, id, args };
    };
    /** Values as the truth has them; what an error tells of may be null. */
    const stripped = (is: unknown, shall: unknown): unknown => {
      if (is === null && errors) return shall;
      if (typeof is === 'string' && is.startsWith('{')) return JSON.stringify(expectTrue(is));
      if (Array.isArray(is)) return is.map((one, at) => stripped(one, (shall as unknown[] | null)?.[at]));
      if (typeof is !== 'object' || is === null) return is;
      return Object.fromEntries(
        Object.entries(is).map(([key, one]) => [
          key,
          stripped(one, (shall as Record<string, unknown> | null)?.[key]),
        ]),
      );
    };
    const about = `seed ${number}, ${query} ${JSON.stringify({ variables, rules, headers })}`;
    expect(stripped(data, truth), about).toEqual(JSON.parse(JSON.stringify(truth)));
    if (!headers) return;
    seen.promised++;
    const [, maxAge, scope] = /^max-age=(\d+), (\w+)$/.exec(headers['cache-control']) ?? [];
    expect(Number(maxAge) - Number(headers.age), `promises no more: ${about}`).toBeLessThanOrEqual(left);
    if (isPrivate) expect(scope, `promises it to nobody else: ${about}`).toBe('private');
  };

  const problems: unknown[] = [];
  const begin = (work: () => Promise<void>): void =>
    void work().catch((error: unknown) => problems.push(error));
  for (step = 1; step < STEPS || running > 0; step++) {
    const [choice, waiting, wires] = [random.below(100), [...calls], busy()];
    if (choice < 30 && step < STEPS) begin(ask);
    else if (choice < 38 && step < STEPS) begin(invalidate);
    else if (choice < 44) vi.advanceTimersByTime(1_000 * (1 + random.below(5)));
    else if (choice < 72 && waiting.length > 0) {
      const [go, fail] = random.pick(waiting);
      if (mayFail && random.chance(15)) fail();
      else go();
    } else if (wires.length > 0) for (let times = 0; times < 4; times++) random.pick(wires).shift()?.();
    await turn();
    await turn();
    if (problems.length > 0) throw problems[0];
  }
}
