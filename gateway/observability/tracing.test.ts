import { request, type IncomingHttpHeaders } from 'node:http';
import type { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startServer, startStudio, type Studio } from '../testing/subgraphs.ts';

interface ReportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  readonly status: { code: number };
}

/** The threads that were started to send spans. */
const threads: Worker[] = [];
vi.mock('node:worker_threads', async (original) => {
  const real = await original<{ Worker: typeof Worker }>();
  class Known extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      threads.push(this);
    }
  }
  return { ...real, Worker: Known };
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/**
 * A collector of OpenTelemetry, which keeps what it is sent.
 * @param refusals statuses of its first answers, with which it keeps nothing
 */
async function startCollector(...refusals: number[]) {
  const spans: ReportedSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      expect(request.url).toBe('/v1/traces');
      headers.push(request.headers);
      const refusal = refusals.shift();
      if (refusal !== undefined) return response.writeHead(refusal).end();
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      for (const { scopeSpans } of (JSON.parse(body.toString()) as any).resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans);
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  stops.push(server.stop);
  return { url: server.url, spans, headers };
}

async function start(variables: Record<string, string>): Promise<{ gateway: TestGateway; studio: Studio }> {
  const studio = await startStudio();
  stops.push(studio.stop);
  const gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], variables);
  return { gateway, studio };
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

describe('spans', () => {
  const recorded = { headers: { traceparent: `00-${TRACE}-${CALLER}-01` } };

  test('are sent again to a collector that had no time for them', async () => {
    const collector = await startCollector(503);
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await gateway.ask('{ must }', recorded);
    await gateway.stop();
    expect(collector.headers).toHaveLength(2);
    expect(collector.spans.map(({ name }) => name)).toContain('POST /graphql');
  });

  test('that a collector refuses, or that is away, are told of in the log, and cost no answer', async () => {
    const collector = await startCollector(400);
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect((await gateway.ask('{ must }', recorded)).status).toBe(200);
    await gateway.stop();
    expect(collector.spans).toEqual([]);
    expect(gateway.log()).toMatch(/Bad Request \(400\).*spans could not be sent/);
    const away = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    expect((await away.gateway.ask('{ must }', recorded)).status).toBe(200);
    await away.gateway.stop();
    expect(away.gateway.log()).toMatch(/ECONNREFUSED.*spans could not be sent/);
  });

  test('to a collector that answers without end are lost, which the log tells of, and fill no memory', async () => {
    let [sent, closed] = [0, 0];
    const piece = Buffer.alloc(64 * 1024, 'x');
    const endless = await startServer((incoming, response) => {
      incoming.resume();
      response.writeHead(200);
      response.on('close', () => (closed += 1));
      const more = (): void => {
        do sent += piece.length;
        while (response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    stops.push(endless.stop);
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endless.url });
    await gateway.ask('{ must }', recorded);
    await gateway.stop();
    await until(() => closed === 1);
    // what the network holds is beyond what was read
    expect(sent).toBeLessThan(20 * 1024 * 1024);
    expect(gateway.log()).toMatch(/answer is longer than 1048576 bytes.*spans could not be sent/);
  });

  test('to a collector that goes on answering are lost in time', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '500');
    stops.push(async () => vi.unstubAllEnvs());
    const slow = await startServer((incoming, response) => {
      incoming.resume();
      response.writeHead(200);
      const more = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(more));
    });
    stops.push(slow.stop);
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: slow.url });
    await gateway.ask('{ must }', recorded);
    await gateway.stop();
    expect(gateway.log()).toMatch(/answer was not over after 500 ms.*spans could not be sent/);
  });

  test.each(['-5', '99999999999'])(
    'reach their collector where its time is %s, which is none',
    async (time) => {
      vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', time);
      stops.push(async () => vi.unstubAllEnvs());
      let arrived = 0;
      const collector = await startServer((incoming, response) => {
        arrived += 1;
        incoming.resume();
        setTimeout(() => response.writeHead(200).end('{}'), 50);
      });
      stops.push(collector.stop);
      const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
      await gateway.ask('{ must }', recorded);
      await gateway.stop();
      expect([arrived, gateway.log()]).toEqual([1, expect.not.stringMatching(/could not be sent/)]);
    },
  );

  test('that a collector does not take are not waited for by a stop, which the log tells of', async () => {
    let asked = 0;
    const held = await startServer(() => void (asked = performance.now()));
    stops.push(held.stop);
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: held.url });
    expect((await gateway.ask('{ must }', recorded)).status).toBe(200);
    await gateway.stop();
    // not of the whole stop: a thread that has just started takes its time
    expect(performance.now() - asked).toBeLessThan(6_000);
    expect(gateway.log()).toMatch(/the last ones are lost.*spans could not be sent/);
  });

  test('are sent by another thread if one crashes, which the log tells of', async () => {
    const collector = await startCollector();
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const first = threads.at(-1);
    const crashed = new Promise((resolve) => first?.once('exit', resolve));
    first?.postMessage(['spans that it knows nothing to do with']);
    await crashed;
    expect((await gateway.ask('{ must }', recorded)).status).toBe(200);
    await gateway.stop();
    expect(gateway.log()).toContain('what sends spans crashed');
    expect(threads.at(-1)).not.toBe(first);
    expect(collector.spans.map(({ name }) => name)).toContain('POST /graphql');
  });

  test('are sent with the headers, and as compressed, as the variables of OpenTelemetry say', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'api-key=secret');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    stops.push(async () => vi.unstubAllEnvs());
    const collector = await startCollector();
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await gateway.ask('{ must }', recorded);
    await gateway.stop();
    expect(collector.headers).toMatchObject([{ 'api-key': 'secret', 'content-encoding': 'gzip' }]);
    expect(collector.spans.length).toBeGreaterThan(0);
  });
});

