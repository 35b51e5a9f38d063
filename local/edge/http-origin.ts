import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import { contentHeaders, sendRefusal } from './edge-answer.ts';
import type { Origin } from './edge.ts';

export interface HttpOriginOptions {
  readonly prefix: string;
  readonly kind: 'http';
  /** Where the whole path is appended. */
  readonly url: string;
  /** Sent with each request, such as a secret by which the origin knows the edge. */
  readonly headers: Readonly<Record<string, string>>;
}

const answerMilliseconds = 30_000;

/** Passes requests on to a service of our own. What it answers is for one client and is not cached. */
export function createHttpOrigin({ url, headers }: HttpOriginOptions): Origin {
  return {
    async serve(request, response, _path, target) {
      let answer: Response;
      try {
        answer = await fetch(`${url}${target}`, {
          headers: { ...forwardedHeaders(request), ...headers },
          redirect: 'manual',
          signal: AbortSignal.timeout(answerMilliseconds),
        });
      } catch {
        return sendRefusal(request, response, 502, 'BadGateway', 'The origin does not answer');
      }
      response.writeHead(answer.status, headersOf(answer));
      if (request.method === 'HEAD' || !answer.body) {
        await answer.body?.cancel();
        return void response.end();
      }
      await pipeline(Readable.fromWeb(answer.body as ReadableStream<Uint8Array>), response as ServerResponse);
    },
    close: () => undefined,
  };
}

function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  const condition = request.headers['if-none-match'];
  return {
    'accept-encoding': 'identity',
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    ...(condition !== undefined && { 'if-none-match': condition }),
  };
}

function headersOf(answer: Response): Record<string, string> {
  const value = (name: string): string | undefined => answer.headers.get(name) ?? undefined;
  const modified = value('last-modified');
  const length = value('content-length');
  const described = contentHeaders(
    {
      contentType: value('content-type'),
      cacheControl: value('cache-control'),
      etag: value('etag'),
      lastModified: modified === undefined ? undefined : new Date(modified),
    },
    'Miss',
  );
  return { ...described, ...(length !== undefined && { 'content-length': length }) };
}
