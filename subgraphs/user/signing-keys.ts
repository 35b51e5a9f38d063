import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type CryptoKey, type JWK } from 'jose';
import { newId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { PrismaClient, SigningKey } from './generated/prisma/client.ts';
import type { Seal } from './seal.ts';

export const SIGNING_ALGORITHM = 'EdDSA';

/** How long a verifier may use a key set without asking again. */
export const JWKS_MAX_AGE_SECONDS = 300;

/** How long what is in memory is taken for what is in the database. */
const MEMORY_MILLISECONDS = 30_000;

/** Any number that no other lock of this database has. */
const ROTATION_LOCK = 7_301;

export interface SigningKeys {
  /** The key that signs now. The first call ever makes it. */
  current(): Promise<{ kid: string; key: CryptoKey }>;
  /** The public halves of all keys whose signatures may still be good, and of the one that signs next. */
  published(): Promise<JWK[]>;
  /**
   * Makes the next key. It is published at once and signs only when every verifier has had the time to see it; the
   * one before stays published until the last token it signed has expired.
   * @returns its `kid`
   */
  rotate(): Promise<string>;
  /** Rotates when the newest key is as old as it may get, and deletes those that no token needs any more. */
  maintain(): Promise<void>;
}

export interface SigningKeysOptions {
  readonly prisma: PrismaClient;
  readonly seal: Seal;
  readonly logger: Logger;
  /** Lifetime of the tokens that are signed. */
  readonly tokenSeconds: number;
  /** Age at which a key gets its successor. */
  readonly rotateAfterDays: number;
  /** For tests; the clock unless given. */
  readonly now?: () => number;
}

export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { prisma, seal, logger, tokenSeconds, rotateAfterDays, now = Date.now } = options;
  let known: { rows: SigningKey[]; readAt: number } | undefined;
  const opened = new Map<string, Promise<CryptoKey>>();

  /** Newest first; at least one. */
  async function rows(): Promise<SigningKey[]> {
    if (known !== undefined && now() - known.readAt < MEMORY_MILLISECONDS) return known.rows;
    let read = await prisma.signingKey.findMany({ orderBy: { activeAt: 'desc' } });
    if (read.length === 0) {
      await make('first');
      read = await prisma.signingKey.findMany({ orderBy: { activeAt: 'desc' } });
    }
    known = { rows: read, readAt: now() };
    return read;
  }

  async function make(which: 'first' | 'next'): Promise<string> {
    const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const kid = newId('sig');
    const sealed = seal.close(await exportPKCS8(privateKey), `signing key ${kid}`);
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: SIGNING_ALGORITHM, use: 'sig' };
    const activeAt = which === 'first' ? now() : now() + (JWKS_MAX_AGE_SECONDS * 1000 + MEMORY_MILLISECONDS);
    return prisma.$transaction(async (tx) => {
      // of several processes that find the table empty, or the key old, one makes the new one
      await tx.$executeRaw`select pg_advisory_xact_lock(${ROTATION_LOCK}::bigint)`;
      const newest = await tx.signingKey.findFirst({ orderBy: { activeAt: 'desc' } });
      if (newest !== null && (which === 'first' || newest.activeAt.getTime() > now())) return newest.kid;
      await tx.signingKey.create({
        data: {
          kid,
          publicKey: jwk,
          privateKey: sealed,
          createdAt: new Date(now()),
          activeAt: new Date(activeAt),
        },
      });
      logger.info({ kid, activeAt: new Date(activeAt) }, 'a signing key was made');
      known = undefined;
      return kid;
    });
  }

  const signing = (all: SigningKey[]): SigningKey | undefined =>
    all.find((row) => row.activeAt.getTime() <= now()) ?? all.at(-1);

  /** Older keys than the one that signs are needed until what they signed last has expired. */
  const needed = (all: SigningKey[]): SigningKey[] =>
    all.filter((_, index) => {
      const successor = all[index - 1];
      const grace = tokenSeconds * 1000 + 2 * MEMORY_MILLISECONDS;
      return successor === undefined || successor.activeAt.getTime() + grace > now();
    });

  return {
    async current() {
      const row = signing(await rows());
      if (row === undefined) throw new Error('The database has no signing key.');
      let key = opened.get(row.kid);
      if (key === undefined) {
        key = openKey(seal, row);
        opened.set(row.kid, key);
      }
      return { kid: row.kid, key: await key };
    },
    published: async () => needed(await rows()).map((row) => row.publicKey as JWK),
    rotate: () => make('next'),
    async maintain() {
      const all = await rows();
      const newest = all[0];
      if (newest && now() - newest.createdAt.getTime() > rotateAfterDays * 86_400_000) await make('next');
      const kept = new Set(needed(all).map((row) => row.kid));
      const gone = all.map((row) => row.kid).filter((kid) => !kept.has(kid));
      if (gone.length === 0) return;
      await prisma.signingKey.deleteMany({ where: { kid: { in: gone } } });
      for (const kid of gone) opened.delete(kid);
      known = undefined;
      logger.info({ kids: gone }, 'signing keys that no token needs any more were deleted');
    },
  };
}

async function openKey(seal: Seal, row: SigningKey): Promise<CryptoKey> {
  let pkcs8: string;
  try {
    pkcs8 = seal.open(row.privateKey, `signing key ${row.kid}`);
  } catch (cause) {
    throw new Error(
      'KEY_ENCRYPTION_SECRET is not the one that the signing keys were encrypted with: set the old one, or empty the table signing_key and have everybody refresh.',
      { cause },
    );
  }
  return importPKCS8(pkcs8, SIGNING_ALGORITHM);
}
