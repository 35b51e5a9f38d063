import { badUserInput } from './errors.ts';

/** As the Relay specification has it (https://relay.dev/graphql/connections.htm). */
export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}
export interface Edge<Node> {
  cursor: string;
  node: Node;
}
export interface Connection<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
}
export interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

const MAX_PAGE_SIZE = 100;

/**
 * The page size to use: `fallback` when not given, clamped to {@link MAX_PAGE_SIZE}.
 * @throws `BAD_USER_INPUT` for a negative one
 */
export function pageSize(first: number | null | undefined, fallback = 20): number {
  if (first === null || first === undefined) return fallback;
  if (first < 0) throw badUserInput('first', 'must not be negative');
  return Math.min(first, MAX_PAGE_SIZE);
}

/** An opaque cursor that holds the sort key of its node. */
export const encodeCursor = (key: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * The sort key inside a cursor.
 * @param length how many parts the key has
 * @throws `BAD_USER_INPUT` if it is not one of ours
 */
export function decodeCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(key) &&
      key.length === length &&
      key.every((part) => part === null || typeof part === 'string' || typeof part === 'number')
    )
      return key as (string | number | null)[];
  } catch {
    // falls through to the one refusal below: whatever was sent, it is not a cursor
  }
  throw badUserInput('after', 'is not a cursor of this connection; pass an endCursor as it was given');
}

/**
 * Makes a connection of rows that were read with one row more than the page holds.
 * @param rows at most `first + 1` rows in order
 * @param first the page size that {@link pageSize} gave
 * @param after the cursor after which the rows begin, if any
 * @param keyOf the sort key of a row, for its cursor
 */
export function connectionOf<Row>(
  rows: readonly Row[],
  { first, after }: { first: number; after?: string | null | undefined },
  keyOf: (row: Row) => readonly (string | number | null)[],
): Connection<Row> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
