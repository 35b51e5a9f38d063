// A primary and three workers for cluster-pubsub.test.ts. Worker 1 says what its primary is told to say through it;
// each process writes what it hears as a line of JSON.
import cluster, { type Worker } from 'node:cluster';
import { createInterface } from 'node:readline';
import { createPrimaryPubSub, createWorkerPubSub } from '../cluster-pubsub.ts';
import type { PubSub } from '../events.ts';

const write = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function listen(pubsub: PubSub, who: string): Promise<void> {
  const messages = await pubsub.subscribe('news');
  write({ who, listens: true, pid: process.pid });
  for await (const message of messages) write({ who, heard: message });
}

async function say(pubsub: PubSub, message: string): Promise<void> {
  try {
    await pubsub.publish('news', message);
    write({ said: message });
  } catch (error) {
    write({ failed: message, code: (error as { extensions?: { code?: string } }).extensions?.code });
  }
}

if (cluster.isPrimary) {
  const pubsub = createPrimaryPubSub();
  void listen(pubsub, 'primary');
  const workers: Worker[] = Array.from({ length: 3 }, () => cluster.fork());
  // `primary MESSAGE` and `worker MESSAGE`: who is to say it
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [who, message = ''] = line.split(' ');
    if (who === 'primary') void say(pubsub, message);
    else workers[0]?.send({ say: message });
  });
  process.stdin.on('end', () => {
    for (const worker of workers) worker.process.kill('SIGKILL');
    process.exit(0);
  });
} else {
  const pubsub = createWorkerPubSub();
  void listen(pubsub, String(cluster.worker?.id));
  process.on('message', (message: { say?: string }) => {
    if (message.say !== undefined) void say(pubsub, message.say);
  });
}
