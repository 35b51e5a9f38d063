import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileStore } from '../file-store.ts';
import { createState, timeItself } from './state.ts';

describe('state', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'stripe-state-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const open = () => createState(directory, () => 'http://pages.test');
  const target = (id: string, time: number) => ({ id, time });

  it('keeps nothing of a transaction that fails', () => {
    const state = open();
    state.transaction(timeItself, (tx) => tx.put('clock_targets', target('a', 1)));
    expect(() =>
      state.transaction(timeItself, (tx) => {
        tx.put('clock_targets', target('b', 2));
        tx.remove('clock_targets', 'a');
        throw new Error('no');
      }),
    ).toThrow('no');
    for (const each of [state, open()])
      each.transaction(timeItself, (tx) => expect(tx.list('clock_targets')).toEqual([target('a', 1)]));
  });

  it('shows a transaction its own changes, in the order of their first put', () => {
    const state = open();
    state.transaction(timeItself, (tx) => {
      for (const id of ['c', 'a', 'b']) tx.put('clock_targets', target(id, 1));
      tx.put('clock_targets', target('c', 2));
      tx.remove('clock_targets', 'b');
      expect(tx.list('clock_targets')).toEqual([target('c', 2), target('a', 1)]);
      tx.get('clock_targets', 'a')!.time = 9;
      expect(tx.get('clock_targets', 'a')).toEqual(target('a', 1));
    });
    open().transaction(timeItself, (tx) =>
      expect(tx.list('clock_targets')).toEqual([target('c', 2), target('a', 1)]),
    );
  });

  it('finishes at the start what a kill left half spread', () => {
    open().transaction(timeItself, (tx) => tx.put('clock_targets', target('old', 1)));
    // as a kill leaves it between the journal's record and the tables' files
    createFileStore(join(directory, 'journal')).put('commit', [
      { table: 'clock_targets', id: 'new', row: { order: 2, value: target('new', 2) } },
      { table: 'clock_targets', id: 'old', row: null },
    ]);
    for (const state of [open(), open()])
      state.transaction(timeItself, (tx) => expect(tx.list('clock_targets')).toEqual([target('new', 2)]));
  });

  it('loses nothing of a transaction that the disk cut short, and finishes it first', () => {
    const state = open();
    const obstacle = join(directory, 'clock_targets', 'second.json');
    // the first of two records can be written, the second cannot
    mkdirSync(join(obstacle, 'in the way'), { recursive: true });
    const put = (ids: string[]) =>
      state.transaction(timeItself, (tx) => {
        for (const id of ids) tx.put('clock_targets', target(id, 1));
      });
    expect(() => put(['first', 'second'])).toThrow();
    expect(() => put(['third'])).toThrow();
    rmSync(obstacle, { recursive: true });
    for (const each of [open(), state])
      each.transaction(timeItself, (tx) =>
        expect(tx.list('clock_targets').map(({ id }) => id)).toEqual(['first', 'second']),
      );
    put(['third']);
    open().transaction(timeItself, (tx) => expect(tx.list('clock_targets')).toHaveLength(3));
  });
});
