/**
 * Makes a call, or joins the one with the same key that is under way. All who joined get what comes of it, an error too;
 * nothing is kept of a call that is over.
 */
export type SharedCalls<Result> = (key: string, call: () => Promise<Result>) => Promise<Result>;

export function createSharedCalls<Result>(): SharedCalls<Result> {
  const underWay = new Map<string, Promise<Result>>();
  return (key, call) => {
    const known = underWay.get(key);
    if (known) return known;
    const begun = call().finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };
}