describe('a request is traced', () => {
  test('from its client through operation and plan to each fetch, in the trace of its caller', async () => {
    const collector = await startCollector();
    const received: unknown[] = [];
    const one = await startServer((request, response) => {
      received.push(request.headers.traceparent, request.headers.tracestate);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"one":"x"}}');
    });
    stops.push(one.stop);
    const gateway = await startGateway([{ name: 'one', sdl: 'type Query { one: String }', url: one.url }], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    const { body } = await gateway.ask('query One { one }', {
      headers: { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'other=1' },
    });
    expect(body).toEqual({ data: { one: 'x' } });
    await gateway.stop();

    const span = (name: string): ReportedSpan => {
      const [found, ...more] = collector.spans.filter((one) => one.name === name);
      expect(more).toEqual([]);
      return found!;
    };
    const asked = span('POST /graphql');
    const operation = span('query One');
    expect(asked).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2 });
    expect(operation).toMatchObject({ traceId: TRACE, parentSpanId: asked.spanId });
    expect(operation.attributes).toContainEqual({
      key: 'graphql.operation.name',
      value: { stringValue: 'One' },
    });
    expect(span('graphql.plan')).toMatchObject({ traceId: TRACE, parentSpanId: asked.spanId });
    expect(span('fetch one')).toMatchObject({ traceId: TRACE, parentSpanId: operation.spanId, kind: 3 });
    expect(received).toEqual([`00-${TRACE}-${span('fetch one').spanId}-01`, 'other=1']);
  });

  test('under the name of its route, however its client spells that', async () => {
    const collector = await startCollector();
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACE_RATIO: '1' });
    for (const path of ['/graphql#chosen', '/graphql?a=b', 'http://elsewhere/graphql']) {
      const { hostname, port } = new URL(gateway.url);
      const body = '{"query":"{ must }"}';
      const headers = { 'content-type': 'application/json' };
      const status = await new Promise((resolve, reject) => {
        request({ hostname, port, path, method: 'POST', headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end(body);
      });
      expect(status).toBe(200);
    }
    await gateway.stop();
    const requests = collector.spans.filter(({ kind }) => kind === 2);
    expect(requests.map(({ name }) => name)).toEqual(Array(3).fill('POST /graphql'));
  });

  test('and marked where a subgraph failed', async () => {
    const collector = await startCollector();
    const { gateway, studio } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRACE_RATIO: '1',
      RETRY_SHARE: '0',
    });
    await studio.jobs.stop();
    await gateway.ask('{ must }');
    await gateway.stop();
    await studio.jobs.start();
    expect(collector.spans.find(({ name }) => name === 'fetch jobs')?.status.code).toBe(2);
  });

  test('not if its caller records nothing, or by the share that is recorded', async () => {
    const collector = await startCollector();
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACE_RATIO: '0' });
    await gateway.ask('{ must }');
    await gateway.ask('{ must }', { headers: { traceparent: `00-${TRACE}-${CALLER}-00` } });
    await gateway.ask('query Kept { must }', { headers: { traceparent: `00-${TRACE}-${CALLER}-01` } });
    await gateway.stop();
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(collector.spans.filter(({ name }) => name.startsWith('query'))).toHaveLength(1);
  });

  test('no more in a second than are wanted, but for those that callers record', async () => {
    const collector = await startCollector();
    const { gateway } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRACE_RATIO: '1',
      TRACES_PER_SECOND: '3',
    });
    const began = performance.now();
    await Promise.all(Array.from({ length: 30 }, () => gateway.ask('{ must }')));
    const seconds = Math.ceil((performance.now() - began) / 1000) + 1;
    await Promise.all(
      Array.from({ length: 5 }, () =>
        gateway.ask('query Kept { must }', { headers: { traceparent: `00-${TRACE}-${CALLER}-01` } }),
      ),
    );
    await gateway.stop();
    const own = collector.spans.filter(({ name }) => name === 'query').length;
    expect(own).toBeGreaterThanOrEqual(3);
    expect(own).toBeLessThanOrEqual(3 * seconds);
    expect(collector.spans.filter(({ name }) => name === 'query Kept')).toHaveLength(5);
  });

  test('over a WebSocket, where each operation is a request', async () => {
    const collector = await startCollector();
    const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const payload = {
      query: 'query Socket { must }',
      extensions: { traceparent: `00-${TRACE}-${CALLER}-01` },
    };
    for await (const answer of gateway.socket().iterate(payload)) expect(answer.data).toBeDefined();
    await until(() => gateway.log().includes('"Socket"'));
    await gateway.stop();
    const sent = collector.spans.filter(({ name }) => name === 'query Socket');
    expect(sent.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE]);
    expect(sent.map(({ parentSpanId }) => parentSpanId)).toContain(CALLER);
  });
});

test('a collector that is away costs no request', async () => {
  const { gateway } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', TRACE_RATIO: '1' });
  expect((await gateway.ask('{ must }')).body).toEqual({ data: { must: 'is there' } });
  await gateway.stop();
  expect(gateway.log()).toMatch(/ECONNREFUSED.*spans could not be sent/);
});
