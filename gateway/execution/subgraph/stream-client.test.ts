import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FormattedExecutionResult } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { traceFrom } from '../../../platform/trace.ts';
import { createStreamClient } from './stream-client.ts';
import type { SubgraphClient } from './client.ts';
import { openUpstream } from '../upstream.ts';

/** Messages of a client, with the socket that they came over. */
type Script = (
  message: { id?: string; type: string; payload?: { query: string } },
  socket: WebSocket,
) => void;

/** A subgraph that says over its sockets what a test has it say. */
interface Subgraph {
  readonly url: string;
  readonly open: () => number;
  readonly opened: () => number;
}

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing.splice(0)) close();
});

async function startScripted(
  script: Script,
  acknowledges: (socket: WebSocket) => boolean = () => true,
): Promise<Subgraph> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'graphql-transport-ws',
  });
  let opened = 0;
  server.on('connection', (socket) => {
    opened += 1;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Parameters<Script>[0];
      if (message.type === 'connection_init') {
        if (acknowledges(socket)) socket.send('{"type":"connection_ack"}');
      } else script(message, socket);
    });
  });
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    open: () => server.clients.size,
    opened: () => opened,
  };
}

/** Several messages that come as one piece. */
const say = (socket: WebSocket, ...messages: readonly object[]): void => {
  const { _socket: raw } = socket as unknown as { _socket: { cork(): void; uncork(): void } };
  raw.cork();
  for (const message of messages) socket.send(JSON.stringify(message));
  raw.uncork();
};

/** As many losses as the gateway bears: with fewer, chance alone would end a stream that shares a place with another's breaks. */
const ATTEMPTS = 10;

/** @param streamsApart further connections, where there are some */
function follow(
  client: Client,
  query: string,
  streamsApart?: SubgraphClient['streamsApart'],
  maxAttempts = 3,
) {
  const results: FormattedExecutionResult[] = [];
  const end = vi.fn();
  const subgraph = {
    name: 'jobs',
    streams: client,
    streamsApart: streamsApart ?? (() => client),
    streamPayload: (request: object) => request,
  } as unknown as SubgraphClient;
  const asker = {
    viewer: { scopes: [], region: 'US' },
    trace: traceFrom(undefined),
    signal: new AbortController().signal,
  };
  const leave = openUpstream(
    subgraph,
    { query },
    asker,
    { next: (event) => results.push(event as FormattedExecutionResult), end },
    { onLoss: () => undefined, maxAttempts, backoff: 50 },
  );
  return { results, end, leave };
}

const errors = [{ message: 'No.' }];
/** How a subgraph ends a stream, in one piece. */
const endings: Record<string, (id: string) => object[]> = {
  'a result of errors alone, and the end': (id) => [
    { id, type: 'next', payload: { errors } },
    { id, type: 'complete' },
  ],
  'an error, and the end': (id) => [
    { id, type: 'error', payload: errors },
    { id, type: 'complete' },
  ],
  'the end, twice': (id) => [
    { id, type: 'complete' },
    { id, type: 'complete' },
  ],
  'the end, and another event': (id) => [
    { id, type: 'complete' },
    { id, type: 'next', payload: { data: { late: true } } },
  ],
};

describe('a connection stays as long as there are streams on it', () => {
  test.concurrent.each(Object.entries(endings))(
    'where one ended by %s',
    async (_, ending) => {
      const subgraph = await startScripted(({ id = '', type, payload }, socket) => {
        if (type !== 'subscribe') return;
        if (payload?.query === 'ends') say(socket, ...ending(id));
        else say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
      });
      const client = createStreamClient(subgraph.url);
      const [leaving, staying] = [follow(client, 'goes on'), follow(client, 'goes on')];
      const ended = follow(client, 'ends');
      await vi.waitFor(() => expect(ended.end).toHaveBeenCalledTimes(1));
      await vi.waitFor(() => expect([leaving, staying].map(({ results }) => results.length)).toEqual([1, 1]));
      expect(ended.results).toEqual([]);
      leaving.leave();
      // longer than a connection without streams stays open
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(staying.end).not.toHaveBeenCalled();
      expect([subgraph.open(), subgraph.opened()]).toEqual([1, 1]);
      staying.leave();
      await vi.waitFor(() => expect(subgraph.open()).toBe(0), 5_000);
    },
    15_000,
  );
});

