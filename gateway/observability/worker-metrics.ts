import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Gauge, Registry } from 'prom-client';

type Values = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What a primary and its workers say to each other, beside whatever else they do. */
type Note =
  | { readonly metrics: 'asked'; readonly id: number }
  /** Without values they could not be had. */
  | { readonly metrics: 'told'; readonly id: number; readonly values?: Values };

const isNote = (message: unknown): message is Note =>
  typeof message === 'object' && message !== null && 'metrics' in message;

/** Milliseconds in which a worker answers; what comes later is left out. */
const ANSWERS_WITHIN = 1_000;

export interface WorkerMetrics {
  readonly contentType: string;
  /**
   * The metrics of these workers, added up, as text. One that does not answer within a second is left out, and counted
   * as missing.
   * @param wanted how many workers there should be; `gateway_workers_missing` tells how many have not answered
   */
  read(workers: Iterable<Worker>, wanted: number): Promise<string>;
}

/**
 * Collects workers' metrics (`node:cluster`), for the primary. The library's `clusterMetrics` asks all processes, also
 * those that are about to start or to leave, and fails if one of them is silent for five seconds.
 */
export function createWorkerMetrics(): WorkerMetrics {
  const own = new Registry();
  const missing = new Gauge({
    name: 'gateway_workers_missing',
    help: 'Workers whose metrics are not in here: they start, have crashed, or do not answer.',
    registers: [own],
  });
  const waiting = new Map<number, (values?: Values) => void>();
  let count = 0;
  cluster.on('message', (_worker, message: unknown) => {
    if (isNote(message) && message.metrics === 'told') waiting.get(message.id)?.(message.values);
  });

  const ask = (worker: Worker): Promise<Values | undefined> =>
    new Promise((resolve) => {
      const id = ++count;
      const answered = (values?: Values): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(values);
      };
      const timer = setTimeout(answered, ANSWERS_WITHIN);
      waiting.set(id, answered);
      // to one that dies just now nothing comes through: without a callback it would be thrown
      if (worker.isConnected())
        worker.send({ metrics: 'asked', id } satisfies Note, (error) => error && answered());
      else answered();
    });

  return {
    contentType: own.contentType,
    async read(workers, wanted) {
      const answers = (await Promise.all([...workers].map(ask))).filter((one) => one !== undefined);
      missing.set(Math.max(0, wanted - answers.length));
      return AggregatorRegistry.aggregate([...answers, await own.getMetricsAsJSON()]).metrics();
    },
  };
}

/** The same for a worker: tells the primary what it asks for. */
export function tellMetrics(registry: Registry): void {
  const toPrimary = (note: Note): void => {
    if (process.connected) process.send?.(note, undefined, {}, () => undefined); // as above
  };
  process.on('message', (message: unknown) => {
    if (!isNote(message) || message.metrics !== 'asked') return;
    const { id } = message;
    registry.getMetricsAsJSON().then(
      (values) => toPrimary({ metrics: 'told', id, values }),
      () => toPrimary({ metrics: 'told', id }),
    );
  });
}
