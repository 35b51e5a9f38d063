import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  jwksCache,
  jwtVerify,
  type JSONWebKeySet,
  type JWKSCacheInput,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { codedError, isCoded, signedOut, unauthenticated } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KeySet } from './key-set.ts';

export interface VerifiedToken {
  readonly userId: string;
  readonly sessionId: string | undefined;
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** One whose tokens are believed. */
export interface TokenIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** `aud` that its tokens must have. */
  readonly audience: string;
  /** Its keys; asked again, once a second at most, for a key that is not known. */
  readonly keySet: KeySet;
  /**
   * Put before `sub` to make the viewer's id, so that two issuers cannot mean two people by one id; nothing if not
   * given.
   */
  readonly userPrefix?: string | undefined;
}

export interface TokenVerifier {
  /**
   * @returns at once for a token that was verified a short while ago
   * @throws later: `TOKEN_EXPIRED`, `UNAUTHENTICATED`, or `SERVICE_UNAVAILABLE` while there are no keys to check with
   */
  verify(token: string): VerifiedToken | Promise<VerifiedToken>;
}

/** Asymmetric only: with a shared secret or "none" anybody who reads the public keys could sign. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];
/** Seconds by which the issuer's clock may differ. */
const CLOCK_TOLERANCE = 2;
/**
 * Milliseconds for which the keys serve without being asked for again, and for which a verified token is believed without
 * another look at its signature, which takes longer than all else that a small operation needs. A token of a key that its
 * issuer has withdrawn is refused after both together at the latest.
 */
const KEYS_SERVE = 4 * 60_000;
const REMEMBERED = 60_000;
/** Characters of all the tokens that are remembered. */
const MOST_REMEMBERED = 8 * 1024 * 1024;

/** A token that was verified. */
interface Remembered {
  readonly verified: VerifiedToken;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Verifies access tokens in the profile of RFC 9068: signature, `iss`, `aud`, `exp`, `nbf`, `typ: at+jwt`. A token is
 * checked with the keys of the issuer that it names, and with no other's. Only what was found good is remembered.
 * @param findRevoked looks up whether a sign-in has ended before its tokens expire; asked with the signature
 */
export function createTokenVerifier(
  issuers: readonly TokenIssuer[],
  logger: Logger,
  findRevoked: (sessionId: string) => Promise<boolean> = async () => false,
): TokenVerifier {
  // by size, since `max` takes the memory for all of them at once
  const remembered = new LRUCache<string, Remembered>({
    maxSize: MOST_REMEMBERED,
    sizeCalculation: (_, token) => token.length,
  });
  const keysOf = async ({ keySet }: TokenIssuer): Promise<JSONWebKeySet> => {
    try {
      return await keySet.fetch();
    } catch (error) {
      logger.error({ cause: String(error) }, 'the keys to check tokens with cannot be had');
      throw codedError('SERVICE_UNAVAILABLE', 'Sign-ins cannot be checked at the moment. Try again later.');
    }
  };
  const known = new Map<string, TokenIssuer & { keys: JWTVerifyGetKey }>();
  for (const one of issuers) {
    const last: JWKSCacheInput = {};
    const keys = createRemoteJWKSet(one.keySet.url, {
      cacheMaxAge: KEYS_SERVE,
      cooldownDuration: 1_000,
      [customFetch]: async () => Response.json(await keysOf(one)),
      [jwksCache]: last,
    });
    known.set(one.issuer, {
      ...one,
      async keys(header, token) {
        // by a clock that was put back, the last keys would serve on and keep a new one out until it has caught up
        if (Date.now() < (last.uat ?? 0)) await keys.reload();
        return keys(header, token);
      },
    });
  }
  const check = async (token: string): Promise<VerifiedToken> => {
    let payload: JWTPayload;
    let userPrefix: string | undefined;
    try {
      // nothing is believed yet: the name, which may be any JSON, only chooses by whose keys the token must be signed
      const claimed = known.get(decodeJwt(token).iss as string);
      if (!claimed) throw new errors.JWTClaimValidationFailed('an issuer that is not known', {}, 'iss');
      userPrefix = claimed.userPrefix;
      payload = await payloadOf(token, claimed.keys, {
        issuer: claimed.issuer,
        audience: claimed.audience,
        algorithms: ALGORITHMS,
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE,
      });
      // a subject that names nobody would make one user of all who have it
      if (typeof payload.sub !== 'string' || payload.sub === '')
        throw new errors.JWTClaimValidationFailed('a subject that is no name', payload, 'sub');
    } catch (error) {
      throw refusal(error, logger);
    }
    const { sub, sid, scope, exp = 0 } = payload;
    const verified: VerifiedToken = {
      userId: `${userPrefix ?? ''}${sub ?? ''}`,
      sessionId: typeof sid === 'string' ? sid : undefined,
      scopes: typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [],
      expiresAt: exp,
    };
    if (verified.sessionId !== undefined && (await findRevoked(verified.sessionId))) throw signedOut();
    const until = Math.min(Date.now() + REMEMBERED, (exp + CLOCK_TOLERANCE) * 1000);
    remembered.set(token, { verified, until });
    return verified;
  };

  return {
    verify(token) {
      const before = remembered.get(token);
      const left = before ? before.until - Date.now() : 0;
      // more is left only where the clock was put back
      return before && left > 0 && left <= REMEMBERED ? before.verified : check(token);
    },
  };
}

/** The claims of a token, verified by the key that it names; if it names none and several fit, by the one that signed it. */
async function payloadOf(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (codeOf(error) !== errors.JWKSMultipleMatchingKeys.code) throw error;
    for await (const key of error as errors.JWKSMultipleMatchingKeys)
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failed) {
        if (codeOf(failed) !== errors.JWSSignatureVerificationFailed.code) throw failed;
      }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** Why a token is refused. Whatever was thrown is about the token, unless it says itself that there are no keys. */
function refusal(error: unknown, logger: Logger): unknown {
  if (isCoded(error)) return error;
  const code = codeOf(error);
  if (code === errors.JWTExpired.code)
    return codedError(
      'TOKEN_EXPIRED',
      'The access token has expired: get a new one with your refresh token.',
    );
  // errors of jose begin with ERR_J; another one may come of a key that the issuer should not have published
  const isUsual = typeof code === 'string' && code.startsWith('ERR_J');
  logger[isUsual ? 'debug' : 'warn']({ cause: String(error) }, 'a token was refused');
  return unauthenticated('The access token is not valid.');
}
