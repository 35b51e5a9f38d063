import type { Membership } from './generated/prisma/client.ts';
import { currentMembership, membershipChannel, type Billing } from './memberships.ts';

/**
 * A user's membership as it is, if there is one, and then at each change. Listening begins before the first look, so
 * that no change falls in between.
 */
export async function* followMembership(
  { prisma, pubsub }: Billing,
  userId: string,
): AsyncGenerator<Membership> {
  const changes = await pubsub.subscribe<{ id: string }>(membershipChannel(userId));
  try {
    const current = await currentMembership(prisma, userId);
    if (current) yield current;
    let told = current && `${current.id} ${current.version}`;
    for await (const _change of changes) {
      const membership = await currentMembership(prisma, userId);
      if (!membership || `${membership.id} ${membership.version}` === told) continue;
      told = `${membership.id} ${membership.version}`;
      yield membership;
    }
  } finally {
    await changes.return?.();
  }
}
