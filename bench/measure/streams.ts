import path from 'node:path';
import { contenders } from '../contenders.ts';
import { createBench, type BenchOptions } from '../bench.ts';
import { benchFolder } from '../folders.ts';
import type { StreamMessage, StreamOrder } from '../load/streams.ts';
import { cpuSeconds, residentMegabytes, start } from '../processes.ts';
import { round, type Table } from '../report.ts';

export interface StreamOptions {
  readonly streams: number;
  /** How many of them get an event a second. */
  readonly active: number;
  readonly seconds: number;
}

/** Many subscriptions on one gateway process: what a stream costs in memory, and how late events are. */
export async function measureStreams(
  options: BenchOptions,
  { streams, active, seconds }: StreamOptions,
): Promise<Table[]> {
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  for (const streamsPerSocket of [1, 100]) {
    const bench = await createBench(options);
    try {
      const gateway = await bench.startContender(ours, {
        // where there are caps per connection, address or viewer, this one machine is all of them
        env: {
          MAX_STREAMS_PER_CONNECTION: '100000',
          MAX_STREAMS_PER_VIEWER: '100000',
          MAX_SOCKETS_PER_VIEWER: '100000',
          MAX_SOCKETS_PER_ADDRESS: '100000',
        },
      });
      const clients = start({
        name: 'the subscribers',
        args: [path.join(benchFolder(options.root), 'load/streams.js')],
        core: 'other',
        ipc: true,
      });
      const next = <T extends StreamMessage['type']>(type: T): Promise<Extract<StreamMessage, { type: T }>> =>
        new Promise((resolve, reject) => {
          clients.child.once('message', (message: StreamMessage) =>
            message.type === type
              ? resolve(message as Extract<StreamMessage, { type: T }>)
              : reject(new Error(`Expected ${type}, got ${message.type}.`)),
          );
          clients.child.once('exit', () => reject(new Error(`The subscribers died: ${clients.output()}`)));
        });

      const emptyMegabytes = residentMegabytes(gateway.process.pid);
      const begin = performance.now();
      const opened = next('opened');
      clients.child.send({
        type: 'open',
        url: gateway.url.replace(/^http/, 'ws'),
        sockets: Math.ceil(streams / streamsPerSocket),
        streamsPerSocket,
      } satisfies StreamOrder);
      const { failures, firstFailure } = await opened;
      let open = 0;
      for (let waited = 0; waited < 300 && open < streams; waited += 1) {
        ({ streams: open } = await bench.counts());
        if (open < streams) await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const openSeconds = (performance.now() - begin) / 1000;
      if (failures > 0) notes.push(`${failures} sockets failed: ${firstFailure ?? ''}`);
      const perStream = ((residentMegabytes(gateway.process.pid) - emptyMegabytes) * 1024) / streams;

      for (const spread of [true, false]) {
        const cpu = cpuSeconds(gateway.process.pid);
        const start = performance.now();
        await fetch(`${bench.subgraphsUrl}/emit?slots=${active}&seconds=${seconds}&spread=${spread}`, {
          method: 'POST',
        });
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        const reported = next('latencies');
        clients.child.send({ type: 'report' });
        const { events, p50, p99, max } = await reported;
        const elapsed = (performance.now() - start) / 1000;
        rows.push([
          `${open} streams on ${Math.ceil(streams / streamsPerSocket)} sockets`,
          `${active}/s ${spread ? 'evenly' : 'all at once'}`,
          `${events} of ${active * seconds}`,
          round(p50),
          round(p99),
          round(max),
          `${Math.round(((cpuSeconds(gateway.process.pid) - cpu) / elapsed) * 100)}%`,
          round(perStream),
          round(residentMegabytes(gateway.process.pid)),
          round(openSeconds),
        ]);
      }
      await clients.stop();
      await gateway.process.stop();
    } finally {
      await bench.close();
    }
  }
  return [
    {
      title: `${streams} subscriptions on one process`,
      notes: [
        'Each stream is a subscription of its own over graphql-ws, upstream too; an event has one subscriber. Latency is from the subgraph to the client.',
        ...notes,
      ],
      columns: [
        'streams',
        'events',
        'arrived',
        'p50 ms',
        'p99 ms',
        'max ms',
        'CPU',
        'KB/stream',
        'memory MB',
        'opened in s',
      ],
      rows,
    },
  ];
}
