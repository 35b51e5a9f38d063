import type { Cache } from './cache.ts';

/** Pub/sub channel on which every gateway hears of sign-ins that ended before their access tokens expire. */
export const REVOCATIONS = 'sessions:revoked';

/** A message of {@link REVOCATIONS}. */
export interface Revocation {
  readonly userId: string;
  readonly sessionId: string;
}

/** Seconds for which a sign-out is remembered: the user service issues no access token that lives longer. */
export const REVOCATION_SECONDS = 3_600;

const keyOf = (sessionId: string): string => `revoked:${sessionId}`;

/** Keeps a sign-out for gateways that do not hear of it when it is said. */
export const keepRevocation = (cache: Cache, { sessionId }: Revocation): Promise<void> =>
  cache.set(keyOf(sessionId), true, REVOCATION_SECONDS);

/** Whether a sign-out was kept; no while what keeps it is away. */
export const isRevocationKept = async (cache: Cache, sessionId: string): Promise<boolean> =>
  (await cache.get<boolean>(keyOf(sessionId))) === true;
