import { createDatabase } from '../../platform/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { insertApiKey } from './api-keys.ts';
import { PrismaClient, type Prisma, type ProfileKind, type Role } from './generated/prisma/client.ts';
import { createPasswords } from './passwords.ts';
import { profileChanged } from './profiles.ts';
import { userChanged } from './register.ts';

export const DEMO_PASSWORD = 'marquee-demo-1';
const PARTNER_KEY_NAME = 'Demo partner';

interface DemoAccount {
  readonly id: string;
  readonly email: string;
  readonly roles: Role[];
  readonly profiles: readonly { readonly id: string; readonly name: string; readonly kind: ProfileKind }[];
}

/** The accounts of a local platform; their ids are fixed, so that other services' demo data can name them. */
export const demoAccounts: readonly DemoAccount[] = [
  {
    id: 'usr_demo_viewer',
    email: 'viewer@marquee.test',
    roles: ['VIEWER'],
    profiles: [
      { id: 'prf_demo_viewer', name: 'Alex', kind: 'ADULT' },
      { id: 'prf_demo_viewer_kids', name: 'Robin', kind: 'KIDS' },
    ],
  },
  {
    id: 'usr_demo_kids',
    email: 'kids@marquee.test',
    roles: ['VIEWER'],
    profiles: [{ id: 'prf_demo_kids', name: 'Sam', kind: 'KIDS' }],
  },
  {
    id: 'usr_demo_editor',
    email: 'editor@marquee.test',
    roles: ['VIEWER', 'EDITOR'],
    profiles: [{ id: 'prf_demo_editor', name: 'Edith', kind: 'ADULT' }],
  },
  {
    id: 'usr_demo_admin',
    email: 'admin@marquee.test',
    roles: ['VIEWER', 'ADMIN'],
    profiles: [{ id: 'prf_demo_admin', name: 'Ada', kind: 'ADULT' }],
  },
];

/**
 * Makes the demo accounts that are not there yet, and the partner's API key. Safe to repeat.
 * @returns the partner's key if it was made now: it is told once, so keep it; null when it was there already
 */
export async function seedUsers({
  databaseUrl,
  logger,
}: {
  databaseUrl: string;
  logger: Logger;
}): Promise<{ accountsMade: number; partnerApiKey: string | null }> {
  const database = createDatabase(databaseUrl, PrismaClient, { connections: 2, logger });
  try {
    const passwords = await createPasswords();
    let accountsMade = 0;
    for (const account of demoAccounts) {
      const passwordHash = await passwords.hash(DEMO_PASSWORD);
      const made = await database.prisma.$transaction((tx) => seedAccount(tx, account, passwordHash));
      if (made) accountsMade++;
    }
    const partnerApiKey = await database.prisma.$transaction((tx) => seedPartnerKey(tx));
    return { accountsMade, partnerApiKey };
  } finally {
    await database.close();
  }
}

async function seedAccount(
  tx: Prisma.TransactionClient,
  { profiles, ...account }: DemoAccount,
  passwordHash: string,
): Promise<boolean> {
  const known = await tx.user.findFirst({ where: { OR: [{ id: account.id }, { email: account.email }] } });
  if (known !== null) return false;
  const user = await tx.user.create({ data: { ...account, passwordHash, emailVerifiedAt: new Date() } });
  await userChanged(tx, user);
  for (const [index, profile] of profiles.entries()) {
    const made = await tx.profile.create({
      data: {
        ...profile,
        userId: user.id,
        maturityLimit: profile.kind === 'KIDS' ? 'AGE_7' : 'AGE_18',
        language: 'en',
        // profiles are listed by age
        createdAt: new Date(user.createdAt.getTime() + index),
      },
    });
    await profileChanged(tx, made);
  }
  return true;
}

async function seedPartnerKey(tx: Prisma.TransactionClient): Promise<string | null> {
  const userId = 'usr_demo_admin';
  const known = await tx.apiKey.findFirst({ where: { userId, name: PARTNER_KEY_NAME } });
  if (known !== null || (await tx.user.findUnique({ where: { id: userId } })) === null) return null;
  const { secret } = await insertApiKey(tx, { userId, name: PARTNER_KEY_NAME, scopes: ['catalog:read'] });
  return secret;
}
