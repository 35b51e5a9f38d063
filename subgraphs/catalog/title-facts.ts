import { enqueue, type Transaction } from '../../platform/outbox.ts';
import type { TitleFacts } from '../../platform/domain-events.ts';

/** The part of a Prisma transaction that is used here. */
interface Reading extends Transaction {
  $queryRaw<Rows>(query: TemplateStringsArray, ...values: unknown[]): Promise<Rows>;
}

/** As many titles as one event may tell of. */
const BATCH = 200;

/**
 * Tells the other services what these titles are now, in the transaction that changed them.
 * @param titleIds in the order in which they are told
 */
export async function tellOfTitles(transaction: Reading, titleIds: readonly string[]): Promise<void> {
  for (let start = 0; start < titleIds.length; start += BATCH)
    await enqueue(transaction, 'titles.changed', {
      titles: await factsOf(transaction, titleIds.slice(start, start + BATCH)),
    });
}

async function factsOf(transaction: Reading, titleIds: readonly string[]): Promise<TitleFacts[]> {
  const rows = await transaction.$queryRaw<{ facts: TitleFacts }[]>`
    select jsonb_build_object(
      'id', title.id,
      'kind', title.kind,
      'seriesId', title.series_id,
      'name', title.name,
      'maturityRating', title.maturity_rating,
      'releaseDate', title.release_date,
      'runtimeMinutes', title.runtime_minutes,
      'genres', coalesce((select jsonb_agg(jsonb_build_object('id', genre.id, 'name', genre.name) order by position)
                          from title_genre join genre on genre.id = genre_id where title_id = title.id), '[]'),
      'directorIds', coalesce((select jsonb_agg(person_id order by position)
                               from title_director where title_id = title.id), '[]'),
      'popularity', title.popularity,
      'published', title.published,
      'availableFrom', to_char(title.available_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'availableUntil', to_char(title.available_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'regions', case when coalesce(cardinality(title.regions), 0) = 0 then null else to_jsonb(title.regions) end
    ) as facts
    from unnest(${titleIds}::text[]) with ordinality as told (id, place)
    join title on title.id = told.id
    order by place`;
  return rows.map(({ facts }) => facts);
}
