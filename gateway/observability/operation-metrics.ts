import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { operationNameOf, type Outcome } from './request-log.ts';
import { createCounter, createHistogram, putOff } from './series.ts';

/** What operations do, by name. */
export interface OperationMetrics {
  /** Counts requests of an operation over a transport: their series are looked for once. */
  requestsOf(
    transport: Outcome['transport'],
    operation: Outcome['operation'],
  ): (outcome: Pick<Outcome, 'codes' | 'seconds'>) => void;
  /** @param seconds that parsing, validating and planning took, of an operation that was not in the cache */
  lookup(found: boolean, seconds: number): void;
  cost(cost: number): void;
  breaker(subgraph: string, open: boolean): void;
  retry(subgraph: string): void;
}

/** Names that have a label of their own; clients choose them, and must not be able to make the metrics grow. */
const MOST_NAMES = 200;

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const fineBuckets = [0.001, 0.0025, ...buckets];

/**
 * @param cached how many operations are in the cache
 * @param waiting how many requests wait for their turn
 */
export function createOperationMetrics(
  registry: Registry,
  cached: () => number,
  waiting: () => number,
): OperationMetrics {
  const registers = [registry];
  let hits = 0;
  const requests = createCounter({
    registry,
    name: 'gateway_requests_total',
    help: 'Requests by transport, type of operation, and first error code (none if it has no error)',
    labelNames: ['transport', 'type', 'code'],
  });
  const requestTook = createHistogram({
    registry,
    name: 'gateway_request_duration_seconds',
    help: 'Time from a request to its answer, without subscriptions',
    labelNames: ['type'],
    buckets: fineBuckets,
  });
  const operationTook = createHistogram({
    registry,
    name: 'gateway_operation_duration_seconds',
    help: `Time from a request to its answer, by the name of the operation; beyond ${MOST_NAMES} names it is "(other)"`,
    labelNames: ['operation', 'type'],
    buckets,
  });
  const errors = new Counter({
    name: 'gateway_errors_total',
    help: 'Answers that have an error with this code',
    labelNames: ['code'],
    registers,
  });
  const lookups = new Counter({
    name: 'gateway_operation_cache_lookups_total',
    help: 'Operations looked up in the cache: hit, or miss',
    labelNames: ['result'],
    registers,
    collect() {
      if (hits > 0) this.inc({ result: 'hit' }, hits);
      hits = 0;
    },
  });
  const planning = new Histogram({
    name: 'gateway_plan_duration_seconds',
    help: 'Time to parse, validate and plan an operation that was not in the cache',
    buckets,
    registers,
  });
  const cost = createHistogram({
    registry,
    name: 'gateway_operation_cost',
    help: 'Estimated cost of operations',
    buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
  });
  const breakers = new Gauge({
    name: 'gateway_circuit_breaker_open',
    help: '1 while a subgraph is not asked because it failed, else 0',
    labelNames: ['subgraph'],
    registers,
  });
  const retries = new Counter({
    name: 'gateway_subgraph_retries_total',
    help: 'Queries that were sent to a subgraph a second time',
    labelNames: ['subgraph'],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): void =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  gauge('gateway_operations_cached', 'Operations in the cache', cached);
  gauge('gateway_requests_waiting', 'Operations that wait because the process has no time for them', waiting);

  const names = new Set<string>();
  const labelOf = (operation: Outcome['operation']): string => {
    if (!operation) return '(none)';
    const name = operationNameOf(operation);
    if (name === undefined) return '(anonymous)';
    if (names.size < MOST_NAMES) names.add(name);
    return names.has(name) ? name : '(other)';
  };

  return {
    requestsOf(transport, operation) {
      const type = operation?.type ?? 'none';
      const countGood = requests(transport, type, 'none');
      // a subscription lasts as long as its client likes
      const took =
        type === 'subscription' ? [] : [requestTook(type), operationTook(labelOf(operation), type)];
      const good = putOff((seconds) => {
        countGood();
        for (const observe of took) observe(seconds);
      });
      return ({ codes, seconds }) => {
        const [first] = codes;
        if (first === undefined) return good(seconds);
        requests(transport, type, first)();
        for (const code of codes) errors.inc({ code });
        for (const observe of took) observe(seconds);
      };
    },
    lookup(found, seconds) {
      if (found) {
        hits += 1;
        return;
      }
      lookups.inc({ result: 'miss' });
      planning.observe(seconds);
    },
    cost: cost(),
    breaker: (subgraph, open) => breakers.set({ subgraph }, open ? 1 : 0),
    retry: (subgraph) => retries.inc({ subgraph }),
  };
}
