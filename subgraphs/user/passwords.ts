import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { newToken } from './codes.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. The library's default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const LEAST_CHARACTERS = 8;
const MOST_BYTES = 1024;

export interface Passwords {
  /** argon2id in PHC format. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the one that was hashed. Without a hash it takes as long and says no, so that nobody learns
   * from the time whether there is an account.
   */
  matches(hash: string | null | undefined, password: string): Promise<boolean>;
  /** Why this may not become a password, as a sentence; undefined if it may. */
  weakness(password: string, email: string): string | undefined;
}

/** The same password may reach us composed or decomposed, depending on the keyboard (NIST SP 800-63B, 5.1.1.2). */
const normalise = (password: string): string => password.normalize('NFKC');

const tooLong = (password: string): boolean => Buffer.byteLength(password) > MOST_BYTES;

export async function createPasswords(): Promise<Passwords> {
  const decoy = await hash(newToken(), cost);
  const common = new Set(
    (dictionary['passwords-common'] as string[]).filter((password) => password.length >= LEAST_CHARACTERS),
  );
  return {
    hash: (password) => hash(normalise(password), cost),
    async matches(known, password) {
      // what could never have been a password is not worth hashing, but costs the same time
      const matches = await verify(known ?? decoy, tooLong(password) ? '' : normalise(password));
      return matches && typeof known === 'string';
    },
    weakness(password, email) {
      if (/\p{Cs}/u.test(password)) return 'The password holds half a character: type it again.';
      if (tooLong(password)) return `The password is too long: use at most ${MOST_BYTES} bytes.`;
      if (Array.from(password).length < LEAST_CHARACTERS)
        return `The password is too short: use at least ${LEAST_CHARACTERS} characters.`;
      const plain = normalise(password).toLowerCase();
      if (common.has(plain)) return 'Too many people use this password: choose another.';
      if (plain === email || plain === email.split('@')[0])
        return 'The password is part of the e-mail: choose another.';
      return undefined;
    },
  };
}
