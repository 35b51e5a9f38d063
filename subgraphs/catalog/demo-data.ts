import { readFileSync } from 'node:fs';
import type { MaturityRating } from '../../platform/domain-events.ts';
import type { RawFilm } from './clean.ts';

/** A clip that a local platform makes for a demo title, so that there is something to play. */
export interface DemoClip {
  readonly titleId: string;
  readonly name: string;
  readonly seconds: number;
}

type Clip = Pick<DemoClip, 'seconds'>;

export interface DemoFilm {
  readonly id: string;
  readonly name: string;
  readonly synopsis: string;
  readonly maturityRating: MaturityRating;
  readonly releaseDate: string;
  readonly genreIds: readonly string[];
  readonly clip: Clip;
}

export interface DemoEpisode {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly synopsis: string;
  readonly releaseDate: string;
  readonly runtimeMinutes: number;
  readonly clip?: Clip;
}

export interface DemoSeries {
  readonly id: string;
  readonly name: string;
  readonly synopsis: string;
  readonly maturityRating: MaturityRating;
  readonly genreIds: readonly string[];
  readonly seasons: readonly {
    readonly id: string;
    readonly number: number;
    readonly episodes: readonly DemoEpisode[];
  }[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8'));

/** 3,201 rows about real films, as they came. */
export const readRawFilms = (): RawFilm[] => read('movies.json') as RawFilm[];
/** Short films of Marquee's own. */
export const readDemoFilms = (): DemoFilm[] => read('demo-films.json') as DemoFilm[];
/** Series of Marquee's own. */
export const readDemoSeries = (): DemoSeries[] => read('series.json') as DemoSeries[];

/** The clips that a local platform shall make at its first start: for each demo film and for one episode. */
export function readDemoClips(): DemoClip[] {
  const episodes = readDemoSeries().flatMap(({ seasons }) => seasons.flatMap((season) => season.episodes));
  return [...readDemoFilms(), ...episodes].flatMap(({ id, name, clip }) =>
    clip === undefined ? [] : [{ titleId: id, name, ...clip }],
  );
}
