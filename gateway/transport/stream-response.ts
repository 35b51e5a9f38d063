import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import type { Trace } from '../../platform/trace.ts';
import type { Identity } from '../admission/identity.ts';
import { isText } from '../execution/executor.ts';
import type { EventStream } from '../execution/shared-streams.ts';
import { clientOf } from '../observability/request-log.ts';
import type { OperationRequest, PreparedOperation } from '../operation/operation.ts';
import type { EndReason, OpenStreams, StreamConnection } from './open-streams.ts';
import { codesOf, type Pipeline } from './pipeline.ts';

/** How a subscription is written into a response. */
export interface StreamFormat {
  readonly transport: 'sse' | 'multipart';
  readonly contentType: string;
  /** Written at once, so that the client knows that its stream is open. */
  readonly opening: string;
  readonly heartbeat: string;
  result(json: string): string;
  /** What comes last, by the reason of the end. */
  ending(reason: EndReason): string;
  /** Whether the response is broken off after that, in place of an end like that of any other. */
  breaksOff(reason: EndReason): boolean;
}

/** Writes the head of a response that is a stream. Proxies must neither keep it back nor keep it. */
export function beginStream(response: ServerResponse, { contentType, opening }: StreamFormat): void {
  response.writeHead(200, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  // sent by itself the head becomes one string; together with a body it would stay the fifty pieces that node makes it of
  response.flushHeaders();
  response.write(opening);
}

/** A subscription that was asked for over HTTP. */
export interface HttpSubscription {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly format: StreamFormat;
  readonly identity: Identity;
  readonly operation: PreparedOperation;
  readonly asked: OperationRequest;
  readonly trace: Trace;
}

/**
 * Begins a subscription whose events are the response.
 * @throws what refuses it; nothing has been written then
 */
export function followOverHttp(
  subscription: HttpSubscription,
  pipeline: Pipeline,
  streams: OpenStreams,
  logger: Logger,
): void {
  const { request, response, format, identity, operation, asked, trace } = subscription;
  const { viewer } = identity;
  const start = performance.now();
  streams.check(viewer);
  const events = pipeline.subscribe(operation, asked, { viewer, trace });
  const connection = new StreamResponse({
    response,
    identity,
    format,
    events,
    present: (result) => pipeline.present(result, trace),
    onEnd(reason, codes) {
      streams.finish(stream, reason);
      streams.disconnect(connection);
      pipeline.observe({
        transport: format.transport,
        operation,
        client: clientOf(request.headers),
        viewer,
        trace,
        seconds: (performance.now() - start) / 1000,
        codes,
        canceled: false,
        ended: reason,
      });
    },
  });
  const stream = streams.begin(connection, operation.supergraph.id);
  streams.connect(connection);
  connection.run().catch((error: unknown) => {
    logger.error({ error }, 'a stream failed');
    connection.end('failed');
  });
}

interface StreamResponseOptions {
  readonly response: ServerResponse;
  readonly identity: Identity;
  readonly format: StreamFormat;
  readonly events: EventStream;
  readonly present: (result: ExecutionResult) => FormattedExecutionResult;
  /** Called once, whoever ends it. */
  readonly onEnd: (reason: EndReason, codes: readonly string[]) => void;
}

/** A response that lasts as long as its subscription. */
class StreamResponse implements StreamConnection {
  readonly identity: Identity;
  readonly #options: StreamResponseOptions;
  #codes: Set<string> | undefined;
  #over = false;
  /** Heartbeats since the client last took something. */
  #stuck = 0;

  constructor(options: StreamResponseOptions) {
    this.#options = options;
    this.identity = options.identity;
    const { response, format } = options;
    beginStream(response, format);
  }

  /** Hands over events until either side ends it. */
  async run(): Promise<void> {
    const { response, format, events } = this.#options;
    if (response.destroyed) return this.#finish('client');
    response.once('close', () => this.#finish('client'));
    for (;;) {
      const { done, value } = await events.next();
      if (done) break;
      const json = isText(value) ? value.text : this.#present(value);
      // a client that is slower than its stream: what it has no time for waits, and is dropped, in its queue
      if (!response.write(format.result(json))) await drained(response);
    }
    this.end(events.ended ?? 'failed');
  }

  end(reason: EndReason): void {
    if (this.#over) return;
    const { response, format } = this.#options;
    this.#finish(reason);
    if (reason === 'slow') response.destroy();
    else if (format.breaksOff(reason)) response.write(format.ending(reason), () => response.destroy());
    else response.end(format.ending(reason));
  }

  beat(): void {
    const { response, format } = this.#options;
    if (!response.writableNeedDrain) {
      this.#stuck = 0;
      response.write(format.heartbeat);
    } else if (++this.#stuck > 2) this.end('slow');
  }

  #present(result: ExecutionResult): string {
    const presented = this.#options.present(result);
    for (const code of codesOf(presented)) (this.#codes ??= new Set()).add(code);
    return JSON.stringify(presented);
  }

  #finish(reason: EndReason): void {
    if (this.#over) return;
    this.#over = true;
    void this.#options.events.return();
    this.#options.onEnd(reason, [...(this.#codes ?? [])]);
  }
}

/** Resolves when the client has taken what was written, or has left. */
export const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
