import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { createLogger, type Logger } from '../platform/logger.ts';

export interface Logs {
  readonly file: string;
  /** A logger that writes to the platform's file, under the service's name. */
  loggerOf(service: string): Logger;
  /** Takes the lines of a service that runs as a process of its own. */
  write(lines: Buffer | string): void;
  flush(): void;
}

/** The log of all parts of a local platform: one file of JSON lines for each start; the one before is kept. */
export function openLogs(dataDir: string, level: string): Logs {
  const file = path.join(dataDir, 'logs', 'marquee.log');
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file)) renameSync(file, `${file}.1`);
  const destination = pino.destination({ dest: file, sync: false });
  return {
    file,
    loggerOf: (service) => createLogger(service, level, destination),
    write: (lines) => void destination.write(lines.toString()),
    flush: () => destination.flushSync(),
  };
}
