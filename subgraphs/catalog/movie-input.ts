import type { MaturityRating, UserError } from './generated/resolvers.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { readDay } from './dates.ts';
import { isId } from './ids.ts';
import { refused, userError, type Refused } from './refusals.ts';

/** What an editor may say of a film. Undefined says nothing, null empties. */
export interface MovieInput {
  readonly name?: string | null | undefined;
  readonly synopsis?: string | null | undefined;
  readonly maturityRating?: MaturityRating | null | undefined;
  readonly releaseDate?: string | null | undefined;
  readonly runtimeMinutes?: number | null | undefined;
  readonly genreIds?: readonly string[] | null | undefined;
  readonly availableFrom?: Date | null | undefined;
  readonly availableUntil?: Date | null | undefined;
  readonly regions?: readonly string[] | null | undefined;
}

/** The columns to write; an absent one stays as it is. */
export interface MovieValues {
  name?: string;
  synopsis?: string | null;
  maturityRating?: MaturityRating;
  releaseDate?: Date | null;
  runtimeMinutes?: number | null;
  availableFrom?: Date | null;
  availableUntil?: Date | null;
  regions?: string[];
  genreIds?: string[];
}

const MOST = { name: 200, synopsis: 4_000, runtimeMinutes: 1_000, genres: 10, regions: 250 } as const;
/** The year of the oldest film that is left. */
const FIRST_YEAR = 1888;

/** Halves of characters, and control characters, which PostgreSQL or a page might choke on. */
const unprintable = /[\p{Cc}\p{Cs}]/u;
const unprintableInText = /[^\P{Cc}\n\r\t]|\p{Cs}/u;

type Check = (input: MovieInput, values: MovieValues) => string | undefined;

/** Each reads one field into the values, or says what is wrong with it. */
const checks: Partial<Record<keyof MovieInput, Check>> = {
  name({ name }, values) {
    const trimmed = name?.normalize('NFC').trim() ?? '';
    const length = Array.from(trimmed).length;
    if (length === 0) return 'The name is empty: a film needs one.';
    if (length > MOST.name) return `The name is longer than ${MOST.name} characters.`;
    if (unprintable.test(trimmed)) return 'The name holds line breaks or other control characters.';
    values.name = trimmed;
    return undefined;
  },
  synopsis({ synopsis }, values) {
    const trimmed = synopsis?.normalize('NFC').trim() ?? '';
    if (Array.from(trimmed).length > MOST.synopsis)
      return `The synopsis is longer than ${MOST.synopsis} characters.`;
    if (unprintableInText.test(trimmed)) return 'The synopsis holds control characters.';
    values.synopsis = trimmed === '' ? null : trimmed;
    return undefined;
  },
  maturityRating({ maturityRating }, values) {
    if (!maturityRating) return 'A film needs a maturity rating.';
    values.maturityRating = maturityRating;
    return undefined;
  },
  releaseDate({ releaseDate }, values) {
    const day = releaseDate ? readDay(releaseDate) : null;
    const year = Number(day?.slice(0, 4));
    const last = new Date().getUTCFullYear() + 20;
    if (day === undefined) return 'The release date is no day of the calendar: write it as YYYY-MM-DD.';
    if (day !== null && (year < FIRST_YEAR || year > last))
      return `The year is not between ${FIRST_YEAR} and ${last}.`;
    values.releaseDate = day === null ? null : new Date(`${day}T00:00:00Z`);
    return undefined;
  },
  runtimeMinutes({ runtimeMinutes }, values) {
    const minutes = runtimeMinutes ?? null;
    if (minutes !== null && (minutes < 1 || minutes > MOST.runtimeMinutes))
      return `The length is not between 1 and ${MOST.runtimeMinutes} minutes.`;
    values.runtimeMinutes = minutes;
    return undefined;
  },
  genreIds({ genreIds }, values) {
    const ids = [...new Set(genreIds ?? [])];
    if (ids.length > MOST.genres) return `A film has at most ${MOST.genres} genres.`;
    values.genreIds = ids;
    return undefined;
  },
  availableFrom({ availableFrom }, values) {
    values.availableFrom = availableFrom ?? null;
    return undefined;
  },
  availableUntil({ availableUntil }, values) {
    values.availableUntil = availableUntil ?? null;
    return undefined;
  },
  regions({ regions }, values) {
    const codes = [...new Set(regions ?? [])];
    const wrong = codes.find((code) => !/^[A-Z]{2}$/.test(code));
    if (wrong !== undefined || codes.length > MOST.regions)
      return `Regions are ISO 3166-1 alpha-2 codes such as DE; "${wrong ?? codes.length}" is not.`;
    values.regions = codes;
    return undefined;
  },
};

/**
 * Reads what an editor said of a film.
 * @param fields which ones to read: all that were given, or that must be
 * @returns the values to write, or every field that is at fault
 */
export async function readMovieInput(
  prisma: PrismaClient,
  input: MovieInput,
  fields: readonly (keyof MovieInput)[],
): Promise<MovieValues | Refused> {
  const values: MovieValues = {};
  const errors: UserError[] = [];
  const fault = (message: string, ...path: string[]) =>
    errors.push(userError('INVALID_INPUT', message, ['input', ...path]));
  for (const field of fields) {
    const message = checks[field]?.(input, values);
    if (message !== undefined) fault(message, field);
  }
  const known = new Set(
    (await prisma.genre.findMany({ where: { id: { in: (values.genreIds ?? []).filter(isId) } } })).map(
      ({ id }) => id,
    ),
  );
  for (const id of values.genreIds ?? [])
    if (!known.has(id)) {
      const index = input.genreIds?.indexOf(id) ?? 0;
      fault(`There is no genre "${id.slice(0, 100)}"; Query.genres lists them.`, 'genreIds', `${index}`);
    }
  const [first, ...more] = errors;
  return first ? refused(first, ...more) : values;
}
