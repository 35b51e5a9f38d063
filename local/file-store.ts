import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A small persisted map. What it gives is a copy: a change counts once it is `put` back. */
export interface FileStore<Value> {
  get(id: string): Value | undefined;
  /** On disk when it returns; a process killed in the middle leaves the old value, whole. */
  put(id: string, value: Value): void;
  delete(id: string): void;
  /** All values: those of earlier runs by id, then those of this run in the order of their first `put`. */
  list(): Value[];
}

/**
 * Opens a store that holds one JSON file per record. Everything is read once, here, and kept in memory: it is for
 * thousands of records, not for millions, and for one process at a time.
 * @param directory made if it is missing
 * @throws with the file's name if a record cannot be read
 */
export function createFileStore<Value>(directory: string): FileStore<Value> {
  mkdirSync(directory, { recursive: true });
  const values = new Map<string, Value>();
  for (const file of readdirSync(directory).sort()) {
    const path = join(directory, file);
    // a write that a kill cut short
    if (file.endsWith('.partial')) rmSync(path, { force: true });
    else if (file.endsWith('.json'))
      values.set(decodeURIComponent(file.slice(0, -'.json'.length)), readRecord(path));
  }
  const pathOf = (id: string): string => join(directory, `${fileName(id)}.json`);

  return {
    get: (id) => structuredClone(values.get(id)),
    put(id, value) {
      const path = pathOf(id);
      const text = JSON.stringify(value);
      writeFileSync(`${path}.partial`, text);
      // a rename is atomic: readers and the next start see the old file or the new one
      renameSync(`${path}.partial`, path);
      values.set(id, JSON.parse(text) as Value);
    },
    delete(id) {
      rmSync(pathOf(id), { force: true });
      values.delete(id);
    },
    list: () => [...values.values()].map((value) => structuredClone(value)),
  };
}

/** An id as the name of a file: separators and all else that a path gives a meaning are percent-encoded. */
function fileName(id: string): string {
  const name = encodeURIComponent(id);
  if (name === '' || name.length > 200)
    throw new Error(`An id has 1 to 200 characters: "${id.slice(0, 40)}".`);
  return name;
}

function readRecord<Value>(path: string): Value {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Value;
  } catch (error) {
    throw new Error(`${path} is not a record of this store. Delete it to go on without it.`, {
      cause: error,
    });
  }
}
