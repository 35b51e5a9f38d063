import type pg from 'pg';
import { badUserInput } from '../../../platform/errors.ts';
import { decodeCursor, encodeCursor } from '../../../platform/pagination.ts';
import { sqlValues, titleConditions, type SqlValues } from '../title-conditions.ts';
import type { SearchRequest, SearchResult, TitleSearch } from './title-search.ts';

/**
 * How well a title matches, 0 to 1, in steps that keep to themselves: the whole name, its beginning, words of it, the
 * query somewhere in it, words of its directors; and, for what is misspelled, by likeness.
 */
const TEXT_SCORE = `greatest(
  case
    when s.compact = q.compact or (s.compact = q.bare and s.key like 'the %') then 1
    when s.compact like q.compact || '%' or (s.compact like q.bare || '%' and s.key like 'the %') then 0.8 + 0.1 * length(q.compact) / length(s.compact)
    when s.document @@ q.words_of_name then 0.7 + 0.1 * length(q.compact) / length(s.compact)
    when s.document @@ q.words then 0.6
    when length(q.compact) > 3 and s.compact like '%' || q.compact || '%' then 0.6
    else 0
  end,
  0.75 * coalesce(likely.likeness, 0))`;

/** Popularity decides between equals, and between names that match nearly as well. */
const POPULARITY_WEIGHT = 0.1;

/** A match less than this part as good as the best is noise. */
const CUT = 0.6;
/** Likeness of a name below which it is no match at all. */
const LEAST_LIKENESS = 0.5;

/**
 * SQL that finds: `found(id, name, release_date, score)` holds the whole result.
 * @param query what people typed
 */
function foundBy(query: string, conditions: string, sql: SqlValues): string {
  return `
    with typed as materialized (select search_key(${sql.value(query)}) as key),
    q as materialized (
      select key, search_compact(key) as compact,
             substring(search_compact(key) from '^the(.{3,})') as bare, -- of "thematrix"
             to_tsquery('simple', (select string_agg(quote_literal(word) || ':*', ' & ') from unnest(words) as word)) as words,
             to_tsquery('simple', (select string_agg(quote_literal(word) || ':*A', ' & ') from unnest(words) as word)) as words_of_name
      from typed, string_to_array(key, ' ') as words where key <> ''
    ),
    spelled as materialized (
      select title_id from title_search s where s.document @@ (select words_of_name from q)
      union select title_id from title_search s where s.compact like (select compact from q) || '%'
      union select title_id from title_search s where s.compact like (select bare from q) || '%' and s.key like 'the %'
    ),
    likely as materialized (
      select similar_titles.* from q, similar_titles(q.key, q.compact)
      where likeness >= ${LEAST_LIKENESS} and length(q.compact) > 2 and not exists (select from spelled)
    ),
    candidate as (
      select title_id from spelled
      union select title_id from likely
      union select title_id from title_search s where s.document @@ (select words from q)
      union select title_id from title_search s
            where s.compact like '%' || (select compact from q where length(compact) > 3) || '%'
    ),
    matched as materialized (
      select title.id, title.name, title.release_date,
             round((${TEXT_SCORE} + ${POPULARITY_WEIGHT} * title.popularity)::numeric, 6)::float8 as score
      from q, candidate
      join title_search s on s.title_id = candidate.title_id
      join title on title.id = candidate.title_id
      left join likely on likely.title_id = candidate.title_id
      where ${conditions}
    ),
    found as materialized (
      select * from matched where score >= ${CUT} * (select max(score) from matched)
    )`;
}

/** Searches the table `title_search`, which triggers keep in step with the titles. */
export function createPostgresSearch(pool: pg.Pool): TitleSearch {
  return {
    async search(request) {
      const { first, after } = request;
      const sql = sqlValues();
      const found = foundBy(plain(request.query), titleConditions(request.filter, request.drafts, sql), sql);
      const behind = after ? afterPlace(after, sql) : 'true';
      const { rows } = await pool.query<Answer>(
        `${found}
         select
           (select count(*)::int from found) as total,
           (select coalesce(json_agg(page), '[]') from (
              select id, score from found where ${behind}
              order by score desc, id limit ${sql.value(first + 1)}) as page) as page,
           (select coalesce(json_agg(facet), '[]') from (
              select genre_id as "genreId", count(*)::int as count from found
              join title_genre on title_genre.title_id = found.id
              group by genre_id order by count(*) desc, genre_id) as facet) as genres,
           (select coalesce(json_agg(facet), '[]') from (
              select (floor(extract(year from release_date) / 10) * 10)::int as decade, count(*)::int as count
              from found where release_date is not null group by 1 order by 1 desc) as facet) as decades`,
        sql.values,
      );
      return resultOf(rows[0] as Answer, request);
    },

    async suggest({ prefix, first, drafts }) {
      const sql = sqlValues();
      const found = foundBy(plain(prefix), titleConditions(undefined, drafts, sql), sql);
      const { rows } = await pool.query<{ titleId: string; name: string }>(
        `${found}
         select id as "titleId", name from (
           select distinct on (lower(name)) id, name, score from found order by lower(name), score desc, id) as named
         order by score desc, id limit ${sql.value(first)}`,
        sql.values,
      );
      return rows;
    },
  };
}

interface Answer {
  total: number;
  page: { id: string; score: number }[];
  genres: { genreId: string; count: number }[];
  decades: { decade: number; count: number }[];
}

/** PostgreSQL's text holds every character but this one. */
const plain = (query: string): string => query.replaceAll('\0', ' ');

function afterPlace(cursor: string, sql: SqlValues): string {
  const [score, id] = decodeCursor(cursor, 2);
  if (typeof score !== 'number' || typeof id !== 'string' || id.includes('\0'))
    throw badUserInput('after', 'is a cursor of another connection');
  const place = sql.value(score);
  return `(score < ${place} or (score = ${place} and id > ${sql.value(id)}))`;
}

function resultOf({ total, page, genres, decades }: Answer, { first, after }: SearchRequest): SearchResult {
  const hits = page
    .slice(0, first)
    .map(({ id, score }) => ({ titleId: id, score, cursor: encodeCursor([score, id]) }));
  return {
    hits,
    pageInfo: {
      hasNextPage: page.length > first,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: hits[0]?.cursor ?? null,
      endCursor: hits.at(-1)?.cursor ?? null,
    },
    totalCount: total,
    genres,
    decades,
  };
}
