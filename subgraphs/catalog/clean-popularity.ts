import type { Report } from './cleaning-report.ts';

/** What popularity is made of. */
export interface Audience {
  readonly name: string;
  readonly votes: number | null;
  readonly score: number | null;
  /** dollars worldwide; null where nobody counted */
  readonly gross: number | null;
}

const compact = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^(the|an|a)(?=.{3})/, '');

/** Films such as `Jurassic Park` and `Jurassic Park 3`, or two of one name. */
function alike(one: string, other: string): boolean {
  const [short, long] = [compact(one), compact(other)].sort((a, b) => a.length - b.length) as [
    string,
    string,
  ];
  return long.startsWith(short.replace(/\d$/, ''));
}

/**
 * Takes votes away from films that have them by a mistaken match of names: of films alike in name with the same
 * votes and the same score only the one that earned most keeps them.
 */
function votesWithoutMistakes(films: readonly Audience[], report: Report): (number | null)[] {
  const votes = films.map((film) => film.votes);
  const groups = new Map<string, number[]>();
  films.forEach(({ votes, score }, index) => {
    if (votes === null) return;
    const key = `${votes}/${score}`;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  for (const group of groups.values()) {
    const byGross = [...group].sort((a, b) => (films[b]?.gross ?? 0) - (films[a]?.gross ?? 0));
    for (const [rank, index] of byGross.entries()) {
      const film = films[index] as Audience;
      const owner = byGross.slice(0, rank).find((other) => alike(film.name, (films[other] as Audience).name));
      if (owner === undefined) continue;
      report.note(
        'votes-shared',
        `${film.name}: ${film.votes} votes`,
        `stay with ${(films[owner] as Audience).name}`,
      );
      votes[index] = null;
    }
  }
  return votes;
}

/** Least squares of y over x. */
function line(points: readonly (readonly [number, number])[]): (x: number) => number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return (x) => meanY + slope * (x - meanX);
}

/**
 * How well known each film is, 0 to 1: the logarithm of its votes as a part of the greatest.
 * Without votes they are estimated from the box office.
 */
export function popularities(films: readonly Audience[], report: Report): number[] {
  const votes = votesWithoutMistakes(films, report);
  const both = films.flatMap(({ gross }, index) => {
    const count = votes[index];
    return gross !== null && typeof count === 'number'
      ? [[Math.log(gross), Math.log(1 + count)] as const]
      : [];
  });
  const estimate = line(both);
  const greatest = Math.log(1 + Math.max(...votes.map((count) => count ?? 0)));
  return films.map(({ name, gross }, index) => {
    const count = votes[index] ?? null;
    if (count === null && gross === null) {
      report.note('popularity-unknown', name, '0');
      return 0;
    }
    const logVotes = count === null ? estimate(Math.log(gross as number)) : Math.log(1 + count);
    const popularity = Math.round(Math.min(1, Math.max(0, logVotes / greatest)) * 10_000) / 10_000;
    if (count === null) report.note('votes-missing', name, `${popularity}`);
    return popularity;
  });
}
