import { beforeAll, describe, expect, it } from 'vitest';
import { cleanFilms, type CleanFilm, type RawFilm } from './clean.ts';
import type { RuleReport } from './cleaning-report.ts';
import { genres } from './clean-facts.ts';
import { readRawFilms } from './demo-data.ts';

let rows: RawFilm[];
let films: Map<string, CleanFilm>;
let report: Map<string, RuleReport>;

beforeAll(() => {
  rows = readRawFilms();
  const cleaned = cleanFilms(rows);
  films = new Map(cleaned.films.map((film) => [film.id, film]));
  report = new Map(cleaned.report.map((rule) => [rule.rule, rule]));
});

const row = (values: Partial<RawFilm>): RawFilm => ({
  Title: 'A Film',
  'Release Date': 'Jun 12 1998',
  'MPAA Rating': 'R',
  'Running Time min': 100,
  'Worldwide Gross': 1_000_000,
  Source: null,
  'Major Genre': 'Drama',
  'Creative Type': null,
  Director: 'Somebody',
  'IMDB Rating': 7,
  'IMDB Votes': 1_000,
  ...values,
});
const other = row({ Title: 'Other', 'Worldwide Gross': 9_000_000, 'IMDB Votes': 90_000 });
const cleaned = (values: Partial<RawFilm>): CleanFilm | undefined =>
  cleanFilms([row(values), other]).films[0];

describe('the demo catalogue', () => {
  it('keeps all films but one without a name and one that is there twice', () => {
    expect(rows).toHaveLength(3201);
    expect(films.size).toBe(3199);
  });

  it('reports each rule with as many rows as it concerned', () => {
    expect(Object.fromEntries([...report].map(([rule, { count }]) => [rule, count]))).toEqual({
      'name-missing': 1,
      'name-is-a-number': 9,
      'name-encoding': 18,
      'name-spaces': 2,
      'name-article-last': 4,
      'name-release-note': 6,
      'film-twice': 1,
      'date-century': 22,
      'date-epoch': 8,
      'date-year-end': 63,
      'date-invalid': 0,
      'rating-missing': 605,
      'rating-none': 95,
      'rating-of-namesake': 2,
      'runtime-implausible': 0,
      'gross-zero': 47,
      'votes-shared': 29,
      'votes-missing': 216,
      'popularity-unknown': 25,
      'genre-compound': 173,
      'genre-missing': 260,
      'person-quotes': 1,
      'id-collision': 0,
    });
    for (const { count, examples, decision } of report.values()) {
      expect(examples).toHaveLength(Math.min(5, count));
      expect(decision).not.toBe('');
    }
  });

  it('holds nothing that is out of range', () => {
    for (const film of films.values()) {
      expect(film.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(film.name).toBe(film.name.trim());
      expect(film.popularity).toBeGreaterThanOrEqual(0);
      expect(film.popularity).toBeLessThanOrEqual(1);
      if (film.releaseDate) {
        expect(film.releaseDate >= '1915-01-01' && film.releaseDate < '2012-01-01').toBe(true);
      }
      for (const id of film.genreIds) expect(genres.map((genre) => genre.id)).toContain(id);
    }
  });

  it('gives films readable ids that are the same each time', () => {
    expect(cleanFilms(rows).films.map(({ id }) => id)).toEqual([...films.keys()]);
    for (const id of [
      'the-matrix-1999',
      'king-kong-1933',
      'king-kong-1976',
      'king-kong-2005',
      '300-2007',
      'leon-1994',
    ])
      expect(films.get(id)?.id).toBe(id);
  });

  it('composes a synopsis of nothing but what the data says', () => {
    expect(films.get('alien-1979')?.synopsis).toBe(
      'A 1979 science-fiction horror film directed by Ridley Scott.',
    );
    expect(films.get('drei')?.synopsis).toBe('A film directed by Tom Tykwer.');
  });
});

describe('names', () => {
  it.each([
    [300, '300'],
    ['LÈon', 'Léon'],
    ["De battre mon coeur s'est arrÍtÈ", "De battre mon coeur s'est arrêté"],
    ['The Naked Gun 2Ω: The Smell of Fear', 'The Naked Gun 2½: The Smell of Fear'],
    ["I Love You Ö Don't Touch Me!", "I Love You … Don't Touch Me!"],
    ['Alien³', 'Alien³'],
    ['Halloween:  The Curse', 'Halloween: The Curse'],
    ['Secret, The', 'The Secret'],
    ['King Kong (1933)', 'King Kong'],
    ['Precious (Based on the Novel Push by Sapphire)', 'Precious (Based on the Novel Push by Sapphire)'],
  ])('%s becomes %s', (raw, name) => {
    expect(cleaned({ Title: raw })?.name).toBe(name);
  });

  it('are numbered in ids where name and year are those of another film', () => {
    const twins = cleanFilms([row({ Director: 'One' }), row({ Director: 'Two' }), other]).films;
    expect(twins.map(({ id }) => id)).toEqual(['a-film-1998', 'a-film-1998-2', 'other-1998']);
  });
});

describe('dates', () => {
  it.each([
    ['Jun 12 1998', '1998-06-12', 'a day stays'],
    ['Apr 07 2033', '1933-04-07', 'a year of two digits is of the last century'],
    ['Dec 31 2046', '1946-12-31', 'and its day is a real one'],
    ['Dec 31 1939', '1940-01-01', 'the end of a year is the beginning of the next a time zone away'],
    ['Dec 31 2008', '2008-12-31', 'but later ones are openings'],
    ['Dec 31 1969', null, 'the zero of a clock is no date'],
    ['Feb 30 1999', null, 'nor is what no calendar has'],
  ])('%s is %s: %s', (raw, date, _why) => {
    expect(cleaned({ 'Release Date': raw })?.releaseDate).toBe(date);
  });
});

describe('ratings', () => {
  it.each([
    ['G', 'ALL'],
    ['PG', 'AGE_7'],
    ['PG-13', 'AGE_13'],
    ['R', 'AGE_16'],
    ['NC-17', 'AGE_18'],
    ['Not Rated', 'AGE_18'],
    ['Open', 'AGE_18'],
    [null, 'AGE_18'],
  ])('%s is %s', (raw, rating) => {
    expect(cleaned({ 'MPAA Rating': raw })?.maturityRating).toBe(rating);
  });

  it('of a remake do not count for the older film', () => {
    expect(films.get('the-alamo-1960')?.maturityRating).toBe('AGE_18');
    expect(films.get('the-alamo-2004')?.maturityRating).toBe('AGE_13');
  });
});

describe('popularity', () => {
  it('grows with the logarithm of the votes, up to 1', () => {
    const [first, second] = [cleaned({ 'IMDB Votes': 100 }), cleaned({ 'IMDB Votes': 10_000 })];
    expect(first?.popularity).toBeLessThan(second?.popularity ?? 0);
    expect(Math.max(...[...films.values()].map((film) => film.popularity))).toBe(1);
  });

  it('does not count votes that a film has from its remake', () => {
    expect(films.get('casino-royale-1967')?.popularity).toBeLessThan(
      films.get('casino-royale-2006')?.popularity ?? 0,
    );
  });

  it('is estimated from the box office without votes', () => {
    expect(films.get('star-wars-ep-iv-a-new-hope-1977')?.popularity).toBeGreaterThan(0.8);
  });
});
