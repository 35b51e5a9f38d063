import type { IncomingHttpHeaders } from 'node:http';

/** Pages of Apollo that a developer may use with any platform. */
const SANDBOX = [
  'https://studio.apollographql.com',
  'https://sandbox.embed.apollographql.com',
  'https://explorer.embed.apollographql.com',
];

export interface Origins {
  /**
   * Whether a request may come from the page it comes from. One without `Origin` comes from no page, or from our own.
   */
  allows(headers: IncomingHttpHeaders): boolean;
  /**
   * Adds the CORS headers of an answer (https://fetch.spec.whatwg.org/#http-cors-protocol).
   * @param head names and values in turn
   */
  addHeaders(headers: IncomingHttpHeaders, head: string[]): void;
}

/** @param allowed origins besides our own, such as `https://app.example.com`; `*` allows all; Sandbox's always are */
export function createOrigins(allowed: readonly string[]): Origins {
  const list = new Set([...SANDBOX, ...allowed]);
  const allows = ({ origin, host }: IncomingHttpHeaders): boolean => {
    if (origin === undefined || list.has('*') || list.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  };
  return {
    allows,
    addHeaders(headers, head) {
      head.push('vary', 'Origin');
      if (headers.origin === undefined || !allows(headers)) return;
      head.push(
        'access-control-allow-origin',
        headers.origin,
        'access-control-expose-headers',
        'x-trace-id, retry-after, ratelimit, ratelimit-policy',
      );
      if (headers['access-control-request-method'] === undefined) return;
      head.push('access-control-allow-methods', 'GET, POST, OPTIONS', 'access-control-max-age', '86400');
      const asked = headers['access-control-request-headers'];
      if (asked !== undefined) head.push('access-control-allow-headers', asked);
    },
  };
}

/** The origin of an address as browsers name it: no path, no port that goes without saying. An example for what names no host. */
export function originNamed(address: string): string {
  const { origin, protocol, host } = new URL(URL.canParse(address) ? address : 'about:');
  if (host === '') return 'https://app.example.com';
  return origin === 'null' ? `${protocol}//${host}` : origin;
}

const preflighting = ['x-apollo-operation-name', 'apollo-require-preflight'];

/**
 * Whether a request without a JSON body may be answered. A page of somebody else can make a browser send a "simple"
 * request without asking us first, and learn from how long it took. So, as in Apollo Server, it needs a header that
 * makes the browser ask (https://www.apollographql.com/docs/apollo-server/security/cors#preventing-cross-site-request-forgery-csrf).
 * A `fetch` in CORS mode from an allowed origin needs none: browsers mark it themselves, in a header that no page can
 * set (https://www.w3.org/TR/fetch-metadata/), and name the page's origin whenever it is a foreign one.
 */
export function isSafeSimpleRequest(headers: IncomingHttpHeaders, origins: Origins): boolean {
  if (preflighting.some((name) => headers[name] !== undefined && headers[name] !== '')) return true;
  return (
    headers['sec-fetch-mode'] === 'cors' &&
    // one of a foreign page that does not say which cannot be allowed
    (headers.origin !== undefined || headers['sec-fetch-site'] !== 'cross-site') &&
    origins.allows(headers)
  );
}
