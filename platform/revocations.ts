/** Pub/sub channel on which every gateway hears of sign-ins that ended before their access tokens expire. */
export const REVOCATIONS = 'sessions:revoked';

/** A message of {@link REVOCATIONS}. */
export interface Revocation {
  readonly userId: string;
  readonly sessionId: string;
}
