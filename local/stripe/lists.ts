import { noSuch } from './failure.ts';

export interface Paging {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

export interface List<Item> {
  object: 'list';
  url: string;
  has_more: boolean;
  data: Item[];
}

/** A list that is part of an object. */
export const listOf = <Item>(url: string, data: Item[]): List<Item> => ({
  object: 'list',
  data,
  has_more: false,
  url,
});

/**
 * One page, newest first (https://docs.stripe.com/api/pagination).
 * @param items all that match, oldest first
 * @throws {StripeFailure} 400 if the cursor is not one of them
 */
export function page<Item extends { id: string }>(
  url: string,
  items: readonly Item[],
  { limit = 10, starting_after: after, ending_before: before }: Paging,
): List<Item> {
  const newest = items.toReversed();
  const positionOf = (id: string, param: string): number => {
    const position = newest.findIndex((item) => item.id === id);
    if (position === -1) throw noSuch('object in this list', id, param);
    return position;
  };
  if (before !== undefined) {
    const end = positionOf(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', url, has_more: start > 0, data: newest.slice(start, end) };
  }
  const start = after === undefined ? 0 : positionOf(after, 'starting_after') + 1;
  const data = newest.slice(start, start + limit);
  return { object: 'list', url, has_more: start + limit < newest.length, data };
}

/** Whether a moment is within what a list was asked for. */
export function inRange(
  value: number,
  range:
    | number
    | {
        gt?: number | undefined;
        gte?: number | undefined;
        lt?: number | undefined;
        lte?: number | undefined;
      }
    | undefined,
): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return value === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return value > gt && value >= gte && value < lt && value <= lte;
}
