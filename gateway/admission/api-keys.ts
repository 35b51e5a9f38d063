import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { networkOf } from '../../platform/addresses.ts';
import { codedError, unauthenticated } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { createSharedCalls } from './shared-calls.ts';

export interface VerifiedKey {
  readonly apiKeyId: string;
  /** Whom the key acts for, if for anybody. */
  readonly userId: string | undefined;
  readonly scopes: readonly string[];
}

export interface ApiKeys {
  /**
   * Whoever shows a key that is being asked about already joins that call.
   * @param address where the key was shown
   * @param beforeAsking awaited before the user service is asked about a key that is not remembered, once for all who
   * show it at that address meanwhile; what it throws ends their checks
   * @throws `UNAUTHENTICATED` for a key that is unknown or revoked, `SERVICE_UNAVAILABLE` if that cannot be found out
   */
  check(
    key: string,
    address: string | undefined,
    beforeAsking?: () => Promise<unknown>,
  ): Promise<VerifiedKey>;
}

type Answer = VerifiedKey | 'invalid';

/** A revoked key is refused after at most so long. */
const REMEMBER_VALID = 30_000;
const REMEMBER_INVALID = 10_000;
const TIMEOUT = 3_000;

/**
 * Checks keys at the user service's introspection endpoint (RFC 7662), and remembers answers by the key's hash: keys
 * themselves are kept nowhere.
 * @param url the endpoint
 * @param secret what the gateway shows there to be answered
 */
export function createApiKeys(url: string, secret: string, logger: Logger): ApiKeys {
  const answers = new LRUCache<string, Answer>({ max: 10_000 });
  const shared = createSharedCalls<Answer>();

  const ask = async (key: string): Promise<Answer> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
        body: new URLSearchParams({ token: key }),
        signal: AbortSignal.timeout(TIMEOUT),
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`The endpoint answered ${response.status}.`);
      const { active, token_type, client_id, sub, scope } = (await response.json()) as Record<
        string,
        unknown
      >;
      // the endpoint knows access tokens too, and those have their own header
      if (active !== true || (token_type !== undefined && token_type !== 'api_key')) return 'invalid';
      if (typeof client_id !== 'string') throw new Error('The endpoint names no key ("client_id").');
      return {
        apiKeyId: client_id,
        userId: typeof sub === 'string' ? sub : undefined,
        scopes: typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [],
      };
    } catch (error) {
      logger.error({ cause: String(error) }, 'an API key could not be checked');
      throw codedError('SERVICE_UNAVAILABLE', 'API keys cannot be checked at the moment. Try again later.');
    }
  };

  const askAndRemember = async (key: string, hash: string): Promise<Answer> => {
    const answer = await ask(key);
    answers.set(hash, answer, { ttl: answer === 'invalid' ? REMEMBER_INVALID : REMEMBER_VALID });
    return answer;
  };

  return {
    async check(key, address, beforeAsking) {
      const hash = createHash('sha256').update(key).digest('base64');
      const answer =
        answers.get(hash) ??
        // of two addresses one may be over its limit, which is none of the other's business
        (await shared(`${hash} ${networkOf(address)}`, async () => {
          await beforeAsking?.();
          return shared(hash, () => askAndRemember(key, hash));
        }));
      if (answer === 'invalid') throw unauthenticated('The API key is not valid.');
      return answer;
    },
  };
}
