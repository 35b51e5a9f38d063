import { afterwards } from '../../platform/afterwards.ts';
import type { Credentials, Identify, Identity, Origin } from './identity.ts';
import type { RateLimit } from './rate-limit.ts';

/**
 * Finds out who asks, and counts the request. Nothing is awaited where nothing has to be: most requests are those of
 * visitors.
 */
export type Admit = (credentials: Credentials, origin: Origin) => Identity | Promise<Identity>;

/** @returns throws as {@link Identify} and {@link RateLimit} do */
export function createAdmit(identify: Identify, rate: RateLimit): Admit {
  const counted = (identity: Identity): Identity | Promise<Identity> =>
    afterwards(rate.request(identity.viewer), (allowance) => {
      identity.allowance = allowance;
      return identity;
    });

  const admitKnown = async (credentials: Credentials, origin: Origin): Promise<Identity> => {
    let isCounted = false;
    const countAddress = async (): Promise<void> => {
      isCounted = true;
      await rate.request({ address: origin.address });
    };
    try {
      // a flood of keys is over for its address before the service that knows keys is asked
      return await counted(await identify(credentials, origin, countAddress));
    } catch (error) {
      // guesses at tokens and keys count too, against the address that they come from
      const { code } = (error as { extensions?: { code?: unknown } }).extensions ?? {};
      if (code === 'UNAUTHENTICATED' && !isCounted) await countAddress();
      throw error;
    }
  };

  return (credentials, origin) => {
    const { authorization = '', apiKey = '' } = credentials;
    if (authorization !== '' || apiKey !== '') return admitKnown(credentials, origin);
    return afterwards(identify(credentials, origin), counted);
  };
}
