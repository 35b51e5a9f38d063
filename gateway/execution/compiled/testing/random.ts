/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** Some of them, each at most once and one at least, in any order. */
  few<Value>(values: readonly Value[], most: number): Value[];
}

/** xorshift32 (Marsaglia, 2003) */
export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
  for (let warm = 0; warm < 8; warm++) next();
  const below = (end: number): number => next() % end;
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    few(values, most) {
      const left = [...values];
      return Array.from({ length: Math.min(left.length, 1 + below(most)) }, () =>
        left.splice(below(left.length), 1),
      ).flat();
    },
  };
}

/** FNV-1a, mixed once more: equal texts give equal numbers, and the last characters matter as much as the first. */
export function hash(...parts: readonly unknown[]): number {
  let value = 0x811c9dc5;
  for (const part of parts) {
    const text = `${String(part)}|`;
    for (let index = 0; index < text.length; index++)
      value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}

/** Of the usual run. */
const USUAL_SEED = 881_614_859;

/**
 * The seed of tests over generated operations. It is the same at each run, so that a failure is the change's and not the
 * day's; `DIFFERENTIAL_SEED=random` looks for what no run has found yet, and a number repeats what it found.
 */
export function seedOf({ DIFFERENTIAL_SEED: wanted }: NodeJS.ProcessEnv): number {
  if (wanted === 'random') return Date.now() % 1_000_000_000;
  return wanted === undefined ? USUAL_SEED : Number(wanted);
}
