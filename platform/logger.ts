import pino, { type DestinationStream, type Logger } from 'pino';
import { currentTrace } from './trace.ts';

export type { Logger } from 'pino';

/**
 * A logger that writes one JSON object a line, each with the service's name and the running trace's id.
 * Keys and tokens never reach the log.
 * @param service name of the service
 * @param level least level to write
 * @param destination a stream; standard output if not given
 */
export const createLogger = (service: string, level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { service },
      messageKey: 'message',
      timestamp: clock,
      formatters: { level: (label) => ({ level: label }) },
      // without it an error is logged without its message and stack, which are no enumerable properties
      serializers: { error: describe, err: describe },
      mixin: () => currentTrace() ?? untraced,
      mixinMergeStrategy: (line: object, { traceId }: { traceId?: string }) =>
        traceId === undefined || 'traceId' in line ? line : { traceId, ...line },
      redact: [
        'authorization',
        '*.authorization',
        'headers.authorization',
        'headers.cookie',
        'password',
        '*.password',
        'token',
        '*.token',
        'refreshToken',
        '*.refreshToken',
        'secret',
        '*.secret',
        'pin',
        '*.pin',
      ],
    },
    destination ?? (output ??= standardOutput()),
  );

const untraced = {};

/** Characters of a stack, which holds the message too: whoever chooses that must not fill the log. */
const LONGEST_STACK = 8_000;

function describe(error: Error): object {
  const described: { message?: unknown; stack?: unknown } = pino.stdSerializers.err(error);
  const { message, stack } = described;
  // what is no error is left as it is
  if (typeof message !== 'string' || typeof stack !== 'string' || described === error) return described;
  described.message = message.slice(0, LONGEST_STACK);
  described.stack = stack.slice(0, LONGEST_STACK);
  return described;
}

/** Characters of what clients choose, such as names, of which the log tells. */
const LONGEST_NAME = 100;

/** A name as the log has it. */
export const shortened = (name: string | undefined): string | undefined => name?.slice(0, LONGEST_NAME);

/**
 * Writes lines of one kind, of which there are many, at the level info. The logger would look at each field of each line
 * anew, which costs several times as much as the line itself; here all that they have in common is text from the start.
 * @param message of each line
 * @param common fields of each line; what is undefined is not written
 * @returns takes the fields of one line, as JSON without braces, each with a comma before it: `,"milliseconds":3`
 */
export function createLineWriter(
  logger: Logger,
  message: string,
  common: Readonly<Record<string, string | undefined>>,
): (fields: string) => void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as Record<symbol, DestinationStream>;
  const start = JSON.stringify({ level: 'info', ...logger.bindings(), ...common }).slice(0, -1);
  const end = `,"message":${JSON.stringify(message)}}\n`;
  return (fields) => stream?.write(start + clock() + fields + end);
}

let clockSecond = NaN;
let clockStart = '';

/** The time, as ISO 8601 has it, as a field; all of it but the milliseconds is made once a second. */
function clock(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== clockSecond) {
    clockSecond = second;
    clockStart = `,"time":"${new Date(second * 1000).toISOString().slice(0, -'000Z'.length)}`;
  }
  return `${clockStart}${String(now - second * 1000).padStart(3, '0')}Z"`;
}

/** Of all loggers of the process. */
let output: DestinationStream | undefined;

/** Milliseconds that a line may wait for others. */
const GATHER = 50;

/** Bytes that are written at once. */
const ENOUGH = 65_536;

/** Bytes that are kept while nothing can be written; what comes then is lost. */
const MOST_KEPT = 16 * 1024 * 1024;

/**
 * Writes lines together: under load a write for each would cost more than the line. What a process logged before it exits
 * or fails is written in any case.
 */
function standardOutput(): DestinationStream {
  const stdout = pino.destination({ dest: 1, sync: true, contentMode: 'buffer', maxLength: MOST_KEPT });
  let told = false;
  // that the disk is full, say, is no reason to end: what is kept is written with the next lines that can be
  stdout.on('error', (error: Error) => {
    if (!told) console.error(`The log cannot be written: ${error.message}`);
    told = true;
  });
  // gathered here, and as bytes: with a minLength pino's destination joins, and measures, all that waits at every line, and
  // a text of many pieces is old, and far apart in memory, when it is put together at last
  const gathered = Buffer.allocUnsafeSlow(ENOUGH);
  let size = 0;
  let due: NodeJS.Timeout | undefined;
  let exits = false;
  const flush = (): void => {
    clearTimeout(due);
    due = undefined;
    if (size > 0) stdout.write(Buffer.from(gathered.subarray(0, size)) as never);
    size = 0;
  };
  process.on('exit', () => {
    exits = true;
    flush();
  });
  return {
    write(line) {
      // a character is three bytes at most
      if (size + 3 * line.length > ENOUGH) flush();
      if (3 * line.length > ENOUGH) {
        stdout.write(Buffer.from(line) as never);
        return;
      }
      size += gathered.write(line, size);
      if (exits) flush();
      else due ??= setTimeout(flush, GATHER).unref();
    },
  };
}
