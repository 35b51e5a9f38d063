import type { PrismaClient } from './generated/prisma/client.ts';

/** What the model knows of a title. */
export interface TitleFeatures {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly seriesId: string | null;
  readonly maturityRank: number;
  /** milliseconds since 1970; null where unknown */
  readonly released: number | null;
  /** 0 to 1 */
  readonly popularity: number;
  readonly genreIds: readonly string[];
  readonly directorIds: readonly string[];
  readonly playable: boolean;
}

export interface TitleSnapshot {
  readonly byId: ReadonlyMap<string, TitleFeatures>;
  /** Published titles that stand for themselves: films and series, not episodes. */
  readonly offered: readonly TitleFeatures[];
  readonly genreNames: ReadonlyMap<string, string>;
}

/** How old a snapshot may be before the database is asked whether it still holds, in milliseconds. */
const CHECK_INTERVAL = 500;

/**
 * All titles with their features, in memory: a few thousand rows that every shelf looks at. The database is asked at
 * most twice a second whether there is anything new, and read again only then.
 * @returns gives the current snapshot
 */
export function createTitleFeatures(prisma: PrismaClient): () => Promise<TitleSnapshot> {
  let version = '';
  let checkedAt = -Infinity;
  let snapshot: Promise<TitleSnapshot> | undefined;

  async function refreshed(previous: Promise<TitleSnapshot> | undefined): Promise<TitleSnapshot> {
    const [row] = await prisma.$queryRaw<{ version: string }[]>`
      select concat((select max(sequence) from title), ' ', (select count(*) from title), ' ',
                    (select max(sequence) from playable_title)) as version`;
    if (previous && row?.version === version) return previous;
    const fresh = await read(prisma);
    version = row?.version ?? '';
    return fresh;
  }

  return () => {
    if (snapshot && performance.now() - checkedAt < CHECK_INTERVAL) return snapshot;
    checkedAt = performance.now();
    const previous = snapshot;
    const current = refreshed(previous).catch((error: unknown) => {
      // the next request tries again; this one is told
      snapshot = previous;
      checkedAt = -Infinity;
      throw error;
    });
    snapshot = current;
    return current;
  };
}

async function read(prisma: PrismaClient): Promise<TitleSnapshot> {
  const [rows, playable] = await Promise.all([
    prisma.title.findMany({ where: { published: true } }),
    prisma.playableTitle.findMany({ where: { playable: true }, select: { titleId: true } }),
  ]);
  const playableIds = new Set(playable.map(({ titleId }) => titleId));
  const titles = rows.map((row): TitleFeatures => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    seriesId: row.seriesId,
    maturityRank: row.maturityRank,
    released: row.releaseDate?.getTime() ?? null,
    popularity: row.popularity,
    genreIds: row.genreIds,
    directorIds: row.directorIds,
    playable: playableIds.has(row.id),
  }));
  return {
    byId: new Map(titles.map((title) => [title.id, title])),
    offered: titles.filter(({ kind }) => kind !== 'EPISODE'),
    genreNames: new Map(
      rows.flatMap((row) => row.genreIds.map((id, index) => [id, row.genreNames[index] ?? id])),
    ),
  };
}
