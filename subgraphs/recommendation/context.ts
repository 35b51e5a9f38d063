import type DataLoader from 'dataloader';
import type { Viewer } from '../../platform/viewer.ts';
import type { PrismaClient, Profile } from './generated/prisma/client.ts';
import type { Recommender } from './recommender.ts';

/** What resolvers get, made once for each request. */
export interface Context {
  readonly viewer: Viewer;
  readonly prisma: PrismaClient;
  readonly recommender: Recommender;
  /** The viewer's own profile. Rejects with `FORBIDDEN` for another's, `NOT_FOUND` for one that is not there. */
  readonly profiles: DataLoader<string, Profile>;
}
