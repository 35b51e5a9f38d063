import type { DomainEvent } from '../../platform/domain-events.ts';
import { once } from '../../platform/outbox.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';

/**
 * Notes what playback tells of a title's video, for the filter `playableOnly`. What an older event says is ignored
 * once a newer one has been heard.
 */
export async function noteAsset(prisma: PrismaClient, event: DomainEvent<'asset.changed'>): Promise<void> {
  const { titleId, playable } = event.payload;
  await once<Prisma.TransactionClient>(prisma, event, async (transaction) => {
    await transaction.$executeRaw`
      update title set playable = ${playable}, playable_sequence = ${event.sequence}
      where id = ${titleId} and playable_sequence < ${event.sequence}`;
  });
}
