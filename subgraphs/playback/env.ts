import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { readEnv, subgraphVariables } from '../../platform/env.ts';

/** An address without the slash at its end, so that paths can be appended. */
const baseUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const seconds = z.coerce.number().int().min(1);

/** The key itself, or the path of a file that holds it. One-line variables carry newlines as `\n`. */
const pem = z.string().transform((value, context) => {
  const text = value.includes('-----BEGIN') ? value.replaceAll('\\n', '\n') : undefined;
  if (text !== undefined) return text;
  if (existsSync(value)) return readFileSync(value, 'utf8');
  context.addIssue({ code: 'custom', message: 'is neither a PEM private key nor a file that holds one' });
  return z.NEVER;
});

const variables = z.object({
  ...subgraphVariables,
  AWS_REGION: z.string().default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().optional().describe("without it the SDK's default chain finds credentials"),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  S3_ENDPOINT: baseUrl.optional().describe('an S3-compatible server; AWS if not given'),
  S3_PUBLIC_ENDPOINT: baseUrl.optional().describe('how clients reach that server; S3_ENDPOINT if not given'),
  UPLOAD_BUCKET: z.string().default('marquee-uploads').describe('what clients upload'),
  MEDIA_BUCKET: z.string().default('marquee-media').describe('what the edge serves'),
  MEDIACONVERT_ENDPOINT: baseUrl.optional().describe('AWS if not given'),
  MEDIACONVERT_ROLE: z.string().default('arn:aws:iam::000000000000:role/marquee-mediaconvert'),
  MEDIACONVERT_QUEUE: z.string().optional().describe("ARN; the account's default queue if not given"),
  WEBHOOK_API_KEY: z.string().min(16).describe('what MediaConvert events bring as x-api-key'),
  CDN_URL: baseUrl.describe('where clients reach the edge'),
  CDN_KEY_PAIR_ID: z.string().describe('id of the public key at the edge'),
  CDN_PRIVATE_KEY: pem.describe('RSA private key in PEM, or the path of a file that holds it'),
  ORIGIN_SECRET: z
    .string()
    .min(16)
    .describe('what the edge brings to the manifest origin as x-origin-secret'),
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(5 * 2 ** 40)
    .default(100 * 2 ** 30),
  UPLOAD_LIFETIME_SECONDS: seconds
    .max(604_800)
    .default(86_400)
    .describe('after which an upload is thrown away'),
  HEARTBEAT_INTERVAL_SECONDS: seconds.default(10),
  LEASE_SECONDS: seconds.default(30).describe('how long a stream keeps its place without a heartbeat'),
  SESSION_LIFETIME_SECONDS: seconds.default(21_600).describe('after which playback must be started anew'),
  URL_LIFETIME_SECONDS: seconds.default(10_800).describe('how long a signed URL works unless renewed'),
  ENTITLEMENT_GRACE_HOURS: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("hours added to a membership's validUntil; billing has its own grace in it already"),
});

export type PlaybackEnv = z.infer<typeof variables>;

/** Reads the environment of the playback service. @throws {EnvError} naming every variable at fault */
export const readPlaybackEnv = (source?: Record<string, string | undefined>): PlaybackEnv =>
  readEnv(variables, source);
