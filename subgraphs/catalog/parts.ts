import type pg from 'pg';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { TitleSearch } from './search/title-search.ts';

/** What the domain's functions work with; made once in `subgraph.ts`. */
export interface Parts {
  readonly prisma: PrismaClient;
  /** For the queries that Prisma has no words for: keyset pages, and lists of many parents at once. */
  readonly pool: pg.Pool;
  readonly search: TitleSearch;
}
