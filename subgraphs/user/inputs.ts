import * as z from 'zod';

/** Control characters, which PostgreSQL or a terminal might choke on, and halves of characters. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

const address = z.email().max(254);

/** The address as it is kept, trimmed and in lower case; undefined if it cannot be one. */
export function readEmail(email: string): string | undefined {
  const result = address.safeParse(email.normalize('NFKC').trim().toLowerCase());
  return result.success ? result.data : undefined;
}
export const EMAIL_ADVICE = 'This is not an e-mail address: write it as name@example.com.';

/**
 * A name as it is kept: trimmed, on one line; undefined if nothing is left, if it is longer than `most` characters or
 * holds control characters.
 */
export function readName(name: string, most: number): string | undefined {
  const trimmed = name.normalize('NFC').trim();
  const length = Array.from(trimmed).length;
  if (length === 0 || length > most || unprintable.test(trimmed)) return undefined;
  return trimmed;
}

/** A device's name for the list of sign-ins: whatever was said, made presentable; null if nothing was. */
export function readDevice(device: string | null | undefined): string | null {
  const characters = Array.from((device ?? '').slice(0, 1000)).filter(
    (character) => !unprintable.test(character),
  );
  const shown = characters
    .join('')
    .trim()
    .slice(0, 200)
    .replace(/\p{Cs}$/u, '');
  return shown === '' ? null : shown;
}

/** The language tag in canonical form; undefined if it is none (BCP 47). */
export function readLanguage(tag: string): string | undefined {
  try {
    return tag.length <= 35 ? Intl.getCanonicalLocales(tag)[0] : undefined;
  } catch {
    // RangeError is how Intl says that it is no language tag
    return undefined;
  }
}
