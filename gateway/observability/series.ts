import { Counter, type Metric, type Registry } from 'prom-client';

interface MetricOptions {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/**
 * A counter for what happens in every request. The library makes a text of the labels at each count, which costs several
 * times as much as to count; here that is done when somebody looks.
 * @returns takes the labels' values, in their order, and gives what counts one; it may be kept
 */
export function createCounter({
  registry,
  name,
  help,
  labelNames = [],
}: MetricOptions): (...values: string[]) => () => void {
  const { of, all } = createSeries(labelNames, () => {
    const state = { count: 0, add: () => void (state.count += 1) };
    return state;
  });
  const handOver = (): void => {
    settle();
    for (const { labels, state } of all) {
      counter.inc(labels, state.count);
      state.count = 0;
    }
  };
  const counter = new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect: handOver,
  });
  return (...values) => of(values).add;
}

/**
 * A histogram for what happens in every request; see {@link createCounter}. The library's own cannot be told of many
 * values at once, so this is another metric in its registry, of the same form.
 * @param options `buckets`: upper bounds, ascending
 * @returns takes the labels' values, in their order, and gives what counts a value; it may be kept
 */
export function createHistogram({
  registry,
  name,
  help,
  labelNames = [],
  buckets,
}: MetricOptions & { readonly buckets: readonly number[] }): (
  ...values: string[]
) => (value: number) => void {
  const { of, all } = createSeries(labelNames, () => {
    const state = {
      within: buckets.map(() => 0),
      count: 0,
      sum: 0,
      add(value: number): void {
        let index = 0;
        while (value > (buckets[index] ?? Infinity)) index += 1;
        if (index < buckets.length) state.within[index] = (state.within[index] ?? 0) + 1;
        state.count += 1;
        state.sum += value;
      },
    };
    return state;
  });
  if (labelNames.length === 0) of([]); // as with the library: what has no labels is there from the start
  const metric = {
    name,
    async get() {
      settle();
      const values = all.flatMap(({ labels, state: { within, count, sum } }) => {
        let upTo = 0;
        return [
          ...buckets.map((le, index) => {
            upTo += within[index] ?? 0;
            return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: upTo };
          }),
          { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
          { metricName: `${name}_sum`, labels, value: sum },
          { metricName: `${name}_count`, labels, value: count },
        ];
      });
      return { name, help, type: 'histogram', aggregator: 'sum', values };
    },
  };
  registry.registerMetric(metric as unknown as Metric); // of which the registry uses no more than this
  return (...values) => of(values).add;
}

/** Values that wait to be counted. */
const MOST_WAITING = 512;
const values = new Float64Array(MOST_WAITING);
const counters: ((value: number) => void)[] = [];
let waiting = 0;

/**
 * Puts off what counts values until there are many, or somebody looks: one after the other they find in the processor's
 * cache what each would have to wait for in the midst of other work.
 */
export const putOff =
  (count: (value: number) => void): ((value: number) => void) =>
  (value) => {
    values[waiting] = value;
    counters[waiting++] = count;
    if (waiting === MOST_WAITING) settle();
  };

function settle(): void {
  const last = waiting;
  waiting = 0;
  for (let index = 0; index < last; index++) counters[index]?.(values[index] ?? 0);
}

/** What is kept for each combination of labels' values, found by one value after the other. */
function createSeries<State>(labelNames: readonly string[], begin: () => State) {
  interface Node {
    state?: State;
    readonly next: Map<string, Node>;
  }
  const root: Node = { next: new Map() };
  const all: { readonly labels: Readonly<Record<string, string>>; readonly state: State }[] = [];
  return {
    all,
    of(values: readonly string[]): State {
      let node = root;
      for (const value of values) {
        let next = node.next.get(value);
        if (!next) node.next.set(value, (next = { next: new Map() }));
        node = next;
      }
      if (node.state === undefined) {
        node.state = begin();
        const labels = Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? '']));
        all.push({ labels, state: node.state });
      }
      return node.state;
    },
  };
}
