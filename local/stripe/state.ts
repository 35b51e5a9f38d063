import { join } from 'node:path';
import { createFileStore, type FileStore } from '../file-store.ts';
import { tableNames, type TableName, type Tables } from './objects.ts';

/** What an event says it was caused by: a request, or nothing where time caused it. */
export interface Cause {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}
export const timeItself: Cause = { id: null, idempotency_key: null };

/** A view of all tables in which changes can be made. What it gives is a copy: a change counts once it is put. */
export interface Transaction {
  readonly cause: Cause;
  /** Where the pages are, without a slash at its end. */
  readonly publicUrl: string;
  get<Name extends TableName>(table: Name, id: string): Tables[Name] | undefined;
  put<Name extends TableName>(table: Name, value: Tables[Name]): void;
  remove(table: TableName, id: string): void;
  /** Oldest first. */
  list<Name extends TableName>(table: Name, filter?: (value: Tables[Name]) => boolean): Tables[Name][];
}

export interface State {
  /**
   * Runs `work` and keeps all that it changed, or nothing if it throws. `work` is synchronous, so no two ever see
   * each other half done, and when this returns the changes are on disk, all of them.
   */
  transaction<Result>(cause: Cause, work: (tx: Transaction) => Result): Result;
  /** Calls back after every transaction that changed something, with the tables that it changed. */
  onChange(listener: (tables: ReadonlySet<TableName>) => void): void;
}

interface Row {
  /** Rows are listed in the order in which they were first put. */
  order: number;
  value: { id: string };
}
interface Change {
  table: TableName;
  id: string;
  row: Row | null;
}

/**
 * Opens the state kept in `directory`. A transaction is written as one journal record before it is spread over the
 * tables' files; a start that finds such a record finishes the spreading. So a kill at any point leaves all of a
 * transaction or none: an invoice without its event, or an event without its delivery, cannot be.
 * @param publicUrl where the pages are; asked for at each transaction, since a free port is known late
 */
export function createState(directory: string, publicUrl: () => string): State {
  const journal = createFileStore<Change[]>(join(directory, 'journal'));
  const stores = new Map<TableName, FileStore<Row>>();
  const tables = new Map<TableName, Map<string, Row>>();
  for (const name of tableNames) stores.set(name, createFileStore<Row>(join(directory, name)));

  const store = (changes: readonly Change[]): void => {
    for (const { table, id, row } of changes)
      if (row === null) stores.get(table)!.delete(id);
      else stores.get(table)!.put(id, row);
  };
  for (const changes of journal.list()) store(changes);
  journal.delete('commit');

  let lastOrder = 0;
  for (const name of tableNames) {
    const rows = stores
      .get(name)!
      .list()
      .sort((a, b) => a.order - b.order);
    tables.set(name, new Map(rows.map((row) => [row.value.id, row])));
    lastOrder = Math.max(lastOrder, rows.at(-1)?.order ?? 0);
  }
  const listeners: ((tables: ReadonlySet<TableName>) => void)[] = [];

  let unspread: Change[] = [];
  /** Brings the journal's record to the tables. Where that fails, on a full disk, it is done before anything else. */
  const spread = (): void => {
    if (unspread.length === 0) return;
    store(unspread);
    for (const { table, id, row } of unspread)
      if (row === null) tables.get(table)!.delete(id);
      else tables.get(table)!.set(id, row);
    journal.delete('commit');
    unspread = [];
  };
  const commit = (changes: Change[]): void => {
    if (changes.length === 0) return;
    journal.put('commit', changes);
    unspread = changes;
    spread();
    const touched = new Set(changes.map(({ table }) => table));
    for (const listener of listeners) listener(touched);
  };

  return {
    transaction(cause, work) {
      spread();
      const changed = new Map<string, Change>();
      const keyOf = (table: TableName, id: string): string => `${table}/${id}`;
      const find = (table: TableName, id: string): Row | undefined => {
        const change = changed.get(keyOf(table, id));
        return change === undefined ? tables.get(table)!.get(id) : (change.row ?? undefined);
      };
      const result = work({
        cause,
        publicUrl: publicUrl(),
        get: <Name extends TableName>(table: Name, id: string) =>
          structuredClone(find(table, id)?.value) as Tables[Name] | undefined,
        put(table, value) {
          const order = find(table, value.id)?.order ?? ++lastOrder;
          const row = { order, value: structuredClone(value) };
          changed.set(keyOf(table, value.id), { table, id: value.id, row });
        },
        remove(table, id) {
          changed.set(keyOf(table, id), { table, id, row: null });
        },
        list<Name extends TableName>(table: Name, filter?: (value: Tables[Name]) => boolean) {
          const rows = new Map(tables.get(table));
          for (const change of changed.values())
            if (change.table === table)
              if (change.row === null) rows.delete(change.id);
              else rows.set(change.id, change.row);
          const values = [...rows.values()].map((row) => row.value as Tables[Name]);
          return (filter ? values.filter(filter) : values).map((value) => structuredClone(value));
        },
      });
      commit([...changed.values()]);
      return result;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
