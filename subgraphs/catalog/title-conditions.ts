import { badUserInput } from '../../platform/errors.ts';
import { readDay } from './dates.ts';
import type { TitleFilter } from './generated/resolvers.ts';
import { isId } from './ids.ts';

/** A piece of SQL under construction: its parameters, numbered as they come. */
export interface SqlValues {
  readonly values: unknown[];
  /** Adds a parameter. @returns its placeholder */
  value(value: unknown): string;
}

export function sqlValues(): SqlValues {
  const values: unknown[] = [];
  return { values, value: (value) => `$${values.push(value)}` };
}

const day = (text: string, field: string, restOfYear: string): string => {
  const read = readDay(/^\d{4}$/.test(text) ? `${text}-${restOfYear}` : text);
  if (read === undefined) throw badUserInput(`filter.${field}`, 'must be a day, YYYY-MM-DD, or a year, YYYY');
  return read;
};

/**
 * The condition on table `title` that a filter stands for.
 * @param drafts whether titles that are not published count
 * @throws `BAD_USER_INPUT` for a date that is none
 */
export function titleConditions(
  filter: TitleFilter | null | undefined,
  drafts: boolean,
  sql: SqlValues,
): string {
  const { genreIds, maturityAtMost, releasedFrom, releasedTo, playableOnly, kinds } = filter ?? {};
  const conditions = [
    `title.kind = any(${sql.value(kinds?.length ? kinds : ['MOVIE', 'SERIES'])}::title_kind[])`,
  ];
  if (!drafts) conditions.push('title.published');
  if (genreIds?.length)
    conditions.push(
      `exists (select from title_genre
               where title_id = title.id and genre_id = any(${sql.value(genreIds.filter(isId))}))`,
    );
  if (maturityAtMost)
    conditions.push(`title.maturity_rating <= ${sql.value(maturityAtMost)}::maturity_rating`);
  if (releasedFrom)
    conditions.push(`title.release_date >= ${sql.value(day(releasedFrom, 'releasedFrom', '01-01'))}::date`);
  if (releasedTo)
    conditions.push(`title.release_date <= ${sql.value(day(releasedTo, 'releasedTo', '12-31'))}::date`);
  if (playableOnly) conditions.push('title.playable');
  return conditions.join(' and ');
}
