import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { forbidden, unauthenticated } from './errors.ts';

/** Who asks. The gateway finds out and signs it; subgraphs believe nothing else. */
export interface Viewer {
  /** Id of the signed-in user; absent for visitors and for keys that act for nobody. */
  readonly userId?: string;
  /** Id of the sign-in that the access token belongs to. */
  readonly sessionId?: string;
  /** Id of the API key, when the request came with one. */
  readonly apiKeyId?: string;
  /** What the viewer may do, for instance `catalog:write`. */
  readonly scopes: readonly string[];
  /** ISO 3166-1 alpha-2 code of the country that the request came from. */
  readonly region: string;
  /** Address that the request came from, for rate limits and session lists. */
  readonly address?: string;
  /** What the client calls itself (`User-Agent`). */
  readonly userAgent?: string;
}

/** Name of the header in which the gateway hands the viewer to a subgraph. */
export const VIEWER_HEADER = 'marquee-viewer';

const mac = (payload: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(payload).digest();

/**
 * Signs a viewer for a subgraph: `base64url(JSON).base64url(HMAC-SHA256)`.
 * @param secret key shared by the gateway and the subgraphs
 * @param lifetimeSeconds how long subgraphs accept it
 */
export function signViewer(viewer: Viewer, secret: string, lifetimeSeconds = 60): string {
  const expiresAt = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const payload = Buffer.from(JSON.stringify({ viewer, expiresAt })).toString('base64url');
  return `${payload}.${mac(payload, secret).toString('base64url')}`;
}

/**
 * Reads a header that {@link signViewer} made.
 * @throws a `FORBIDDEN` GraphQLError if it is missing, altered, or past its expiry
 */
export function verifyViewer(header: string | undefined, secret: string): Viewer {
  const [payload, signature] = header?.split('.') ?? [];
  if (!payload || !signature) throw forbidden('Only the gateway may ask this service.');
  const given = Buffer.from(signature, 'base64url');
  const expected = mac(payload, secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw forbidden('Only the gateway may ask this service.');
  const { viewer, expiresAt } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    viewer: Viewer;
    expiresAt: number;
  };
  if (expiresAt < Date.now() / 1000) throw forbidden('The gateway signed this request too long ago.');
  return viewer;
}

/**
 * The signed-in user's id.
 * @throws `UNAUTHENTICATED` for a visitor, `FORBIDDEN` for an API key: a key never acts on its owner's account
 */
export function requireUser(viewer: Viewer): string {
  if (viewer.apiKeyId !== undefined) throw forbidden('An API key cannot be used for this; sign in instead.');
  if (viewer.userId === undefined) throw unauthenticated();
  return viewer.userId;
}

export const hasScope = (viewer: Viewer, scope: string): boolean => viewer.scopes.includes(scope);

/** @throws `UNAUTHENTICATED` for a visitor, `FORBIDDEN` for a viewer without the scope */
export function requireScope(viewer: Viewer, scope: string): void {
  if (hasScope(viewer, scope)) return;
  if (viewer.userId === undefined && viewer.apiKeyId === undefined) throw unauthenticated();
  throw lacksScope([scope]);
}

/** The refusal for want of scopes. @param alternatives lists of scopes, of which one is needed whole */
export function lacksScope(...alternatives: readonly (readonly string[])[]): GraphQLError {
  const each = alternatives.map((scopes) => scopes.map((scope) => `"${scope}"`).join(' and '));
  const one = alternatives.flat().length === 1;
  return forbidden(`This needs the ${one ? 'scope' : 'scopes'} ${each.join(', or ')}.`);
}
