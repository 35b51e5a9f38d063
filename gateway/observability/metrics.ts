import { Counter, Gauge, Registry } from 'prom-client';
import { createCounter, createHistogram, putOff } from './series.ts';

/** How a request to a subgraph ended. */
export type CallOutcome = 'ok' | 'errors' | 'unavailable' | 'canceled';

export interface Metrics {
  readonly registry: Registry;
  /** Counts requests to a subgraph: their series are looked for once. */
  subgraphRequests(subgraph: string): (outcome: CallOutcome, seconds: number) => void;
  streamBegan(): void;
  streamEnded(reason: string): void;
  upstreams(change: 1 | -1): void;
  droppedEvent(): void;
  untrustedDocument(): void;
  merged(what: 'query' | 'call'): void;
  cacheFailed(kind: 'read' | 'write'): void;
  countedAlone(): void;
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics in Prometheus's format. No label holds what a client chose, so that no client can make them grow. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const subgraphTook = createHistogram({
    registry,
    name: 'gateway_subgraph_request_duration_seconds',
    help: 'Time of a request to a subgraph, by outcome: ok, errors, unavailable, canceled',
    labelNames: ['subgraph', 'outcome'],
    buckets,
  });
  const streams = new Gauge({
    name: 'gateway_subscriptions_open',
    help: 'Subscriptions that run now',
    registers,
  });
  const ended = new Counter({
    name: 'gateway_subscriptions_ended_total',
    help: 'Subscriptions that are over, by the reason of their end',
    labelNames: ['reason'],
    registers,
  });
  const upstreams = new Gauge({
    name: 'gateway_subscription_upstreams_open',
    help: 'Streams from subgraphs that subscriptions run on; equal ones of a viewer share one',
    registers,
  });
  const dropped = new Counter({
    name: 'gateway_subscription_events_dropped_total',
    help: 'Events that a slow client did not get, because newer ones were waiting',
    registers,
  });
  const untrusted = new Counter({
    name: 'gateway_untrusted_documents_total',
    help: 'Documents that are not in the manifest of trusted ones: refused in the mode safelist, run in the mode log',
    registers,
  });
  const merged = createCounter({
    registry,
    name: 'gateway_merged_total',
    help: 'Queries, and calls to subgraphs, that joined an equal one which was under way already: query, or call',
    labelNames: ['what'],
  });
  const cacheFailures = new Counter({
    name: 'gateway_shared_cache_failures_total',
    help: 'Reads and writes of the cache that gateways share (answers of subgraphs, persisted queries) that were given up, because Redis was away or did not answer within 250 ms',
    labelNames: ['kind'],
    registers,
  });
  const alone = new Counter({
    name: 'gateway_rate_limit_counted_alone_total',
    help: 'Requests that this process counted by itself, because Redis was away or did not answer within 250 ms',
    registers,
  });
  return {
    registry,
    subgraphRequests(subgraph) {
      const took: Partial<Record<CallOutcome, (seconds: number) => void>> = {};
      return (outcome, seconds) => (took[outcome] ??= putOff(subgraphTook(subgraph, outcome)))(seconds);
    },
    streamBegan: () => streams.inc(),
    streamEnded(reason) {
      streams.dec();
      ended.inc({ reason });
    },
    upstreams: (change) => upstreams.inc(change),
    droppedEvent: () => dropped.inc(),
    untrustedDocument: () => untrusted.inc(),
    merged: (what) => merged(what)(),
    cacheFailed: (kind) => cacheFailures.inc({ kind }),
    countedAlone: () => alone.inc(),
  };
}
