import type { Logger } from '../../platform/logger.ts';
import { createPeriodic, type Periodic } from '../../platform/periodic.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { SigningKeys } from './signing-keys.ts';

const HOUR = 3_600_000;

/** Deletes what has run out, and keeps the signing keys young. */
export async function cleanUp(prisma: PrismaClient, keys: SigningKeys): Promise<void> {
  const now = Date.now();
  const dayAgo = new Date(now - 24 * HOUR);
  await keys.maintain();
  await prisma.mfaChallenge.deleteMany({ where: { expiresAt: { lt: dayAgo } } });
  await prisma.mailedCode.deleteMany({ where: { expiresAt: { lt: dayAgo } } });
  await prisma.signInFailure.deleteMany({ where: { updatedAt: { lt: new Date(now - 48 * HOUR) } } });
  // a used token is kept until it would have expired: until then, bringing it again betrays a thief
  await prisma.refreshToken.deleteMany({ where: { expiresAt: { lt: dayAgo } } });
  await prisma.session.deleteMany({ where: { expiresAt: { lt: dayAgo } } });
}

/** Cleans up at the start and every hour. */
export const createCleanup = (prisma: PrismaClient, keys: SigningKeys, logger: Logger): Periodic =>
  createPeriodic('clean up', HOUR, logger, () =>
    cleanUp(prisma, keys).catch((error: unknown) => {
      // the next hour tries again; nothing that has run out works meanwhile
      logger.error({ error }, 'the clean-up failed');
    }),
  );
