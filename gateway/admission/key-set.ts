import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { createSharedCalls } from './shared-calls.ts';

/** The public keys that tokens are signed with, as the issuer publishes them. */
export interface KeySet {
  /** The address, for `jose`, which asks again when it meets an unknown key or its copy is old. */
  readonly url: URL;
  /**
   * Asks the issuer, once for all who want to know meanwhile. Where it cannot be reached or answers no key set, the last
   * keys it gave serve on (RFC 7517 sets no lifetime).
   * @throws if it has never given any
   */
  fetch(): Promise<JSONWebKeySet>;
  /** The last answer if it is younger than some minutes, or else a new one. */
  current(): Promise<JSONWebKeySet>;
}

const FRESH_MILLISECONDS = 5 * 60_000;
const TIMEOUT = 3_000;

/** What a key must have (RFC 7517, section 4.1); what else it has is for `jose`. */
const keyShape = z.looseObject({ kty: z.string() });
const keySetShape = z.object({ keys: z.array(z.unknown()) });

/** The keys of a set, without what is none: that is to be passed over (section 5). @throws if there is no key among its items */
function readKeySet(answer: unknown): JSONWebKeySet {
  const { data } = keySetShape.safeParse(answer);
  const keys = (data?.keys ?? []).flatMap((item) => keyShape.safeParse(item).data ?? []);
  if (!data || (data.keys.length > 0 && keys.length === 0))
    throw new Error('The issuer answered no key set.');
  return { keys };
}

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
      const keys = readKeySet(await response.json());
      last = { keys, at: Date.now() };
      return keys;
    } catch (error) {
      if (last) return last.keys;
      throw error;
    }
  };
  /** Keys from later than now are of an age that nobody knows: the clock was put back. */
  const isFresh = (age: number): boolean => age >= 0 && age < FRESH_MILLISECONDS;
  const shared = createSharedCalls<JSONWebKeySet>();
  const askOnce = (): Promise<JSONWebKeySet> => shared(address, ask);
  return {
    url,
    fetch: askOnce,
    current: async () => (last && isFresh(Date.now() - last.at) ? last.keys : askOnce()),
  };
}
