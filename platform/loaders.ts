import DataLoader from 'dataloader';

/**
 * A loader of single rows by id, for one request: all ids asked for in one tick become one query.
 * @param read reads the rows with these ids, in any order; missing ones are simply absent
 */
export const loaderById = <Row extends { id: string }>(
  read: (ids: string[]) => Promise<Row[]>,
): DataLoader<string, Row | null> => loaderBy(read, (row) => row.id);

/** As {@link loaderById}, for rows whose key is another column. */
export const loaderBy = <Row>(
  read: (keys: string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row | null> =>
  new DataLoader(async (keys) => {
    const rows = new Map((await read([...keys])).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });

/**
 * A loader of lists by a foreign key, for one request.
 * @param read reads all rows that belong to these keys, in the order that each list shall have
 */
export const loaderOfLists = <Row>(
  read: (keys: string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row[]> =>
  new DataLoader(async (keys) => {
    const lists = new Map<string, Row[]>(keys.map((key) => [key, []]));
    for (const row of await read([...keys])) lists.get(keyOf(row))?.push(row);
    return keys.map((key) => lists.get(key) ?? []);
  });
