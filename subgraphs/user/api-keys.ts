import { crc32 } from 'node:zlib';
import { newId } from '../../platform/ids.ts';
import { digest, randomBase32 } from './codes.ts';
import type { Context } from './context.ts';
import type { ApiKey, Prisma } from './generated/prisma/client.ts';
import { readName } from './inputs.ts';
import { refused, type Refused } from './refusals.ts';
import { knownScopes, scopesOf } from './scopes.ts';

const MOST_KEYS = 50;
const NAME_CHARACTERS = 100;

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/**
 * A key such as `mq_live_k3v9xq2m_<26 characters>_<checksum>`: a prefix to recognise it by, 130 random bits, and a CRC
 * by which a scanner of leaked secrets, or we, tell a key from something that only looks like one.
 */
export function newApiKey(): { secret: string; prefix: string; hash: string } {
  const prefix = `mq_live_${randomBase32(8).toLowerCase()}`;
  const body = `${prefix}_${randomBase32(26).toLowerCase()}`;
  const secret = `${body}_${checksum(body)}`;
  return { secret, prefix, hash: digest(secret) };
}

/** Whether this is written like a key of ours, so that it is worth looking up. */
export function looksLikeApiKey(text: string): boolean {
  const match = /^(mq_live_[0-9a-z]{8}_[0-9a-z]{26})_([0-9a-f]{8})$/.exec(text);
  return match?.[1] !== undefined && checksum(match[1]) === match[2];
}

/** Makes a key, in a transaction of the caller's. */
export async function insertApiKey(
  tx: Prisma.TransactionClient,
  { userId, name, scopes }: { userId: string; name: string; scopes: readonly string[] },
): Promise<{ apiKey: ApiKey; secret: string }> {
  const { secret, prefix, hash } = newApiKey();
  const apiKey = await tx.apiKey.create({
    data: { id: newId('key'), userId, name, prefix, hash, scopes: [...new Set(scopes)] },
  });
  return { apiKey, secret };
}

/** Makes a key for the viewer, which may do no more than they. */
export async function createApiKey(
  { parts, account }: Context,
  input: { name: string; scopes: readonly string[] },
): Promise<{ apiKey: ApiKey; secret: string; userErrors: [] } | Refused> {
  const userId = await account();
  const name = readName(input.name, NAME_CHARACTERS);
  if (name === undefined)
    return refused('INVALID_INPUT', `A name has 1 to ${NAME_CHARACTERS} characters, on one line.`, ['name']);
  const user = await parts.prisma.user.findUniqueOrThrow({ where: { id: userId } });
  const held = scopesOf(user.roles);
  if (input.scopes.length === 0)
    return refused('INVALID_INPUT', `A key needs a scope: choose among ${held.join(', ')}.`, ['scopes']);
  const unknown = input.scopes.find((scope) => !knownScopes.includes(scope));
  if (unknown !== undefined)
    return refused(
      'INVALID_INPUT',
      `There is no scope ${JSON.stringify(unknown.slice(0, 50))}: choose among ${held.join(', ')}.`,
      ['scopes'],
    );
  const notHeld = input.scopes.find((scope) => !held.includes(scope));
  if (notHeld !== undefined)
    return refused(
      'INVALID_INPUT',
      `You do not have the scope "${notHeld}": choose among ${held.join(', ')}.`,
      ['scopes'],
    );
  return parts.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select 1 from user_account where id = ${userId} for update`;
    if ((await tx.apiKey.count({ where: { userId, revokedAt: null } })) >= MOST_KEYS)
      return refused('CONFLICT', `An account has ${MOST_KEYS} keys at most: revoke one first.`);
    return { ...(await insertApiKey(tx, { userId, name, scopes: input.scopes })), userErrors: [] as [] };
  });
}

/** Makes one of the viewer's keys useless. One that is so already stays so. */
export async function revokeApiKey({ parts, account }: Context, id: string) {
  const userId = await account();
  const { prisma } = parts;
  const key = /^[\w-]{1,64}$/.test(id) ? await prisma.apiKey.findFirst({ where: { id, userId } }) : null;
  if (key === null) return refused('NOT_FOUND', 'You have no such key: take an id from "apiKeys".', ['id']);
  await prisma.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
  return { revokedApiKeyId: id, userErrors: [] };
}
