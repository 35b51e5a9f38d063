import path from 'node:path';
import * as z from 'zod';
import { readEnv } from '../platform/env.ts';

/** The highest of the ports that follow from PORT. */
const LAST_OFFSET = 13;

const variables = z.object({
  PORT: z.coerce
    .number()
    .int()
    .min(1024)
    .max(65_535 - LAST_OFFSET)
    .default(4000)
    .describe('port of the gateway; all others follow from it'),
  DATA_DIR: z.string().optional().describe('folder of all state; .data/<PORT> unless given'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('with it every service is a process of its own, and Redis carries what they share'),
  FFMPEG_PATH: z.string().optional().describe('ffmpeg to use instead of the one on PATH or the packaged one'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DEMO_CLIPS: z
    .enum(['true', 'false'])
    .default('true')
    .describe('whether clips are made for the demo films, in the background of the first start'),
  TRANSCODES_AT_ONCE: z.coerce.number().int().min(1).default(1).describe('ffmpeg processes at the same time'),
});

export interface LocalEnv {
  readonly port: number;
  readonly dataDir: string;
  readonly redisUrl: string | undefined;
  readonly ffmpegPath: string | undefined;
  readonly logLevel: string;
  readonly demoClips: boolean;
  readonly transcodesAtOnce: number;
  /** What any program needs of the environment, for services that run as processes of their own. */
  readonly inherited: Readonly<Record<string, string>>;
}

/** Reads the environment of a local platform. @throws {EnvError} naming every variable at fault */
export function readLocalEnv(source: Record<string, string | undefined> = process.env): LocalEnv {
  const env = readEnv(variables, source);
  return {
    port: env.PORT,
    dataDir: path.resolve(env.DATA_DIR ?? path.join('.data', String(env.PORT))),
    redisUrl: env.REDIS_URL,
    ffmpegPath: env.FFMPEG_PATH,
    logLevel: env.LOG_LEVEL,
    demoClips: env.DEMO_CLIPS === 'true',
    transcodesAtOnce: env.TRANSCODES_AT_ONCE,
    inherited: Object.fromEntries(
      ['PATH', 'HOME', 'TMPDIR', 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'].flatMap((name) =>
        process.env[name] === undefined ? [] : [[name, process.env[name]]],
      ),
    ),
  };
}
