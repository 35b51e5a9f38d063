const TRIES = 12;

/**
 * The least of some measures, for a bound that other work of the machine must not make fail: they are taken until one
 * is within it. What is too slow by itself is so every time.
 * @param measure takes one
 */
export async function quickest(measure: () => Promise<number>, bound: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < TRIES && least >= bound; round++) least = Math.min(least, await measure());
  return least;
}