test.concurrent(
  'a connection that is not acknowledged is given up, and tried again',
  async () => {
    let well = false;
    let asked = 0;
    const subgraph = await startScripted(
      ({ id = '', type }, socket) => {
        if (type === 'subscribe') say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
      },
      () => {
        asked += 1;
        return well;
      },
    );
    const { results, leave } = follow(createStreamClient(subgraph.url), 'goes on');
    await vi.waitFor(() => expect(asked).toBe(1));
    well = true;
    await vi.waitFor(() => expect(results).toHaveLength(1), 10_000);
    expect([subgraph.open(), subgraph.opened()]).toEqual([1, 2]);
    leave();
  },
  15_000,
);

test.concurrent(
  'a connection that failed takes nothing of the next one along, however late its farewell',
  async () => {
    const subgraph = await startScripted(({ id = '', type }, socket) => {
      if (type !== 'subscribe') return;
      if (subgraph.opened() > 1) return say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
      socket.send('not JSON');
      const { _socket: raw } = socket as unknown as { _socket: { pause(): void; resume(): void } };
      raw.pause();
      setTimeout(() => raw.resume(), 1_000);
    });
    const { results, end, leave } = follow(createStreamClient(subgraph.url), 'goes on');
    await vi.waitFor(() => expect(results).toHaveLength(1));
    await vi.waitFor(() => expect(subgraph.open()).toBe(1), 5_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect([subgraph.open(), subgraph.opened(), results.length]).toEqual([1, 2, 1]);
    expect(end).not.toHaveBeenCalled();
    leave();
    await vi.waitFor(() => expect(subgraph.open()).toBe(0), 5_000);
  },
  15_000,
);

test.concurrent(
  'a connection that is opened while another fails is not taken for that one',
  async () => {
    const subgraph = await startScripted(({ id = '', type }, socket) => {
      if (type !== 'subscribe') return;
      if (subgraph.opened() === 1) sayRaw(socket, 0x81, 1, 0xff);
      else say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
    });
    const client = createStreamClient(subgraph.url);
    const began: ReturnType<typeof follow>[] = [];
    // before its end is told as well
    client.on('error', () => queueMicrotask(() => began.push(follow(client, 'goes on'))));
    began.push(follow(client, 'goes on'));
    await vi.waitFor(() => expect(began.map(({ results }) => results.length)).toEqual([1, 1]));
    expect([subgraph.open(), subgraph.opened()]).toEqual([1, 2]);
    for (const { leave } of began) leave();
    await vi.waitFor(() => expect(subgraph.open()).toBe(0), 5_000);
  },
  15_000,
);

/** Ways in which one stream breaks the connection under all. */
const breaks: Record<string, (socket: WebSocket) => void> = {
  'a message that is no text': (socket) => sayRaw(socket, 0x81, 1, 0xff),
  'what cannot be unpacked': (socket) => sayRaw(socket, 0xc1, 4, 0xff, 0xff, 0xff, 0xff),
  'a close for invalid data': (socket) => socket.close(1007),
  'a close for a bad request': (socket) => socket.close(4400, 'Invalid message received'),
  'a close for an internal error': (socket) => socket.close(4500, 'It throws.'),
};
const sayRaw = (socket: WebSocket, ...bytes: number[]): void => {
  (socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.from(bytes));
};

test.concurrent.each(Object.entries(breaks))(
  'a stream that breaks the connection after each first event is ended: by %s',
  async (_, breakIt) => {
    let asked = 0;
    const subgraph = await startScripted(({ id = '', type, payload }, socket) => {
      if (type !== 'subscribe') return;
      say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
      if (payload?.query === 'breaks') breakIt(socket);
      else asked += 1;
    });
    const apart = new Map<number, Client>();
    const streamsApart = (index: number): Client => {
      const one = apart.get(index) ?? createStreamClient(subgraph.url);
      apart.set(index, one);
      return one;
    };
    const client = createStreamClient(subgraph.url);
    const others = Array.from({ length: 5 }, () => follow(client, 'goes on', streamsApart, ATTEMPTS));
    await vi.waitFor(() => expect(asked).toBe(5));
    const culprit = follow(client, 'breaks', streamsApart, ATTEMPTS);
    await vi.waitFor(() => expect(culprit.end).toHaveBeenCalledTimes(1), 5_000);
    expect(culprit.end).toHaveBeenCalledWith('upstream_lost', expect.anything());
    // once each, and now and then one that chance brought to the same place
    await vi.waitFor(() => expect(asked).toBeGreaterThanOrEqual(10));
    expect(asked).toBeLessThan(20);
    for (const { end, leave } of others) {
      expect(end).not.toHaveBeenCalled();
      leave();
    }
  },
  15_000,
);

test.concurrent.each([1000, 1012, 4004, 4005, 4499])(
  'a connection that is closed with %d under its streams is lost like any other',
  async (code) => {
    let asked = 0;
    const subgraph = await startScripted(({ type }, socket) => {
      if (type !== 'subscribe') return;
      asked += 1;
      socket.close(code, 'a reason');
    });
    const { end } = follow(createStreamClient(subgraph.url), 'goes on');
    await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1));
    expect(end).toHaveBeenCalledWith('upstream_lost', expect.anything());
    expect(asked).toBe(3);
  },
);

