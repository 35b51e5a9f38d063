import * as z from 'zod';

/** Thrown by {@link readEnv}: every variable that is missing or malformed, one line each. */
export class EnvError extends Error {
  override name = 'EnvError';
}

/**
 * Reads the environment once, against a schema of variables.
 * @param schema one zod type per variable, with defaults
 * @param source where the variables come from; the process's own environment unless a test says otherwise
 * @returns the parsed values
 * @throws {EnvError} naming all variables at fault together, so that one restart mends them all
 */
export function readEnv<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  source: Record<string, string | undefined> = process.env,
): z.infer<z.ZodObject<Shape>> {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new EnvError(`The environment is not complete:\n${lines.join('\n')}`);
}

/** Variables that every service has. */
export const serviceVariables = {
  HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65_535).describe('port to listen on'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('carries events, cache, limits and leases'),
};

/** Variables that every subgraph has. */
export const subgraphVariables = {
  ...serviceVariables,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('PostgreSQL database of this service alone'),
  GATEWAY_SECRET: z
    .string()
    .min(32)
    .describe('key with which the gateway signs the viewer, at least 32 characters'),
};
