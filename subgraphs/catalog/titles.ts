import {
  connectionOf,
  decodeCursor,
  pageSize,
  type Connection,
  type PageArguments,
} from '../../platform/pagination.ts';
import { badUserInput } from '../../platform/errors.ts';
import { readDay } from './dates.ts';
import type { TitleFilter, TitleOrder } from './generated/resolvers.ts';
import type { Parts } from './parts.ts';
import { sqlValues, titleConditions, type SqlValues } from './title-conditions.ts';

/** A place in a list: the title, and the value that the list is ordered by. */
interface Place {
  readonly id: string;
  readonly key: string | number | null;
}

/** A page of titles by id, and a count that costs a query only when it is asked for. */
export interface TitlePage extends Connection<Place> {
  count(): Promise<number>;
}

interface Order {
  /** SQL of the value that the list is ordered by, as it goes into cursors. */
  readonly key: string;
  readonly orderBy: string;
  /** The condition for what comes after a place. @throws `BAD_USER_INPUT` for a key of another order */
  after(place: Place, sql: SqlValues): string;
}

const wrongCursor = () =>
  badUserInput('after', 'is a cursor of another order; pass it with the order it came from');

const orders: Record<TitleOrder, Order> = {
  POPULARITY: {
    key: 'title.popularity',
    orderBy: 'title.popularity desc, title.id',
    after({ id, key }, sql) {
      if (typeof key !== 'number') throw wrongCursor();
      const popularity = sql.value(key);
      return `(title.popularity < ${popularity} or (title.popularity = ${popularity} and title.id > ${sql.value(id)}))`;
    },
  },
  RELEASE_DATE: {
    key: 'title.release_date::text',
    orderBy: 'title.release_date desc nulls last, title.id',
    after({ id, key }, sql) {
      const place = sql.value(id);
      if (key === null) return `(title.release_date is null and title.id > ${place})`;
      if (typeof key !== 'string' || readDay(key) === undefined) throw wrongCursor();
      const date = `${sql.value(key)}::date`;
      return `(title.release_date < ${date} or title.release_date is null
               or (title.release_date = ${date} and title.id > ${place}))`;
    },
  },
  NAME: {
    key: 'title_search.key',
    orderBy: 'title_search.key, title.id',
    after({ id, key }, sql) {
      if (typeof key !== 'string') throw wrongCursor();
      return `(title_search.key, title.id) > (${sql.value(key)}, ${sql.value(id)})`;
    },
  },
};

/**
 * Lists titles.
 * @param drafts whether titles that are not published are listed too
 * @throws `BAD_USER_INPUT` for a cursor or a date that is none, or a negative `first`
 */
export async function listTitles(
  { pool }: Parts,
  { filter, orderBy, ...page }: PageArguments & { filter?: TitleFilter | null; orderBy?: TitleOrder | null },
  drafts: boolean,
): Promise<TitlePage> {
  const order = orders[orderBy ?? 'POPULARITY'];
  const first = pageSize(page.first);
  const sql = sqlValues();
  const conditions = titleConditions(filter, drafts, sql);
  const count = async (): Promise<number> => {
    const counted = sqlValues();
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from title where ${titleConditions(filter, drafts, counted)}`,
      counted.values,
    );
    return rows[0]?.count ?? 0;
  };
  const behind = page.after ? ` and ${order.after(placeIn(page.after), sql)}` : '';
  const { rows } = await pool.query<Place>(
    `select title.id, ${order.key} as key
     from title join title_search on title_search.title_id = title.id
     where ${conditions}${behind}
     order by ${order.orderBy} limit ${sql.value(first + 1)}`,
    sql.values,
  );
  return { ...connectionOf(rows, { first, after: page.after }, ({ id, key }) => [key, id]), count };
}

/** What a cursor of a list of titles says. */
function placeIn(cursor: string): Place {
  const [key = null, id] = decodeCursor(cursor, 2);
  if (typeof id !== 'string' || `${key}${id}`.includes('\0')) throw wrongCursor();
  return { key, id };
}
