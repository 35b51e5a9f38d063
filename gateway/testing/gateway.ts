import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { createMemoryCache } from '../../platform/cache-memory.ts';
import type { Cache } from '../../platform/cache.ts';
import type { PubSub } from '../../platform/events/events.ts';
import { createMemoryPubSub } from '../../platform/events/memory.ts';
import type { Limits } from '../../platform/limits.ts';
import { createMemoryLimits } from '../../platform/limits-memory.ts';
import { createLogger } from '../../platform/logger.ts';
import { readGatewayEnv } from '../env.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { SECRET } from './subgraphs.ts';

export interface TestGateway {
  readonly gateway: Gateway;
  /** Address of `/graphql`. */
  readonly url: string;
  /** Everything logged so far. */
  readonly log: () => string;
  /** Path of the supergraph.yaml that it serves, and the folder with a schema file per subgraph. */
  readonly file: string;
  readonly folder: string;
  /** What services tell each other by. */
  readonly pubsub: PubSub;
  /** What `/metrics` says of one metric, such as `name{label="value"}`; 0 if nothing. Needs ADMIN_PORT. */
  metric(name: string): Promise<number>;
  /** Sends an operation by POST. */
  ask(query: string, options?: AskOptions): Promise<Answer>;
  /** A graphql-ws client; closed with the gateway. */
  socket(options?: Partial<ClientOptions>): Client;
  stop(): Promise<void>;
}

export interface AskOptions {
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: FormattedExecutionResult<Record<string, any>>;
}

/**
 * A gateway over some subgraphs, on a free port, as `gateway/main.ts` makes it.
 * @param shared what it has in common with other gateways
 */
export async function startGateway(
  subgraphs: readonly { name: string; sdl: string; url: string }[],
  variables: Record<string, string> = {},
  shared: { readonly cache?: Cache; readonly pubsub?: PubSub; readonly limits?: Limits } = {},
): Promise<TestGateway> {
  const folder = await mkdtemp(path.join(tmpdir(), 'marquee-gateway-'));
  await Promise.all(subgraphs.map(({ name, sdl }) => writeFile(path.join(folder, `${name}.graphql`), sdl)));
  const file = path.join(folder, 'supergraph.yaml');
  await writeFile(
    file,
    stringify({
      federation_version: '=2.14.4',
      subgraphs: Object.fromEntries(
        subgraphs.map(({ name, url }) => [name, { routing_url: url, schema: { file: `./${name}.graphql` } }]),
      ),
    }),
  );
  let log = '';
  const {
    cache = createMemoryCache(),
    pubsub = createMemoryPubSub(),
    limits = createMemoryLimits(),
  } = shared;
  const gateway = await createGateway({
    env: readGatewayEnv({
      PORT: '0',
      SUPERGRAPH: file,
      GATEWAY_SECRET: SECRET,
      LOG_LEVEL: 'debug',
      ...variables,
    }),
    infrastructure: { limits, cache, pubsub },
    logger: createLogger('gateway', 'debug', {
      write(line) {
        log += line;
      },
    }),
  });
  await gateway.listen();
  const url = `${gateway.url}/graphql`;
  const clients: Client[] = [];
  return {
    gateway,
    url,
    log: () => log,
    file,
    folder,
    pubsub,
    async metric(name) {
      const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1) ?? 0);
    },
    async ask(query, { headers, ...rest } = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, ...rest }),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Answer['body'],
      };
    },
    socket(options = {}) {
      const client = createClient({
        url: url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        ...options,
      } as ClientOptions);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) await client.dispose();
      await gateway.close();
      await limits.close();
    },
  };
}

/** The first error's code. */
export const codeOf = ({ errors }: FormattedExecutionResult): unknown => errors?.[0]?.extensions?.['code'];

/** Resolves once `condition` holds; looks again every few milliseconds. @throws after `limit` milliseconds */
export async function until(condition: () => boolean | Promise<boolean>, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not come to pass.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
