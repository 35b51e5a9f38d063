import { sendJson, type Route } from '../../platform/serve.ts';
import { JWKS_MAX_AGE_SECONDS, type SigningKeys } from './signing-keys.ts';

/** `GET /.well-known/jwks.json`: the public keys with which access tokens can be checked (RFC 7517). */
export const keySetRoute = (keys: SigningKeys): Route => ({
  method: 'GET',
  path: '/.well-known/jwks.json',
  async handler(_request, response) {
    const published = await keys.published();
    // one that asks while the database is away keeps what it has
    response.setHeader('cache-control', `public, max-age=${JWKS_MAX_AGE_SECONDS}, stale-if-error=86400`);
    sendJson(response, 200, { keys: published });
  },
});
