import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id such as `usr_01jd3x…`: a prefix that tells what it names, then 26 characters of Crockford base32 as in
 * ULID: 48 bits of time, so that ids sort by age, and 80 random bits (https://github.com/ulid/spec).
 */
export function newId(prefix: string): string {
  let time = Date.now();
  let stamp = '';
  for (let digit = 0; digit < 10; digit++) {
    stamp = alphabet.charAt(time % 32) + stamp;
    time = Math.floor(time / 32);
  }
  // 16 random bytes, five bits of each: every character is equally likely
  const random = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('');
  return `${prefix}_${stamp}${random}`;
}