test.concurrent(
  'a subgraph that throws before it hears of a stream does not throw at that',
  async () => {
    let asked = 0;
    const subgraph = await startScripted(
      ({ id = '', type }, socket) => {
        if (type === 'subscribe') say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
      },
      (socket) => {
        asked += 1;
        if (asked > 6) return true;
        socket.close(4500, 'No database.');
        return false;
      },
    );
    const apart = vi.fn(() => client);
    const client = createStreamClient(subgraph.url);
    const { results, end, leave } = follow(client, 'goes on', apart, ATTEMPTS);
    await vi.waitFor(() => expect(results).toHaveLength(1), 10_000);
    expect(end).not.toHaveBeenCalled();
    expect(apart).not.toHaveBeenCalled();
    leave();
  },
  15_000,
);

test.concurrent.each(['', 'no URL', 'ftp://127.0.0.1/', 'http://127.0.0.1:99999/'])(
  'at "%s" there is no stream',
  async (url) => {
    const { end } = follow(createStreamClient(url), 'goes on');
    await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1));
    expect(end).toHaveBeenCalledWith('upstream_lost', expect.anything());
  },
);

test.concurrent('a fragment of a URL is not for the subgraph', async () => {
  const subgraph = await startScripted(({ id = '', type }, socket) => {
    if (type === 'subscribe') say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
  });
  const { results, leave } = follow(createStreamClient(`${subgraph.url}#fragment`), 'goes on');
  await vi.waitFor(() => expect(results).toHaveLength(1));
  leave();
});

test.concurrent(
  'events that are too long break fewer and fewer other streams, until theirs is ended',
  async () => {
    const tooLong = JSON.stringify({ data: 'x'.repeat(16 * 1024 * 1024) });
    const open = new Map<string, WebSocket>();
    const alive = () => [...open].filter(([, { readyState, OPEN }]) => readyState === OPEN);
    let asked = 0;
    const subgraph = await startScripted(({ id = '', type, payload }, socket) => {
      if (type === 'complete') open.delete(id);
      if (type !== 'subscribe') return;
      say(socket, { id, type: 'next', payload: { data: { event: 1 } } });
      if (payload?.query === 'too long')
        return socket.send(`{"id":"${id}","type":"next","payload":${tooLong}}`);
      asked += 1;
      open.set(id, socket);
    });
    const client = createStreamClient(subgraph.url);
    const apart = new Map<number, Client>();
    const streamsApart = (index: number): Client => {
      const one = apart.get(index) ?? createStreamClient(subgraph.url);
      apart.set(index, one);
      return one;
    };
    const others = Array.from({ length: 20 }, () => follow(client, 'goes on', streamsApart, ATTEMPTS));
    await vi.waitFor(() => expect(alive()).toHaveLength(20));
    const culprit = follow(client, 'too long', streamsApart, ATTEMPTS);
    await vi.waitFor(() => expect(culprit.end).toHaveBeenCalledTimes(1), 20_000);
    expect(culprit.end).toHaveBeenCalledWith('upstream_lost', expect.anything());
    await vi.waitFor(() => expect(alive()).toHaveLength(20), 10_000);
    // once each, an eighth of them again, and hardly any after that; on one connection it would be all of them each time
    expect(asked).toBeGreaterThanOrEqual(40);
    expect(asked).toBeLessThan(60);
    for (const [id, socket] of alive())
      say(socket, { id, type: 'next', payload: { data: { event: 'last' } } });
    for (const { results, end } of others) {
      await vi.waitFor(() => expect(results.at(-1)).toEqual({ data: { event: 'last' } }));
      expect(end).not.toHaveBeenCalled();
    }
    for (const { leave } of others) leave();
    await vi.waitFor(() => expect(subgraph.open()).toBe(0), 5_000);
  },
  40_000,
);
