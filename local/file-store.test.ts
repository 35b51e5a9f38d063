import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileStore } from './file-store.ts';

describe('file store', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'file-store-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps records over a restart', () => {
    const store = createFileStore<{ n: number }>(directory);
    store.put('a', { n: 1 });
    store.put('b', { n: 2 });
    store.put('a', { n: 3 });
    store.put('c', { n: 4 });
    store.delete('c');
    const again = createFileStore<{ n: number }>(directory);
    expect(again.get('a')).toEqual({ n: 3 });
    expect(again.get('c')).toBeUndefined();
    expect(again.list()).toEqual([{ n: 3 }, { n: 2 }]);
  });

  it('gives copies, so that a change counts only once it is put', () => {
    const store = createFileStore<{ tags: string[] }>(directory);
    const value = { tags: ['x'] };
    store.put('a', value);
    value.tags.push('y');
    store.get('a')?.tags.push('z');
    expect(store.get('a')).toEqual({ tags: ['x'] });
  });

  it('never leaves its directory, whatever an id says', () => {
    const inner = join(directory, 'inner');
    const store = createFileStore<number>(inner);
    for (const id of ['../out', '..', '/etc/x', 'a\\b', 'a\0b']) store.put(id, 1);
    expect(readdirSync(directory)).toEqual(['inner']);
    expect(readdirSync(inner)).toHaveLength(5);
    expect(createFileStore<number>(inner).get('../out')).toBe(1);
    expect(() => store.put('', 1)).toThrow(/1 to 200/);
  });

  it('drops a write that a kill cut short, and keeps the record before it', () => {
    createFileStore<number>(directory).put('a', 1);
    writeFileSync(join(directory, 'a.json.partial'), '{"ha');
    expect(createFileStore<number>(directory).get('a')).toBe(1);
    expect(existsSync(join(directory, 'a.json.partial'))).toBe(false);
  });

  it('names the file that it cannot read', () => {
    writeFileSync(join(directory, 'a.json'), '{"ha');
    expect(() => createFileStore(directory)).toThrow(/a\.json is not a record/);
  });
});
