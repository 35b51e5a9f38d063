import { afterwards } from '../../platform/afterwards.ts';
import type { Credentials, Identify, Identity, Origin } from './identity.ts';
import type { RateLimit } from './rate-limit.ts';

/** Finds out who asks, and counts the request. Nothing is awaited where nothing has to be. */
export type Admit = (credentials: Credentials, origin: Origin) => Identity | Promise<Identity>;

/** @returns throws as {@link Identify} and {@link RateLimit} do */
export function createAdmit(identify: Identify, rate: RateLimit): Admit {
  const counted = (identity: Identity): Identity | Promise<Identity> =>
    afterwards(rate.request(identity.viewer), (allowance) => {
      identity.allowance = allowance;
      return identity;
    });

  const admitKnown = (credentials: Credentials, origin: Origin): Identity | Promise<Identity> => {
    let isCounted = false;
    const countAddress = async (): Promise<void> => {
      isCounted = true;
      await rate.request({ address: origin.address });
    };
    /** Guesses at tokens and keys count too, and tokens that have expired, against the address that they come from. */
    const refuse = async (error: unknown): Promise<never> => {
      const { code } = (error as { extensions?: { code?: unknown } }).extensions ?? {};
      if ((code === 'UNAUTHENTICATED' || code === 'TOKEN_EXPIRED') && !isCounted) await countAddress();
      throw error;
    };
    try {
      // a flood of keys is over for its address before the service that knows keys is asked
      const identity = identify(credentials, origin, countAddress);
      return afterwards(identity instanceof Promise ? identity.catch(refuse) : identity, counted);
    } catch (error) {
      return refuse(error);
    }
  };

  return (credentials, origin) => {
    const { authorization = '', apiKey = '' } = credentials;
    if (authorization !== '' || apiKey !== '') return admitKnown(credentials, origin);
    return afterwards(identify(credentials, origin), counted);
  };
}
