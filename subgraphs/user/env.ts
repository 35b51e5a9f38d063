import * as z from 'zod';
import { readEnv, subgraphVariables } from '../../platform/env.ts';

const positive = z.coerce.number().int().min(1);

const variables = z.object({
  ...subgraphVariables,
  KEY_ENCRYPTION_SECRET: z
    .string()
    .min(32)
    .describe('encrypts signing keys and authenticator secrets in the database, at least 32 characters'),
  TOKEN_ISSUER: z.url().describe('`iss` of access tokens: the public address of the gateway'),
  TOKEN_AUDIENCE: z.string().default('marquee').describe('`aud` of access tokens'),
  ACCESS_TOKEN_SECONDS: positive.max(3600).default(900).describe('how long an access token works'),
  REFRESH_TOKEN_DAYS: positive.max(365).default(30).describe('how long a sign-in lives without being used'),
  SIGNING_KEY_DAYS: positive.max(365).default(30).describe('age at which a signing key gets its successor'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .describe('mail server, for instance smtps://name:password@host:465'),
  MAIL_FROM: z.string().min(3).describe('sender of mails, for instance Marquee <hello@example.com>'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .describe('where links in mails lead: the public address of the gateway'),
  SIGN_INS_PER_ADDRESS: positive
    .default(300)
    .describe('sign-in attempts per quarter of an hour from one address'),
  SIGN_INS_PER_EMAIL: positive
    .default(100)
    .describe('sign-in attempts per quarter of an hour with one e-mail'),
  SIGN_UPS_PER_ADDRESS: positive.default(120).describe('new accounts per hour from one address'),
  MAILS_PER_EMAIL: positive.default(5).describe('mails per hour that anybody can have sent to one e-mail'),
});
export type UserEnv = z.infer<typeof variables>;

/** Reads the user service's environment. @throws {EnvError} naming every variable at fault */
export const readUserEnv = (source?: Record<string, string | undefined>): UserEnv =>
  readEnv(variables, source);
