import { readBody } from '../../platform/serve.ts';
import { startServer, type TestSubgraph } from './subgraphs.ts';

/** What stands before a subgraph: it passes calls on, and can hold some back. */
export interface Gate {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  /** The operations that were asked, the newest last. */
  readonly calls: readonly string[];
  /** Calls that were broken off before they were answered. */
  readonly canceled: () => number;
  /**
   * Holds back the answers to all operations that have a field of this name.
   * @returns lets them go
   */
  hold(field: string): () => void;
  stop(): Promise<void>;
}

export async function startGate(subgraph: TestSubgraph): Promise<Gate> {
  const calls: string[] = [];
  const held = new Map<string, Promise<void>>();
  let canceled = 0;
  const server = await startServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) canceled += 1;
    });
    const answer = async (): Promise<void> => {
      const body = (await readBody(request, 1e6)).toString();
      const { query } = JSON.parse(body) as { query: string };
      calls.push(query);
      await Promise.all([...held].flatMap(([field, free]) => (query.match(`\\b${field}\\b`) ? [free] : [])));
      if (response.destroyed) return;
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => !['host', 'content-length', 'connection'].includes(name),
        ),
      ) as Record<string, string>;
      const answered = await fetch(subgraph.url, { method: 'POST', headers, body });
      response.writeHead(answered.status, { 'content-type': 'application/json' }).end(await answered.text());
    };
    answer().catch((error: unknown) => response.destroy(error as Error));
  });
  return {
    name: subgraph.name,
    sdl: subgraph.sdl,
    url: server.url,
    calls,
    canceled: () => canceled,
    hold(field) {
      let free: () => void = () => undefined;
      const freed = new Promise<void>((resolve) => {
        free = resolve;
      });
      held.set(field, freed);
      return () => {
        held.delete(field);
        free();
      };
    },
    async stop() {
      await server.stop();
      await subgraph.stop();
    },
  };
}
