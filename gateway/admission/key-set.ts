import type { JSONWebKeySet } from 'jose';

/** The public keys that tokens are signed with, as the issuer publishes them. */
export interface KeySet {
  /** The address, for `jose`, which asks again when it meets an unknown key or its copy is old. */
  readonly url: URL;
  /** Asks the issuer; where it cannot be reached, the last keys it gave serve on (RFC 7517 sets no lifetime). */
  fetch(): Promise<JSONWebKeySet>;
  /** The last answer if it is younger than some minutes, or else a new one. */
  current(): Promise<JSONWebKeySet>;
}

const FRESH_MILLISECONDS = 5 * 60_000;
const TIMEOUT = 3_000;

export function createKeySet(address: string): KeySet {
  let last: { keys: JSONWebKeySet; at: number } | undefined;
  const url = new URL(address);
  const ask = async (): Promise<JSONWebKeySet> => {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT),
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`The issuer answered ${response.status}.`);
      const keys = (await response.json()) as JSONWebKeySet;
      if (!Array.isArray(keys.keys)) throw new Error('The issuer answered no key set.');
      last = { keys, at: Date.now() };
      return keys;
    } catch (error) {
      if (last) return last.keys;
      throw error;
    }
  };
  return {
    url,
    fetch: ask,
    current: async () => (last && Date.now() - last.at < FRESH_MILLISECONDS ? last.keys : ask()),
  };
}
