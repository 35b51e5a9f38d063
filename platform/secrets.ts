import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether a caller knows a secret. Digests are compared, which all have one length, so that the time that it takes tells
 * neither where the two differ nor how long the secret is.
 * @param given as the caller sent it, for instance a header; anything but a text is no secret
 */
export const isSecret = (given: unknown, secret: string): boolean =>
  typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
