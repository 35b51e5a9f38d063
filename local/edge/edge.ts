import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../platform/logger.ts';
import { createHttpService } from '../../platform/serve.ts';
import { sendPreflight, sendRefusal } from './edge-answer.ts';
import { createHttpOrigin, type HttpOriginOptions } from './http-origin.ts';
import { cleanPath } from './request-path.ts';
import { createS3Origin, type S3OriginOptions } from './s3-origin.ts';
import { createUrlCheck, splitUrl } from './signed-url.ts';

export interface EdgeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Scheme, host and port that clients use, without a slash at the end: part of what is signed. The own address if not given. */
  readonly publicUrl?: string;
  /** Public keys in PEM by key pair id. */
  readonly keys: Readonly<Record<string, string>>;
  /** The longest prefix that fits a path decides where it leads. Prefixes begin and end with a slash. */
  readonly origins: readonly (S3OriginOptions | HttpOriginOptions)[];
  readonly logger: Logger;
}

export interface Edge {
  readonly url: string;
  /** @throws with a sentence that names the port if it is taken */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** A place that content comes from. */
export interface Origin {
  /**
   * @param path decoded and clean
   * @param target path and query as they came, without what signs them
   */
  serve(request: IncomingMessage, response: ServerResponse, path: string, target: string): Promise<void>;
  close(): void;
}

/** CloudFront on one machine: it serves what a signed URL opens, from a bucket or from a service. */
export function createEdge(options: EdgeOptions): Edge {
  const { host, port, publicUrl, keys, origins, logger } = options;
  const refusalOf = createUrlCheck(keys);
  const behaviours = origins
    .map((origin) => ({
      prefix: origin.prefix,
      origin: origin.kind === 's3' ? createS3Origin(origin) : createHttpOrigin(origin),
    }))
    .sort((a, b) => b.prefix.length - a.prefix.length);

  /** In this order: a path that is no path is refused before anything looks at it. */
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const path = cleanPath(target);
    if (path === undefined) return sendRefusal(request, response, 400, 'BadRequest', 'Bad request');
    if (request.method === 'OPTIONS') return sendPreflight(request, response);
    const url = `${publicUrl ?? service.url}${target}`;
    const clientAddress = request.socket.remoteAddress ?? '';
    const refusal = refusalOf({ url, clientAddress, now: Date.now() });
    if (refusal) return sendRefusal(request, response, 403, refusal.code, refusal.message);
    const behaviour = behaviours.find(({ prefix }) => path.startsWith(prefix));
    if (!behaviour) return sendRefusal(request, response, 403, 'AccessDenied', 'Access Denied');
    return behaviour.origin.serve(request, response, path, splitUrl(target).resource);
  }

  function refuseMethod(request: IncomingMessage, response: ServerResponse): void {
    sendRefusal(request, response, 403, 'AccessDenied', 'This distribution serves GET and HEAD only');
  }

  const service = createHttpService({
    host,
    port,
    logger,
    routes: [
      ...(['GET', 'HEAD', 'OPTIONS'] as const).map((method) => ({ method, path: '/*', handler: serve })),
      ...(['POST', 'PUT', 'DELETE'] as const).map((method) => ({
        method,
        path: '/*',
        handler: refuseMethod,
      })),
    ],
    ready: () => Promise.resolve(),
  });

  return {
    get url() {
      return service.url;
    },
    listen: () => service.listen(),
    async close() {
      await service.close();
      for (const { origin } of behaviours) origin.close();
    },
  };
}
