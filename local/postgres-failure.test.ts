import { expect, it } from 'vitest';
import { explainFailure } from './postgres-failure.ts';

// as PostgreSQL 18 and the loader of Linux print them
it.each([
  [
    'FATAL:  could not write lock file "postmaster.pid": No space left on device',
    'The disk is full: free some space',
  ],
  [
    'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device',
    'The disk is full: free some space',
  ],
  [
    'FATAL:  could not create any TCP/IP sockets\nLOG:  could not bind IPv4 address "127.0.0.1": Address already in use',
    'The port that the database wants is in use: stop',
  ],
  [
    'FATAL:  database files are incompatible with server',
    'was made by another version of PostgreSQL: move it away',
  ],
  [
    'FATAL:  could not map anonymous shared memory: Cannot allocate memory',
    'There is too little memory for the database',
  ],
  [
    'postgres: error while loading shared libraries: libpq.so.5: cannot open shared object file',
    'are not whole: delete',
  ],
  [
    'PANIC:  could not locate a valid checkpoint record at 0/1548480',
    'The data in /data is damaged: delete the folder',
  ],
  [
    'FATAL:  password authentication failed for user "postgres"',
    'was not made by this platform: set DATA_DIR',
  ],
])('explains: %s', (output, explanation) => {
  const { message } = explainFailure(output, '/data');
  expect(message).toContain(explanation);
  expect(message).toContain('PostgreSQL: '); // and what it said itself
});

it('hands on what it does not know', () => {
  expect(explainFailure('LOG:  starting\nFATAL:  the stars are wrong', '/data').message).toBe(
    'PostgreSQL did not start: FATAL:  the stars are wrong',
  );
});
