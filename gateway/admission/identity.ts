import type { IncomingHttpHeaders } from 'node:http';
import { canonicalAddress, unmapped } from '../../platform/addresses.ts';
import { afterwards } from '../../platform/afterwards.ts';
import { signedOut, unauthenticated } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { ApiKeys } from './api-keys.ts';
import type { RateAllowance } from './rate-limit.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Where a request came from, as far as the connection and trusted proxies tell. */
export interface Origin {
  /** In its one spelling; `unknown` if nothing tells it. */
  readonly address: string;
  /** ISO 3166-1 alpha-2 */
  readonly region: string;
  readonly userAgent: string | undefined;
}

/** What a client showed to say who it is: header fields, or the same fields in a WebSocket's `connection_init`. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}

export interface Identity {
  readonly viewer: Viewer;
  /** Seconds since the epoch after which the viewer is no longer known; undefined for visitors and keys. */
  readonly expiresAt: number | undefined;
  /** What is left of the rate limit, kept up to date; undefined where it is not counted. */
  allowance?: RateAllowance | undefined;
}

/**
 * Finds out who asks. Nothing that a client says about itself is believed but a token or an API key; a request
 * without either is a visitor's.
 * @throws at once or later `UNAUTHENTICATED` or `TOKEN_EXPIRED` for credentials that are not valid: such a client believes it is
 * signed in, and is told so rather than served as a visitor
 * @throws `SERVICE_UNAVAILABLE` when validity cannot be found out
 */
export type Identify = (
  credentials: Credentials,
  origin: Origin,
  /** Awaited before another service is asked about a key that is not remembered. */
  beforeAsking?: () => Promise<unknown>,
) => Identity | Promise<Identity>;

/**
 * @param tokens undefined where the gateway runs without identity: tokens are ignored and everyone is a visitor
 * @param apiKeys likewise for API keys
 * @param isRevoked whether a sign-in is known to have ended before its tokens expire; asked each time
 */
export function createIdentify(
  tokens: TokenVerifier | undefined,
  apiKeys: ApiKeys | undefined,
  isRevoked: (sessionId: string) => boolean = () => false,
): Identify {
  const bearer = (
    verifier: TokenVerifier,
    authorization: string,
    from: Whereabouts,
  ): Identity | Promise<Identity> => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
    if (token === undefined)
      throw unauthenticated('The Authorization header must be "Bearer " and an access token.');
    return afterwards(verifier.verify(token), ({ userId, sessionId, scopes, expiresAt }) => {
      if (sessionId !== undefined && isRevoked(sessionId)) throw signedOut();
      return {
        viewer: { userId, ...(sessionId !== undefined && { sessionId }), scopes, ...from },
        expiresAt,
      };
    });
  };
  const keyHolder = async (
    keys: ApiKeys,
    apiKey: string,
    from: Whereabouts,
    beforeAsking: (() => Promise<unknown>) | undefined,
  ): Promise<Identity> => {
    const { apiKeyId, userId, scopes } = await keys.check(apiKey, from.address, beforeAsking);
    return {
      viewer: { apiKeyId, ...(userId !== undefined && { userId }), scopes, ...from },
      expiresAt: undefined,
    };
  };

  return ({ authorization, apiKey }, { region, address, userAgent }, beforeAsking) => {
    const from = userAgent === undefined ? { region, address } : { region, address, userAgent };
    if (tokens && authorization !== undefined && authorization !== '')
      return bearer(tokens, authorization, from);
    if (apiKeys && apiKey !== undefined && apiKey !== '')
      return keyHolder(apiKeys, apiKey, from, beforeAsking);
    return { viewer: { scopes: [], ...from }, expiresAt: undefined };
  };
}

type Whereabouts = Pick<Viewer, 'region' | 'address' | 'userAgent'>;

/** Reads credentials from a request's headers. */
export const credentialsOf = (headers: IncomingHttpHeaders): Credentials => ({
  authorization: headers.authorization,
  apiKey: single(headers['x-api-key']),
});

/**
 * Reads credentials from the payload of `connection_init`: `Authorization` (or `authorization`), `token` (without
 * "Bearer"), `x-api-key`, at the top or under `headers`, since clients differ.
 */
export function credentialsOfPayload(payload: Record<string, unknown> | undefined): Credentials {
  const fields = new Map<string, unknown>();
  const nested = payload?.['headers'];
  for (const source of [nested, payload])
    if (typeof source === 'object' && source !== null)
      for (const [name, value] of Object.entries(source)) fields.set(name.toLowerCase(), value);
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const token = text('token');
  return {
    authorization:
      text('authorization') ??
      (token === undefined ? undefined : `Bearer ${token.replace(/^Bearer +/i, '')}`),
    apiKey: text('x-api-key'),
  };
}

/**
 * Where a request came from.
 * @param trustedProxies how many proxies stand in front, each appending to `X-Forwarded-For`; 0 believes no header
 * @param defaultRegion for requests that no proxy located (`CloudFront-Viewer-Country`)
 */
export function originOf(
  headers: IncomingHttpHeaders,
  remoteAddress: string | undefined,
  trustedProxies: number,
  defaultRegion: string,
): Origin {
  const forwarded = trustedProxies > 0 ? (single(headers['x-forwarded-for'])?.split(',') ?? []) : [];
  // counted from the right: what stands further left was written by the client itself
  const told = forwarded.at(-trustedProxies)?.trim();
  const country = trustedProxies > 0 ? single(headers['cloudfront-viewer-country']) : undefined;
  return {
    address: (told && canonicalAddress(told)) || unmapped(remoteAddress ?? 'unknown'),
    region: country !== undefined && /^[A-Z]{2}$/.test(country) ? country : defaultRegion,
    userAgent: headers['user-agent']?.slice(0, 300),
  };
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
