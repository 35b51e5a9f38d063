/**
 * Makes a catalogue of `data/movies.json`, which holds errors on purpose. Every rule is a pure function beside this
 * file; what each found is in the report.
 */
import type { MaturityRating } from '../../platform/domain-events.ts';
import { cleanDate } from './clean-dates.ts';
import { cleanGenres, cleanRating, cleanRuntime } from './clean-facts.ts';
import { cleanName, cleanPerson, slug } from './clean-names.ts';
import { popularities } from './clean-popularity.ts';
import { createReport, type Report, type RuleReport } from './cleaning-report.ts';
import { synopsisOf } from './synopsis.ts';

/** A row as the data has it; the fields that Marquee does not use are left out. */
export interface RawFilm {
  readonly Title: string | number | null;
  readonly 'Release Date': string;
  readonly 'MPAA Rating': string | null;
  readonly 'Running Time min': number | null;
  readonly 'Worldwide Gross': number | null;
  readonly Source: string | null;
  readonly 'Major Genre': string | null;
  readonly 'Creative Type': string | null;
  readonly Director: string | null;
  readonly 'IMDB Rating': number | null;
  readonly 'IMDB Votes': number | null;
}

export interface CleanFilm {
  /** Readable and stable: name and year, `alien-1979`. */
  readonly id: string;
  readonly name: string;
  readonly synopsis: string;
  readonly maturityRating: MaturityRating;
  /** YYYY-MM-DD; 1 January where only the year is known */
  readonly releaseDate: string | null;
  readonly runtimeMinutes: number | null;
  /** 0 to 1 */
  readonly popularity: number;
  readonly genreIds: readonly string[];
  readonly director: { readonly id: string; readonly name: string } | null;
}

/** A row with its name and date put right. */
type NamedFilm = Omit<RawFilm, 'Release Date'> & {
  readonly name: string;
  readonly releaseDate: string | null;
};

function named(rows: readonly RawFilm[], report: Report): NamedFilm[] {
  return rows.flatMap((row) => {
    const name = cleanName(row.Title, report);
    if (name === null) {
      report.note('name-missing', `${row['Release Date']}`, 'dropped');
      return [];
    }
    const gross = row['Worldwide Gross'];
    if (gross === 0) report.note('gross-zero', `${name}: 0`, 'unknown');
    return [
      { ...row, name, releaseDate: cleanDate(row['Release Date'], report), 'Worldwide Gross': gross || null },
    ];
  });
}

const yearOf = (film: { releaseDate: string | null }): string => film.releaseDate?.slice(0, 4) ?? '';

/** One film for each name, year and director: the first date, and each value from the first row that has it. */
function merged(films: readonly NamedFilm[], report: Report): NamedFilm[] {
  const byIdentity = new Map<string, NamedFilm>();
  for (const film of films) {
    const identity = `${slug(film.name)}/${yearOf(film)}/${film.Director ?? ''}`;
    const known = byIdentity.get(identity);
    if (known === undefined) {
      byIdentity.set(identity, film);
      continue;
    }
    report.note('film-twice', `${known.Title} and ${film.Title}`, known.name);
    const values = Object.fromEntries(Object.entries(film).filter(([, value]) => value !== null));
    const knownValues = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
    const dates = [known.releaseDate, film.releaseDate].filter((date) => date !== null).sort();
    byIdentity.set(identity, {
      ...film,
      ...values,
      ...knownValues,
      releaseDate: dates[0] ?? null,
    } as NamedFilm);
  }
  return [...byIdentity.values()];
}

/** `name-year`, with a number behind it where that is taken. */
function createIds(report: Report): (film: NamedFilm) => string {
  const taken = new Set<string>();
  return (film) => {
    const plain = [slug(film.name), yearOf(film)].filter((part) => part !== '').join('-');
    let id = plain;
    for (let number = 2; taken.has(id); number++) id = `${plain}-${number}`;
    if (id !== plain) report.note('id-collision', plain, id);
    taken.add(id);
    return id;
  };
}

/**
 * Cleans the rows.
 * @param rows all of them, in the order of the file: ids of films with one name and year depend on it
 * @returns the films, and what each rule found
 */
export function cleanFilms(rows: readonly RawFilm[]): { films: CleanFilm[]; report: RuleReport[] } {
  const report = createReport();
  const films = merged(named(rows, report), report);
  const idOf = createIds(report);
  const byName = new Map<string, NamedFilm[]>();
  for (const film of films) byName.set(film.name, [...(byName.get(film.name) ?? []), film]);
  const popularity = popularities(
    films.map((film) => ({
      name: film.name,
      votes: film['IMDB Votes'],
      score: film['IMDB Rating'],
      gross: film['Worldwide Gross'],
    })),
    report,
  );
  const clean = films.map((film, index): CleanFilm => {
    const { name, releaseDate } = film;
    const director = cleanPerson(film.Director, report);
    const namesakes = (byName.get(name) ?? [])
      .filter((other) => other !== film)
      .map((other) => other['MPAA Rating']);
    const { 'Major Genre': major, 'Creative Type': creativeType, Source: source } = film;
    return {
      id: idOf(film),
      name,
      synopsis: synopsisOf({
        year: yearOf(film),
        major,
        creativeType,
        source,
        director: director?.name ?? null,
      }),
      maturityRating: cleanRating(film['MPAA Rating'], { name, releaseDate, namesakes }, report),
      releaseDate,
      runtimeMinutes: cleanRuntime(film['Running Time min'], name, report),
      popularity: popularity[index] ?? 0,
      genreIds: cleanGenres({ name, major, creativeType, source }, report),
      director,
    };
  });
  return { films: clean, report: report.rules() };
}
