import type { IncomingMessage, ServerResponse } from 'node:http';

/** What an origin has under a path, as far as a browser is told. */
export interface ContentHeaders {
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
}

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Content-Length, Content-Range, Age, X-Cache',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/** Answers a browser that asks whether a page may fetch from here: any page may; a signature decides what it gets. */
export function sendPreflight(request: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(204, {
      ...corsHeaders,
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'access-control-max-age': '86400',
    })
    .end();
}

/** Refuses as CloudFront does, in XML. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  if (!request.complete) response.setHeader('connection', 'close');
  response
    .writeHead(status, {
      ...corsHeaders,
      'content-type': 'text/xml',
      'cache-control': 'no-store',
      'x-cache': 'Error from edge',
    })
    .end(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
}

/** The headers of an answer with content. */
export const contentHeaders = (
  { contentType, cacheControl, etag, lastModified }: ContentHeaders,
  cache: 'Hit' | 'Miss',
): Record<string, string> => ({
  ...corsHeaders,
  'content-type': contentType ?? 'application/octet-stream',
  ...(cacheControl && { 'cache-control': cacheControl }),
  ...(etag && { etag }),
  ...(lastModified && { 'last-modified': lastModified.toUTCString() }),
  'x-cache': `${cache} from edge`,
});

/** True if the client has this content already (RFC 9110, 13.1.2; weak comparison). */
export function isNotModified(request: IncomingMessage, etag: string | undefined): boolean {
  const given = request.headers['if-none-match'];
  if (given === undefined || etag === undefined) return false;
  const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
  return given.trim() === '*' || given.split(',').some((tag) => plain(tag) === plain(etag));
}

/** The Range header, unless If-Range says that it was meant for other content. */
export function wantedRange(request: IncomingMessage, etag: string | undefined): string | undefined {
  const condition = request.headers['if-range'];
  return condition === undefined || condition === etag ? request.headers.range : undefined;
}
