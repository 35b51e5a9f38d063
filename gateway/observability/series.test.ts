import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createCounter, createHistogram } from './series.ts';

const common = { help: 'What "it" does', labelNames: ['type', 'code'] };
const buckets = [0.5, 1, 2.5];
/** A value beyond all buckets, two on a bound, and labels that have to be escaped. */
const happened: [value: number, type: string, code: string][] = [
  [0.1, 'query', 'none'],
  [1, 'query', 'none'],
  [7, 'query', 'a "b" \\ \n c'],
  [2.5, 'mutation', 'none'],
  [0.7, 'none', 'mutation'],
];

function ours() {
  const registry = new Registry();
  const count = createCounter({ registry, name: 'counted_total', ...common });
  const observe = createHistogram({ registry, name: 'seconds', ...common, buckets });
  const observePlain = createHistogram({ registry, name: 'plain', help: 'Without labels', buckets });
  return {
    registry,
    tell: ([value, ...labels]: (typeof happened)[number]) => {
      count(...labels)();
      observe(...labels)(value);
      observePlain()(value);
    },
  };
}

function library() {
  const registry = new Registry();
  const registers = [registry];
  const counter = new Counter({ name: 'counted_total', ...common, registers });
  const histogram = new Histogram({ name: 'seconds', ...common, buckets, registers });
  const plain = new Histogram({ name: 'plain', help: 'Without labels', buckets, registers });
  return {
    registry,
    tell: ([value, type, code]: (typeof happened)[number]) => {
      counter.inc({ type, code });
      histogram.observe({ type, code }, value);
      plain.observe(value);
    },
  };
}

test('metrics are those of the library, to the letter, before and after something happens, and more of it', async () => {
  const [one, other] = [ours(), library()];
  expect(await one.registry.metrics()).toBe(await other.registry.metrics());
  for (let round = 0; round < 2; round += 1) {
    for (const what of happened) {
      one.tell(what);
      other.tell(what);
    }
    expect(await one.registry.metrics()).toBe(await other.registry.metrics());
  }
});

test('those of several workers are added up as those of the library', async () => {
  const texts = await Promise.all(
    [ours, library].map(async (create) => {
      const workers = [create(), create()];
      for (const what of happened) for (const { tell } of workers) tell(what);
      return AggregatorRegistry.aggregate(
        await Promise.all(workers.map(({ registry }) => registry.getMetricsAsJSON())),
      ).metrics();
    }),
  );
  expect(texts[0]).toBe(texts[1]);
});
