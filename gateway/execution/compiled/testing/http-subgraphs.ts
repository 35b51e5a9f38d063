import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSubgraphClients, type SubgraphClient } from '../../subgraph/client.ts';
import type { Answers } from './mock-subgraph.ts';
import { hash } from './random.ts';
import { silent } from './world.ts';

export interface HttpSubgraphs {
  /** Lets a subgraph answer over HTTP. */
  connect(name: string, answer: Answers): SubgraphClient;
  /** Which of the answers go wrong; the same for the same seed and request. */
  seed: number;
  close(): Promise<void>;
}

/** What can befall an answer on its way, or in a server that is not what it should be. */
const mishaps: readonly ((response: ServerResponse, text: string) => void)[] = [
  (response, text) => response.writeHead(500, { 'content-type': 'application/json' }).end(text),
  (response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end('<!doctype html><h1>Bad Gateway</h1>'),
  (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Hello</h1>'),
  (response) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end('{"errors":[{"message":"Who are you?","extensions":{"code":"UNAUTHENTICATED"}}]}'),
  (response, text) => response.writeHead(200).end(text.slice(0, text.length / 2)),
  (response, text) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) + 1 });
    response.write(text, () => response.destroy());
  },
  (response) => void response.destroy(),
  (response) => response.writeHead(204).end(),
  (response, text) => response.writeHead(200, { 'content-type': 'text/plain' }).end(`\n ${text} \n`),
];

/**
 * Subgraphs behind servers of their own, asked by the clients that the gateway has.
 * @param count how many there are at most
 */
export async function createHttpSubgraphs(count: number): Promise<HttpSubgraphs> {
  const answers = new Map<number, { name: string; answer: Answers }>();
  const servers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => respond(index, Buffer.concat(chunks).toString(), response));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return server;
    }),
  );
  const respond = (index: number, body: string, response: ServerResponse): void => {
    const { name = '', answer } = answers.get(index) ?? {};
    const { query } = JSON.parse(body) as { query: string };
    const text = answer?.(body);
    const mishap = mishaps[hash(subgraphs.seed, name, query) % 60];
    if (text === undefined) response.destroy();
    else if (mishap) mishap(response, text);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  };
  const clients = createSubgraphClients({
    logger: silent,
    signer: () => undefined,
    timeout: 5_000,
    maxResponseBytes: 1_000_000,
    urlFor: () => undefined,
  });
  const subgraphs: HttpSubgraphs = {
    seed: 0,
    connect(name, answer) {
      const index = answers.size;
      answers.set(index, { name, answer });
      const address = servers[index]?.address() as AddressInfo;
      return clients.get(name, `http://127.0.0.1:${address.port}/graphql`);
    },
    async close() {
      await clients.close();
      for (const server of servers) server.close();
    },
  };
  return subgraphs;
}
