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
      timestamp: createClock(),
      formatters: { level: (label) => ({ level: label }) },
      // without it an error is logged without its message and stack, which are no enumerable properties
      serializers: { error: pino.stdSerializers.err },
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

/** Set while {@link loggedAt} works. */
let pastTime: number | undefined;

/**
 * Writes lines, by `work`, as of a time in the past.
 * @param time milliseconds since 1970
 */
export function loggedAt(time: number, work: () => void): void {
  pastTime = time;
  try {
    work();
  } finally {
    pastTime = undefined;
  }
}

/** Writes the time, as ISO 8601 has it; only once for all lines of a millisecond. */
function createClock(): () => string {
  let at = NaN;
  let text = '';
  return () => {
    const now = pastTime ?? Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** Of all loggers of the process. */
let output: DestinationStream | undefined;

/** Milliseconds that a line may wait for others. */
const GATHER = 50;

/** Characters that are written at once. */
const ENOUGH = 65_536;

/**
 * Writes lines together: under load a write for each would cost more than the line. What a process logged before it exits
 * or fails is written in any case.
 */
function standardOutput(): DestinationStream {
  const stdout = pino.destination({ dest: 1, sync: true });
  // gathered here: with a minLength pino's destination joins, and measures, all that waits at every line
  let lines: string[] = [];
  let characters = 0;
  let due: NodeJS.Timeout | undefined;
  let exits = false;
  const flush = (): void => {
    clearTimeout(due);
    due = undefined;
    const text = lines.join('');
    lines = [];
    characters = 0;
    if (text !== '') stdout.write(text);
  };
  process.on('exit', () => {
    exits = true;
    flush();
  });
  return {
    write(line) {
      lines.push(line);
      characters += line.length;
      if (exits || characters >= ENOUGH) flush();
      else due ??= setTimeout(flush, GATHER).unref();
    },
  };
}
