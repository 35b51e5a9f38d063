import type { Limits } from '../../platform/limits.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { UserEnv } from './env.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { MailQueue } from './mail-queue.ts';
import type { Passwords } from './passwords.ts';
import type { Seal } from './seal.ts';

/** What the domain's functions work with; made once in `subgraph.ts`. */
export interface Parts {
  readonly prisma: PrismaClient;
  readonly limits: Limits;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly seal: Seal;
  readonly mail: MailQueue;
  readonly env: UserEnv;
}
