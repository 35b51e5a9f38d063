import { createLocalJWKSet, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { newId } from '../../platform/ids.ts';
import { SIGNING_ALGORITHM, type SigningKeys } from './signing-keys.ts';

/** Media type of access tokens (RFC 9068, 2.1): no other kind of token can be taken for one. */
const TYPE = 'at+jwt';

export interface AccessTokenClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: readonly string[];
}

export interface AccessTokens {
  sign(claims: AccessTokenClaims): Promise<{ accessToken: string; expiresAt: Date }>;
  /** The claims of a token that is good now; undefined for any other string. Says nothing about its sign-in. */
  verify(token: string): Promise<(AccessTokenClaims & { expiresAt: number }) | undefined>;
}

/** Signs access tokens as RFC 9068 profiles them: `sub` is the user, `sid` the sign-in, `scope` what they may do. */
export function createAccessTokens(options: {
  readonly keys: SigningKeys;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}): AccessTokens {
  const { keys, issuer, audience, lifetimeSeconds } = options;
  return {
    async sign({ userId, sessionId, scopes }) {
      const { kid, key } = await keys.current();
      const issuedAt = Math.floor(Date.now() / 1000);
      const accessToken = await new SignJWT({ sid: sessionId, scope: scopes.join(' '), client_id: 'marquee' })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: TYPE, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(newId('jwt'))
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(key);
      return { accessToken, expiresAt: new Date((issuedAt + lifetimeSeconds) * 1000) };
    },
    async verify(token) {
      let claims: JWTPayload;
      try {
        const verified = await jwtVerify(token, createLocalJWKSet({ keys: await keys.published() }), {
          issuer,
          audience,
          typ: TYPE,
          algorithms: [SIGNING_ALGORITHM],
          requiredClaims: ['sub', 'sid', 'exp'],
        });
        claims = verified.payload;
      } catch (error) {
        // jose names each way in which a token can be bad; what has no such name is a failure of ours
        const { code } = error as { code?: unknown };
        if (typeof code === 'string' && code.startsWith('ERR_J')) return undefined;
        throw error;
      }
      const { sub, sid, scope, exp } = claims;
      if (typeof sub !== 'string' || typeof sid !== 'string' || exp === undefined) return undefined;
      const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
      return { userId: sub, sessionId: sid, scopes, expiresAt: exp };
    },
  };
}
