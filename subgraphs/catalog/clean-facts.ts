import type { MaturityRating } from '../../platform/domain-events.ts';
import type { Report } from './cleaning-report.ts';

const maturityOf: Record<string, MaturityRating> = {
  G: 'ALL',
  PG: 'AGE_7',
  'PG-13': 'AGE_13',
  R: 'AGE_16',
  'NC-17': 'AGE_18',
};

/** The day on which the MPAA began to give PG-13. */
const PG13_SINCE = '1984-07-01';

/**
 * Maps the MPAA's ratings to ages. What nobody rated counts as fit for adults only: a profile with a limit must
 * not meet it by mistake.
 * @param namesakes ratings of other films of this name
 */
export function cleanRating(
  raw: string | null,
  film: { name: string; releaseDate: string | null; namesakes: readonly (string | null)[] },
  report: Report,
): MaturityRating {
  const { name, releaseDate, namesakes } = film;
  if (raw === 'PG-13' && releaseDate !== null && releaseDate < PG13_SINCE && namesakes.includes('PG-13')) {
    report.note('rating-of-namesake', `${name} (${releaseDate}): PG-13`, 'AGE_18');
    return 'AGE_18';
  }
  const known = raw === null ? undefined : maturityOf[raw];
  if (known !== undefined) return known;
  report.note(raw === null ? 'rating-missing' : 'rating-none', `${name}: ${raw ?? 'none'}`, 'AGE_18');
  return 'AGE_18';
}

/** Every genre of the demo catalogue. */
export const genres: readonly { id: string; name: string }[] = [
  { id: 'action', name: 'Action' },
  { id: 'adventure', name: 'Adventure' },
  { id: 'black-comedy', name: 'Black Comedy' },
  { id: 'comedy', name: 'Comedy' },
  { id: 'concert', name: 'Concert' },
  { id: 'documentary', name: 'Documentary' },
  { id: 'drama', name: 'Drama' },
  { id: 'family', name: 'Family' },
  { id: 'fantasy', name: 'Fantasy' },
  { id: 'historical', name: 'Historical' },
  { id: 'horror', name: 'Horror' },
  { id: 'musical', name: 'Musical' },
  { id: 'romantic-comedy', name: 'Romantic Comedy' },
  { id: 'science-fiction', name: 'Science Fiction' },
  { id: 'superhero', name: 'Superhero' },
  { id: 'thriller', name: 'Thriller' },
  { id: 'true-story', name: 'True Story' },
  { id: 'western', name: 'Western' },
];

const majorGenres: Record<string, readonly string[]> = {
  Action: ['action'],
  Adventure: ['adventure'],
  'Black Comedy': ['black-comedy', 'comedy'],
  Comedy: ['comedy'],
  'Concert/Performance': ['concert'],
  Documentary: ['documentary'],
  Drama: ['drama'],
  Horror: ['horror'],
  Musical: ['musical'],
  'Romantic Comedy': ['romantic-comedy', 'comedy'],
  'Thriller/Suspense': ['thriller'],
  Western: ['western'],
};

/** Creative types that people look for as genres; the others (`Contemporary Fiction`, …) tell nothing. */
const creativeTypes: Record<string, string> = {
  'Science Fiction': 'science-fiction',
  Fantasy: 'fantasy',
  'Super Hero': 'superhero',
  'Kids Fiction': 'family',
  'Historical Fiction': 'historical',
  Dramatization: 'true-story',
};

/** Ids of the film's genres, the major one first. */
export function cleanGenres(
  film: { name: string; major: string | null; creativeType: string | null; source: string | null },
  report: Report,
): string[] {
  const fromMajor = film.major === null ? [] : (majorGenres[film.major] ?? []);
  if (fromMajor.length > 1)
    report.note('genre-compound', `${film.name}: ${film.major}`, fromMajor.join(', '));
  const fromType = film.creativeType === null ? undefined : creativeTypes[film.creativeType];
  const all = new Set([...fromMajor, ...(fromType === undefined ? [] : [fromType])]);
  if (film.source === 'Based on Real Life Events') all.add('true-story');
  if (all.size === 0) report.note('genre-missing', film.name, 'none');
  return [...all];
}

/** Minutes, or null where unknown or impossible. */
export function cleanRuntime(raw: number | null, name: string, report: Report): number | null {
  if (raw === null || (raw >= 30 && raw <= 400)) return raw;
  report.note('runtime-implausible', `${name}: ${raw} min`, 'unknown');
  return null;
}
