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
      timestamp: () => clock(Date.now()),
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

/** Makes a line of what is its own. @param time in milliseconds since 1970 */
type MakeLine = (time: number, traceId: string, milliseconds: number, fields: string) => string;

/** A destination that takes lines before they are text, and makes them when there are many. */
interface LineDestination extends DestinationStream {
  writeLater?(make: MakeLine, traceId: string, milliseconds: number, fields: string): void;
}

/**
 * Writes lines of one kind, of which there are many, at the level info. The logger would look at each field of each line
 * anew, which costs several times as much as the line itself; here all that they have in common is text from the start.
 * @param message of each line
 * @param common fields of each line; what is undefined is not written
 * @returns takes a line's own: the trace that it is of, how long something took, and further fields as JSON without
 * braces, each with a comma before it: `,"viewer":"usr_1"`
 */
export function createLineWriter(
  logger: Logger,
  message: string,
  common: Readonly<Record<string, string | undefined>>,
): (traceId: string, milliseconds: number, fields: string) => void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as Record<symbol, LineDestination>;
  const start = JSON.stringify({ level: 'info', ...logger.bindings(), ...common }).slice(0, -1);
  const end = `,"message":${JSON.stringify(message)}}\n`;
  const make: MakeLine = (time, traceId, milliseconds, fields) =>
    `${start}${clock(time)},"traceId":"${traceId}","milliseconds":${milliseconds}${fields}${end}`;
  return (traceId, milliseconds, fields) => {
    if (stream?.writeLater) stream.writeLater(make, traceId, milliseconds, fields);
    else stream?.write(make(Date.now(), traceId, milliseconds, fields));
  };
}

let clockTime = NaN;
let clockField = '';

/** A time in milliseconds since 1970 as a field, as ISO 8601 has it; it is made once a millisecond. */
function clock(time: number): string {
  if (time !== clockTime) {
    clockTime = time;
    clockField = `,"time":"${new Date(time).toISOString()}"`;
  }
  return clockField;
}

/** Of all loggers of the process. */
let output: DestinationStream | undefined;

/** Milliseconds that a line may wait for others. */
const GATHER = 50;

/** Bytes that are written at once. */
const ENOUGH = 65_536;

/** Lines that wait to be made. */
const MOST_WAITING = 256;

/** Characters of lines that are taken into bytes together. */
const TOGETHER = 4_096;

/** Bytes that are kept while nothing can be written; what comes then is lost. */
const MOST_KEPT = 16 * 1024 * 1024;

/**
 * Writes lines together: under load a write for each would cost more than the line, and so does to make each in the midst
 * of other work. What a process logged before it exits or fails is written in any case.
 */
function standardOutput(): LineDestination {
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
  const send = (): void => {
    if (size > 0) stdout.write(Buffer.from(gathered.subarray(0, size)) as never);
    size = 0;
  };
  const gather = (text: string): void => {
    // a character is three bytes at most
    if (size + 3 * text.length > ENOUGH) send();
    if (3 * text.length > ENOUGH) stdout.write(Buffer.from(text) as never);
    else size += gathered.write(text, size);
  };

  // what is its own of each line that waits; numbers have no objects of their own that way
  const makers: MakeLine[] = [];
  const traceIds: string[] = [];
  const fieldsOf: string[] = [];
  const times = new Float64Array(MOST_WAITING);
  const took = new Float64Array(MOST_WAITING);
  let waiting = 0;
  const makeLines = (): void => {
    let text = '';
    for (let at = 0; at < waiting; at += 1) {
      text += makers[at]?.(times[at] ?? 0, traceIds[at] ?? '', took[at] ?? 0, fieldsOf[at] ?? '') ?? '';
      if (text.length < TOGETHER) continue;
      gather(text);
      text = '';
    }
    waiting = 0;
    gather(text);
  };

  const flush = (): void => {
    clearTimeout(due);
    due = undefined;
    makeLines();
    send();
  };
  process.on('exit', () => {
    exits = true;
    flush();
  });
  const soon = (): void => {
    if (exits) flush();
    else due ??= setTimeout(flush, GATHER).unref();
  };
  return {
    writeLater(make, traceId, milliseconds, fields) {
      makers[waiting] = make;
      traceIds[waiting] = traceId;
      fieldsOf[waiting] = fields;
      times[waiting] = Date.now();
      took[waiting] = milliseconds;
      waiting += 1;
      if (waiting === MOST_WAITING) makeLines();
      soon();
    },
    write(line) {
      // those that came before come before it
      if (waiting > 0) makeLines();
      gather(line);
      soon();
    },
  };
}
