/** How many of something each of many holds; those who hold none cost nothing. */
export interface Counts {
  of(key: string): number;
  /** @param change 1 or -1 */
  add(key: string, change: 1 | -1): void;
}

export function createCounts(): Counts {
  const counts = new Map<string, number>();
  return {
    of: (key) => counts.get(key) ?? 0,
    add(key, change) {
      const count = (counts.get(key) ?? 0) + change;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    },
  };
}
