import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base32: no character that another could be taken for (https://www.crockford.com/base32.html). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Random characters of Crockford's base32, five bits each. */
export const randomBase32 = (length: number): string =>
  // 256 is a multiple of 32: every character is equally likely
  Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % 32)).join('');

/** A code for people: 80 random bits as `K7QM-3XWD-9FTR-0B5N`. */
export const newCode = (): string => randomBase32(16).match(/.{4}/g)?.join('-') ?? '';

/** The code as it was made, however a person typed it. */
export const readCode = (typed: string): string =>
  typed
    .slice(0, 100)
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll(/(.{4})(?=.)/g, '$1-');

/** A token for programs: 256 random bits in base64url. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of a code or token: enough to know it again, no help in making it. It needs no salt or stretching,
 * since what goes in is random. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
