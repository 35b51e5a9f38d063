import { EventEmitter } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { GraphQLError } from 'graphql';
import { BoundedQueue } from '../../platform/bounded-queue.ts';
import { createLogger } from '../../platform/logger.ts';
import type { HttpService } from '../../platform/serve.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { link } from './compose.ts';

/** Key that the subgraphs of tests expect signatures of. */
export const SECRET = 'a secret that only tests have, and long enough';

export interface TestSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  stop(): Promise<void>;
  /** Starts again, on the same port. */
  start(): Promise<void>;
}

/** A subgraph as the platform serves them, from SDL and resolvers, on a port of its own. */
export async function startSubgraph(name: string, types: string, resolvers: object): Promise<TestSubgraph> {
  const sdl = link + types;
  const folder = await mkdtemp(path.join(tmpdir(), 'marquee-subgraph-'));
  const file = path.join(folder, 'schema.graphql');
  await writeFile(file, sdl);
  let port = 0;
  let server: HttpService | undefined;
  const start = async (): Promise<void> => {
    server = await createSubgraphServer({
      host: '127.0.0.1',
      port,
      logger: createLogger(name, 'silent'),
      schema: pathToFileURL(file),
      resolvers,
      secret: SECRET,
      context: (viewer: Viewer) => ({ viewer }),
      ready: async () => undefined,
    });
    await server.listen();
    port = Number(new URL(server.url).port);
  };
  await start();
  return {
    name,
    sdl,
    get url() {
      return `http://127.0.0.1:${port}/graphql`;
    },
    start,
    stop: async () => server?.close(),
  };
}

/** An HTTP server that answers whatever a test wants. */
export async function startServer(
  listener: RequestListener,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Context {
  readonly viewer: Viewer;
}

/** Three subgraphs in the shape of ours: jobs tell progress, their titles are the catalog's, genres a third one's. */
export interface Studio {
  readonly jobs: TestSubgraph;
  readonly catalog: TestSubgraph;
  readonly genres: TestSubgraph;
  /** Sends `percent` to all who follow a job; `done` completes their streams. */
  readonly progress: EventEmitter;
  /** Streams that are open in the jobs subgraph. */
  readonly openStreams: () => number;
  /** What viewers the jobs subgraph saw, the newest last. */
  readonly viewers: Viewer[];
  stop(): Promise<void>;
}

export async function startStudio(): Promise<Studio> {
  const progress = new EventEmitter();
  progress.setMaxListeners(0);
  const viewers: Viewer[] = [];
  let open = 0;
  const job = (id: string, percent: number | null) => ({
    id,
    percent,
    title: { __typename: 'Title', id: 't1' },
  });

  const follow = (id: string): AsyncIterableIterator<{ progress: object }> => {
    open += 1;
    const onPercent = (percent: number | null): void => queue.push({ progress: job(id, percent) });
    const stop = (): void => {
      open -= 1;
      progress.off('percent', onPercent).off('done', onDone);
    };
    const queue = new BoundedQueue<{ progress: object }>(100, stop);
    const onDone = (): void => {
      queue.end();
      stop();
    };
    progress.on('percent', onPercent).on('done', onDone);
    return queue;
  };

  const jobs = await startSubgraph(
    'jobs',
    `type Query { job(id: ID!): Job  whoAmI: Who!  fails: String  refuses: String  slow: String  echo(text: String, mood: Mood = CALM): String  must: String! }
     type Mutation { rename(id: ID!, name: String!): Job }
     type Subscription { progress(jobId: ID!): Job!  forbidden: Job }
     enum Mood { CALM WILD }
     type Who { userId: ID  sessionId: ID  apiKeyId: ID  scopes: [String!]!  region: String!  address: String }
     type Job @key(fields: "id") { id: ID!  percent: Int!  title: Title  child: Job }
     type Title @key(fields: "id", resolvable: false) { id: ID! }`,
    {
      Query: {
        job: (_: unknown, { id }: { id: string }) => job(id, 10),
        whoAmI: (_: unknown, _arguments: unknown, { viewer }: Context) => viewer,
        fails: () => {
          throw new Error('connection to postgres://secret:secret@10.0.0.1 failed');
        },
        refuses: () => {
          throw new GraphQLError('There is no such thing.', { extensions: { code: 'NOT_FOUND' } });
        },
        slow: () => new Promise((resolve) => setTimeout(resolve, 5_000, 'late').unref()),
        echo: (_: unknown, { text, mood }: { text?: string; mood: string }) => `${text ?? ''} ${mood}`,
        must: () => 'is there',
      },
      Mutation: { rename: (_: unknown, { id }: { id: string }) => job(id, 0) },
      Subscription: {
        progress: {
          subscribe: (_: unknown, { jobId }: { jobId: string }, { viewer }: Context) => {
            viewers.push(viewer);
            return follow(jobId);
          },
        },
        forbidden: {
          subscribe: () => {
            throw new GraphQLError('You may not follow this.', { extensions: { code: 'FORBIDDEN' } });
          },
        },
      },
      Job: { child: ({ id }: { id: string }) => job(`${id}.1`, 10) },
    },
  );
  const catalog = await startSubgraph(
    'catalog',
    `type Query { titles: [Title!]! }
     type Title @key(fields: "id") { id: ID!  name: String  genres: [Genre!] }
     type Genre @key(fields: "id", resolvable: false) { id: ID! }`,
    {
      Query: { titles: () => [{ id: 't1' }, { id: 't2' }] },
      Title: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `Title ${id}`,
        genres: () => [{ id: 'g1' }, { id: 'g2' }],
      },
    },
  );
  const genres = await startSubgraph(
    'genres',
    `type Query { genres: [Genre!]! }
     type Genre @key(fields: "id") { id: ID!  name: String }`,
    {
      Query: { genres: () => [{ id: 'g1' }] },
      Genre: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `Genre ${id}`,
      },
    },
  );
  return {
    jobs,
    catalog,
    genres,
    progress,
    openStreams: () => open,
    viewers,
    async stop() {
      progress.emit('done');
      await Promise.all([jobs.stop(), catalog.stop(), genres.stop()]);
    },
  };
}
