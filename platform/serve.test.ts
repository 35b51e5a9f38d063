import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { createHttpService, readBody, sendJson, type HttpService, type HttpServiceOptions } from './serve.ts';

let service: HttpService;
let log = '';

async function start(options: Partial<HttpServiceOptions> = {}): Promise<string> {
  log = '';
  service = createHttpService({
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'debug', { write: (line: string) => void (log += line) }),
    routes: [],
    ready: async () => undefined,
    ...options,
  });
  await service.listen();
  return service.url;
}
afterEach(() => service.close());

describe('an HTTP service', () => {
  test('tells whether it lives and whether it is ready', async () => {
    let fault: Error | undefined;
    const url = await start({
      ready: async () => {
        if (fault) throw fault;
        return { version: 3 };
      },
    });
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
    const head = await fetch(`${url}/health/live`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
      status: 'ok',
      details: { version: 3 },
    });
    fault = new Error('the database at 10.0.0.1 is away');
    const unready = await fetch(`${url}/health/ready`);
    expect([unready.status, await unready.json()]).toEqual([503, { status: 'unavailable' }]);
  });

  test('works on some requests of one connection at a time, and answers all in their order', async () => {
    let begun = 0;
    let most = 0;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const url = await start({
      routes: [
        {
          method: 'POST',
          path: '/:number',
          async handler(incoming, response, { number }) {
            begun += 1;
            most = Math.max(most, begun);
            const body = await readBody(incoming, 100_000);
            await released;
            begun -= 1;
            sendJson(response, 200, `${number} ${body.length}`);
          },
        },
      ],
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const body = 'x'.repeat(50_000);
    for (let number = 0; number < 60; number += 1) {
      const last = number === 59 ? 'connection: close\r\n' : '';
      socket.write(
        `POST /${number} HTTP/1.1\r\nhost: a\r\n${last}content-length: ${body.length}\r\n\r\n${body}`,
      );
    }
    const answers = text(socket);
    await expect.poll(() => most).toBe(17);
    release();
    expect([...(await answers).matchAll(/"(\d+) 50000"/g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 60 }, (_, number) => number),
    );
    expect(most).toBe(17);
  });

  test('answers 500 without a reason to a handler that throws, and logs the reason', async () => {
    const url = await start({
      routes: [{ method: 'GET', path: '/', handler: () => Promise.reject(new Error('a secret reason')) }],
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(log).toContain('a request failed');
  });

  test('reads no more of a body than it may', async () => {
    const url = await start({
      routes: [
        {
          method: 'POST',
          path: '/',
          handler: async (message, response) => sendJson(response, 200, (await readBody(message, 10)).length),
        },
      ],
    });
    expect(await (await fetch(url, { method: 'POST', body: 'x'.repeat(10) })).json()).toBe(10);
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(11) })).status).toBe(413);
  });

  test.each([
    ['Content-Length: 16000000', (bytes: Buffer) => [bytes]],
    ['Transfer-Encoding: chunked', (bytes: Buffer) => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n']],
  ])('tells who sends too much so, and does not only reset the connection: %s', async (length, framed) => {
    const handler: HttpServiceOptions['routes'][number]['handler'] = async (incoming, response) => {
      await readBody(incoming, 1_000);
      sendJson(response, 200, {});
    };
    const url = await start({ routes: [{ method: 'POST', path: '/', handler }] });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n`);
    // it sends on while it reads nothing, as clients do that read when they have sent all
    for (let times = 0; times < 16; times++) {
      await setTimeout(20);
      for (const part of framed(Buffer.alloc(1_000_000, 'x')))
        await new Promise((resolve) => socket.write(part, resolve));
    }
    if (length.includes('chunked')) socket.write('0\r\n\r\n');
    expect(await text(socket)).toMatch(
      /^HTTP\/1\.1 413 [^]*\r\nconnection: close\r\n[^]*The body is larger than 1000 bytes\./,
    );
  });

  test('stops with no request lost of those who send one after the other (C68)', async () => {
    const handler: HttpServiceOptions['routes'][number]['handler'] = async (_incoming, response) => {
      await setTimeout(5);
      sendJson(response, 200, {});
    };
    const url = await start({ routes: [{ method: 'GET', path: '/', handler }] });
    const served = new Set<Agent>();
    const client = async (): Promise<string[]> => {
      const outcomes: string[] = [];
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (;;) {
        const outcome = await new Promise<string>((resolve) => {
          const sent = request(url, { agent }, (response: IncomingMessage) => {
            response.resume().on('end', () => resolve(response.headers.connection ?? ''));
          });
          sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
          sent.end();
        });
        if (outcome === 'keep-alive') {
          served.add(agent);
          continue;
        }
        outcomes.push(outcome);
        if (outcome !== 'close') return outcomes;
      }
    };
    const clients = Promise.all(Array.from({ length: 20 }, client));
    while (served.size < 20) await setTimeout(20);
    await service.close();
    // who comes back at once after the farewell may be served once more; then its connection is refused, and never reset
    for (const outcomes of await clients) {
      expect(outcomes.at(-1)).toBe('ECONNREFUSED');
      expect([...new Set(outcomes.slice(0, -1))]).toEqual(['close']);
    }
  });

  test('lets go of who does not read, and not of who reads slowly', async () => {
    let closed = 0;
    const url = await start({
      stillMilliseconds: 1_000,
      routes: [
        {
          method: 'GET',
          path: '/',
          handler(_request, response) {
            response.on('close', () => (closed += 1));
            response.end(Buffer.alloc(64 * 1024 * 1024));
          },
        },
      ],
    });
    const ask = async (): Promise<IncomingMessage> => {
      const asked = request(url).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      return response.on('error', () => undefined);
    };
    const slow = await ask();
    let [read, pauses] = [0, 0];
    slow.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read <= pauses * 8 * 1024 * 1024) return;
      pauses += 1;
      slow.pause();
      void setTimeout(100).then(() => slow.resume());
    });
    await once(slow, 'end');
    expect([read, pauses]).toEqual([64 * 1024 * 1024, 8]);

    const unread = await ask();
    unread.pause();
    while (closed < 2) await setTimeout(20);
    unread.resume();
    await new Promise((resolve) => unread.on('close', resolve)); // `once` would reject: it ends with an error
    expect([slow.complete, unread.complete]).toEqual([true, false]);
  });

  test('says which port is taken', async () => {
    const url = await start();
    const second = createHttpService({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      logger: createLogger('test', 'silent'),
      routes: [],
      ready: async () => undefined,
    });
    await expect(second.listen()).rejects.toThrow(`Port ${new URL(url).port} is in use`);
  });

  test('answers all that was sent on a connection before a stop, and closes it with the last answer', async () => {
    const releases: (() => void)[] = [];
    const url = await start({
      routes: [
        {
          method: 'GET',
          path: '/',
          handler: (_message, response) => void releases.push(() => sendJson(response, 200, releases.length)),
        },
      ],
    });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    while (releases.length < 3) await new Promise((resolve) => setImmediate(resolve));
    const closed = service.close();
    // answers are sent in the order of their requests, whichever is there first
    for (const release of releases.toReversed()) release();
    const answers = await text(socket);
    expect(answers.match(/^HTTP\/1\.1 \d+|^connection: [a-z-]+/gim)).toEqual([
      'HTTP/1.1 200',
      'Connection: keep-alive',
      'HTTP/1.1 200',
      'Connection: keep-alive',
      'HTTP/1.1 200',
      'Connection: close',
    ]);
    await closed;
  });

  test('answers all that was sent before another protocol was asked for, at a stop, too', async () => {
    const releases: (() => void)[] = [];
    const url = await start({
      routes: [
        {
          method: 'GET',
          path: '/',
          handler: (_message, response) => void releases.push(() => sendJson(response, 200, {})),
        },
      ],
    });
    const offered = once(service.server, 'upgrade');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    const [, offering] = (await offered) as [IncomingMessage, Socket];
    const closed = service.close();
    for (const release of releases) release();
    let answers = '';
    for await (const chunk of socket) if ((answers += String(chunk)).match(/^HTTP/gm)?.length === 3) break;
    expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200']);
    offering.destroy();
    await closed;
  });

  test('tells all that wait for their answers on one connection that the client has left', async () => {
    let came = 0;
    let left = 0;
    const url = await start({
      routes: [
        {
          method: 'GET',
          path: '/',
          handler(_request, response) {
            came += 1;
            response.once('close', () => (left += 1));
          },
        },
      ],
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const most = 15;
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(most));
    await expect.poll(() => came).toBe(most);
    socket.destroy();
    await expect.poll(() => left).toBe(most);
  });

  test('does not wait at a stop for connections on which nothing was ever sent', async () => {
    const { hostname, port } = new URL(await start());
    const socket = connect(Number(port), hostname);
    await once(service.server, 'connection');
    const before = performance.now();
    const closed = once(socket, 'close');
    await service.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    await closed;
  });

  test('stops after it has taken and answered all who had connected before', async () => {
    const url = await start({
      routes: [{ method: 'GET', path: '/', handler: (_, response) => sendJson(response, 200, 'here') }],
    });
    const { hostname, port } = new URL(url);
    const answers = Array.from({ length: 50 }, () => {
      const socket = connect(Number(port), hostname);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return text(socket);
    });
    // by then they are connected, and wait in line
    await new Promise<void>((resolve) => process.nextTick(resolve));
    await service.close();
    for (const answer of await Promise.all(answers))
      expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\nconnection: close\r\n[^]*"here"/i);
  });

  test('lets go of who announces a short body that nobody wants, and does not send it', async () => {
    const handler: HttpServiceOptions['routes'][number]['handler'] = () => {
      throw Object.assign(new Error('No.'), { status: 403 });
    };
    const url = await start({ routes: [{ method: 'POST', path: '/', handler }] });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
    await once(socket, 'readable');
    const since = performance.now();
    await service.close();
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 [^]*No\./);
  });

  test('stops after answers that are on their way have arrived', async () => {
    const bytes = 32 * 1024 * 1024;
    const url = await start({
      routes: [
        { method: 'GET', path: '/', handler: (_message, response) => void response.end(Buffer.alloc(bytes)) },
      ],
    });
    const agent = new Agent({ keepAlive: true });
    const [answer] = (await once(request(url, { agent }).end(), 'response')) as [IncomingMessage];
    const closed = service.close();
    let read = 0;
    for await (const chunk of answer) {
      read += (chunk as Buffer).length;
      await setTimeout(1);
    }
    expect(read).toBe(bytes);
    await closed;
    agent.destroy();
  });

  test('stops in time where another protocol waits for answers that nobody reads', async () => {
    const url = await start({
      drainMilliseconds: 200,
      routes: [
        {
          method: 'GET',
          path: '/',
          handler: (_message, response) => void response.end(Buffer.alloc(32 * 1024 * 1024)),
        },
      ],
    });
    const offered = once(service.server, 'upgrade');
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    await offered;
    await service.close();
    socket.destroy();
  });

  test('stops after running requests have their answers, and soon after', async () => {
    let release: (() => void) | undefined;
    const url = await start({
      routes: [
        {
          method: 'GET',
          path: '/',
          handler: (_message, response) =>
            new Promise((resolve) => (release = () => (sendJson(response, 200, 'done'), resolve()))),
        },
      ],
    });
    const agent = new Agent({ keepAlive: true });
    const asked = request(url, { agent }).end();
    const answered = once(asked, 'response');
    while (!release) await new Promise((resolve) => setImmediate(resolve));
    const before = performance.now();
    const closed = service.close();
    release();
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    response.resume();
    await closed;
    expect(performance.now() - before).toBeLessThan(2_000);
    agent.destroy();
  });
});
