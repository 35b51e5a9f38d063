import { isSecret } from '../../platform/secrets.ts';
import { readBody, sendJson, type Route } from '../../platform/serve.ts';
import { looksLikeApiKey } from './api-keys.ts';
import { digest } from './codes.ts';
import type { Parts } from './parts.ts';
import { scopesOf } from './scopes.ts';

const MAX_BODY_BYTES = 8 * 1024;

/** What RFC 7662 (2.2) calls an introspection response. */
export type Introspection =
  | { active: false }
  | {
      active: true;
      token_type: 'api_key' | 'access_token';
      sub: string;
      /** Id of the API key, or of the sign-in's client. */
      client_id: string;
      /** Space-separated: what the token may do and its owner still may. */
      scope: string;
      /** Id of the sign-in, for an access token. */
      sid?: string;
      exp?: number;
    };

/** What a token is good for right now. Notes that a key is used, once a minute at most. */
export async function introspect(parts: Parts, token: string): Promise<Introspection> {
  return looksLikeApiKey(token) ? introspectKey(parts, token) : introspectAccessToken(parts, token);
}

async function introspectKey({ prisma }: Parts, token: string): Promise<Introspection> {
  const key = await prisma.apiKey.findUnique({ where: { hash: digest(token) }, include: { user: true } });
  if (key === null || key.revokedAt !== null) return { active: false };
  const minuteAgo = new Date(Date.now() - 60_000);
  if (key.lastUsedAt === null || key.lastUsedAt < minuteAgo)
    await prisma.apiKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: new Date() } });
  const held = scopesOf(key.user.roles);
  return {
    active: true,
    token_type: 'api_key',
    sub: key.userId,
    client_id: key.id,
    scope: key.scopes.filter((scope) => held.includes(scope)).join(' '),
  };
}

async function introspectAccessToken({ prisma, accessTokens }: Parts, token: string): Promise<Introspection> {
  const claims = await accessTokens.verify(token);
  if (claims === undefined) return { active: false };
  const session = await prisma.session.findFirst({ where: { id: claims.sessionId, endedAt: null } });
  if (session === null) return { active: false };
  return {
    active: true,
    token_type: 'access_token',
    sub: claims.userId,
    client_id: 'marquee',
    scope: claims.scopes.join(' '),
    sid: claims.sessionId,
    exp: claims.expiresAt,
  };
}

/** `POST /internal/introspect`, as RFC 7662 has it; the gateway shows its secret as a bearer token. */
export const introspectionRoute = (parts: Parts): Route => ({
  method: 'POST',
  path: '/internal/introspect',
  async handler(request, response) {
    response.setHeader('cache-control', 'no-store');
    if (!isSecret(request.headers.authorization, `Bearer ${parts.env.GATEWAY_SECRET}`)) {
      response.setHeader('www-authenticate', 'Bearer');
      return sendJson(response, 401, { error: 'invalid_client' });
    }
    const form = new URLSearchParams((await readBody(request, MAX_BODY_BYTES)).toString());
    const token = form.get('token');
    if (token === null) return sendJson(response, 400, { error: 'invalid_request' });
    sendJson(response, 200, await introspect(parts, token));
  },
});
