import * as z from 'zod';
import { readEnv, serviceVariables } from '../platform/env.ts';
import { parseContracts } from './supergraph/contract.ts';
import type { SourceOptions } from './supergraph/source.ts';
import { parseLabelShares } from './operation/override-labels.ts';
import { originNamed } from './transport/origins.ts';

const whole = (least: number) => z.coerce.number().int().min(least);
const httpUrl = z.url({ protocol: /^https?$/ });
const port = whole(0).max(65_535);
/** A timer holds no more; with a longer time it would go off at once. */
const milliseconds = whole(1).max(2_147_483_647);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  );

const issuerShape = z.strictObject({
  issuer: z.string().min(1),
  jwksUrl: httpUrl,
  audience: z.string().min(1),
  userPrefix: z.string().optional(),
});
type Issuer = z.infer<typeof issuerShape>;
const issuers = z
  .string()
  .default('[]')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(issuerShape));

const variables = z.object({
  ...serviceVariables,
  PORT: port.default(4000).describe('port to listen on; 0 takes a free one'),
  ADMIN_PORT: port.optional().describe('port of /metrics and /health; none without it'),
  WORKERS: whole(1).max(256).default(1).describe('processes that share the port'),
  NODE_ENV: z.string().optional().describe('"production" switches introspection off by default'),
  SUPERGRAPH: z
    .string()
    .default('supergraph.graphql')
    .describe(
      "supergraph SDL (.graphql) as a file, https:// or s3://bucket/key; or rover's configuration (.yaml)",
    ),
  SUPERGRAPH_POLL_MS: milliseconds.default(10_000).describe('between two looks at a URL or at S3'),
  SUPERGRAPH_WAIT_MS: whole(0)
    .default(60_000)
    .describe('how long a URL or S3 that is away at the start is waited for'),
  SUPERGRAPH_COPY: z
    .string()
    .optional()
    .describe('file with what a URL or S3 had last; serves where it is away at the start'),
  AWS_REGION: z.string().default('us-east-1').describe('region of s3://'),
  S3_ENDPOINT: httpUrl.optional().describe('an S3-compatible store for s3://; AWS if not given'),
  GATEWAY_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('key that signs the viewer for subgraphs; unsigned without it'),
  JWKS_URL: httpUrl.optional().describe('public keys of access tokens'),
  TOKEN_ISSUER: z.string().optional().describe('"iss" of access tokens'),
  TOKEN_AUDIENCE: z.string().default('marquee').describe('"aud" of access tokens'),
  TOKEN_ISSUERS: issuers.describe('further issuers, as JSON: [{"issuer","jwksUrl","audience","userPrefix"}]'),
  API_KEY_INTROSPECTION_URL: httpUrl.optional().describe('checks API keys (RFC 7662)'),
  DEFAULT_REGION: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('US')
    .describe('country of requests that no proxy located'),
  TRUST_PROXY: whole(0).max(10).default(0).describe('proxies in front that append X-Forwarded-For'),
  ALLOWED_ORIGINS: list
    .superRefine((origins, context) => {
      for (const one of origins)
        if (one !== '*' && one !== originNamed(one))
          context.addIssue(`"${one}" is no origin: write it as browsers do, like ${originNamed(one)}`);
    })
    .describe('origins of browser clients, separated by commas, or *'),
  INTROSPECTION: flag.optional().describe('whether clients may ask for the schema'),
  GATEWAY_EXECUTOR: z
    .enum(['compiled', 'apollo'])
    .default('compiled')
    .describe('what runs query plans; apollo is the reference, and slower'),
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(5_000).describe('until a subgraph must have answered'),
  SUBGRAPH_MAX_BYTES: whole(1)
    .default(16 * 1024 * 1024)
    .describe('longest answer of a subgraph'),
  MERGE_ACROSS_CLIENTS: flag
    .default(false)
    .describe('equal queries, and calls to subgraphs, of several clients are made once'),
  BREAKER_FAILURES: whole(0)
    .max(100_000)
    .default(20)
    .describe(
      'failures among the last twice as many calls after which a subgraph is not asked for a while; 0 for never',
    ),
  BREAKER_PAUSE_MS: milliseconds.default(1_000).describe('how long it is not asked then'),
  RETRY_SHARE: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('retries of queries per request; 0 for none'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl
    .optional()
    .describe('where traces are sent, by OTLP over HTTP; nothing is traced without it'),
  OTEL_SERVICE_NAME: z.string().default('marquee-gateway').describe('name of the gateway in traces'),
  TRACE_RATIO: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('share of traces recorded, unless the caller decided'),
  TRACES_PER_SECOND: whole(1)
    .default(10)
    .describe('traces recorded in a second at most, unless the caller decided'),
  MAX_BODY_BYTES: whole(1)
    .default(2 * 1024 * 1024)
    .describe('longest request of a client'),
  MAX_BATCH: whole(0).default(0).describe('operations in one request; 0 accepts no batches'),
  MAX_DOCUMENT_CHARACTERS: whole(1)
    .default(100_000)
    .describe('longest text of an operation, whichever way it comes, with its fragments and comments'),
  MAX_DEPTH: whole(1).default(15),
  MAX_ALIASES: whole(0).default(15),
  MAX_DIRECTIVES: whole(0).default(50),
  MAX_TOKENS: whole(1).default(1_000),
  MAX_ROOT_FIELDS: whole(1).default(20),
  MAX_FIELDS: whole(1).default(5_000),
  MAX_PLAN_MS: milliseconds.default(2_000).describe('how long one operation may be planned'),
  VARIANTS: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return parseContracts(text);
      } catch (error) {
        context.addIssue((error as Error).message);
        return z.NEVER;
      }
    })
    .describe(
      'subsets of the schema by @tag, at /<name>/graphql: partner:include=partner;mobile:exclude=beta|internal',
    ),
  ACCESS_MODE: z
    .enum(['filter', 'reject'])
    .default('filter')
    .describe('whether fields that a viewer may not see are null, or the whole operation is refused'),
  MAX_COST: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe('estimated cost of an operation at most, by @cost and @listSize; 0 for no limit'),
  COST_LIST_SIZE: z.coerce
    .number()
    .min(0)
    .default(10)
    .describe('how long a list is taken to be that @listSize says nothing of'),
  COST_MAX_LIST_SIZE: z.coerce
    .number()
    .min(1)
    .optional()
    .describe('longest page that subgraphs give, whatever an argument asks for; unlimited without it'),
  RATE_LIMIT_BY_COST: flag
    .default(false)
    .describe('whether operations count as much as they are estimated to cost, not one each'),
  DEVELOPER_MODE: flag
    .default(false)
    .describe(
      'whether clients may ask for cost and plan of an operation and what was cached, with x-marquee-cost: 1, x-marquee-plan: 1 and x-marquee-cache: 1',
    ),
  CACHE: z
    .enum(['on', 'off'])
    .optional()
    .describe('whether answers of subgraphs are kept, as @cacheControl says; on if CACHE_CONFIG is given'),
  CACHE_CONFIG: z.string().optional().describe('what is kept besides, in YAML'),
  CACHE_BYPASS_SCOPES: list.describe(
    'scopes of viewers who are neither answered from the cache nor fill it, since they see more than others',
  ),
  CACHE_INVALIDATION_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('bearer token of POST /invalidate on the admin port; no such route without it'),
  OVERRIDE_LABELS: z
    .string()
    .default('')
    .transform(parseLabelShares)
    .refine((shares) => Object.values(shares).every((share) => share >= 0 && share <= 100), {
      error: 'shares are percentages: label=25',
    })
    .describe(
      'labels of progressive @override that are active, with the percentage of viewers: beta=100,prices=10',
    ),
  MAX_DUPLICATES: whole(1).default(100).describe('how often one field may be repeated in one place'),
  OPERATION_CACHE_SIZE: whole(1).max(1_000_000).default(1_000).describe('prepared operations kept'),
  OPERATION_CACHE_BYTES: whole(1)
    .default(64 * 1024 * 1024)
    .describe('memory that they may take, by estimate'),
  WARM_OPERATIONS: whole(0)
    .default(100)
    .describe('most used operations that are prepared for a new supergraph before it serves'),
  AUTOMATIC_PERSISTED_QUERIES: flag
    .default(true)
    .describe('whether clients may register documents under their hash'),
  PERSISTED_CHARACTERS_PER_ADDRESS: whole(0)
    .default(1_000_000)
    .describe('characters of new texts that one address may register in an hour; more run and are not kept'),
  TRUSTED_DOCUMENTS: z.string().optional().describe("manifest of documents, in Apollo's or Relay's format"),
  TRUSTED_DOCUMENTS_MODE: z
    .enum(['off', 'log', 'safelist'])
    .default('off')
    .describe('whether other documents run, run and are logged, or are refused'),
  MAX_STREAMS_PER_CONNECTION: whole(1).default(100).describe('subscriptions on one WebSocket'),
  MAX_STREAMS_PER_VIEWER: whole(1)
    .default(200)
    .describe('subscriptions of one user, key, or visiting address'),
  MAX_SOCKETS_PER_VIEWER: whole(1).default(100).describe('WebSockets of one user or key'),
  MAX_SOCKETS_PER_ADDRESS: whole(1).default(1_000).describe('WebSockets from one address'),
  STREAM_HEARTBEAT_MS: milliseconds
    .max(3_600_000)
    .default(10_000)
    .describe('between two signs of life of a connection'),
  STREAM_RELOAD_SPREAD_MS: whole(0)
    .default(10_000)
    .describe('over which streams of a replaced supergraph are ended'),
  RATE_LIMIT_PER_ADDRESS: whole(1).default(600).describe('requests a minute, not signed in'),
  RATE_LIMIT_PER_VIEWER: whole(1).default(1_200).describe('requests a minute of a user or key'),
  RATE_LIMIT_COST_PER_POINT: z.coerce
    .number()
    .min(1)
    .default(100)
    .describe('estimated cost of an operation that counts as one request'),
});

type Variables = z.infer<typeof variables>;

const issuersOf = ({ JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE, TOKEN_ISSUERS }: Variables): Issuer[] =>
  JWKS_URL === undefined || TOKEN_ISSUER === undefined
    ? TOKEN_ISSUERS
    : [{ issuer: TOKEN_ISSUER, jwksUrl: JWKS_URL, audience: TOKEN_AUDIENCE }, ...TOKEN_ISSUERS];

const cacheOf = ({ CACHE, CACHE_CONFIG }: Variables): 'on' | 'off' =>
  CACHE ?? (CACHE_CONFIG === undefined ? 'off' : 'on');

/** What variables need of each other. */
function checkTogether(env: Variables, context: z.RefinementCtx): void {
  const wrong = (variable: keyof Variables, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  if (env.JWKS_URL !== undefined && env.TOKEN_ISSUER === undefined)
    wrong('TOKEN_ISSUER', 'needed where JWKS_URL is set');
  if (env.API_KEY_INTROSPECTION_URL !== undefined && env.GATEWAY_SECRET === undefined)
    wrong('GATEWAY_SECRET', 'needed where API_KEY_INTROSPECTION_URL is set');
  if (env.TRUSTED_DOCUMENTS_MODE !== 'off' && env.TRUSTED_DOCUMENTS === undefined)
    wrong('TRUSTED_DOCUMENTS', `needed where TRUSTED_DOCUMENTS_MODE is ${env.TRUSTED_DOCUMENTS_MODE}`);
  if (cacheOf(env) === 'on' && env.GATEWAY_EXECUTOR === 'apollo')
    wrong('CACHE', 'only compiled execution has a cache');
  const names = issuersOf(env).map(({ issuer }) => issuer);
  if (new Set(names).size < names.length) wrong('TOKEN_ISSUERS', 'names an issuer twice');
}

/** The gateway's configuration, checked. */
export type GatewayEnv = Variables & {
  /** All whose access tokens are believed: that of JWKS_URL first, then those of TOKEN_ISSUERS. */
  readonly ISSUERS: readonly Issuer[];
  readonly INTROSPECTION: boolean;
  readonly CACHE: 'on' | 'off';
  /** Routing URLs that replace the supergraph's, by the variable's ending: `SUBGRAPH_URL_USER` is `USER`. */
  readonly SUBGRAPH_URLS: Readonly<Record<string, string>>;
  readonly supergraphSource: SourceOptions;
};

const PREFIX = 'SUBGRAPH_URL_';

/**
 * Reads the gateway's variables.
 * @param environment where they come from; the process's own if not given
 * @param overrides variables that are said elsewhere, for instance on the command line
 * @throws {EnvError} naming all that are wrong
 */
export function readGatewayEnv(
  environment: Record<string, string | undefined> = process.env,
  overrides: Record<string, string> = {},
): GatewayEnv {
  const source = { ...environment, ...overrides };
  const env = readEnv(variables.superRefine(checkTogether), source);
  const urls = Object.entries(source).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && value ? [[name.slice(PREFIX.length), value] as const] : [],
  );
  return {
    ...env,
    ISSUERS: issuersOf(env),
    CACHE: cacheOf(env),
    INTROSPECTION: env.INTROSPECTION ?? env.NODE_ENV !== 'production',
    SUBGRAPH_URLS: Object.fromEntries(urls),
    supergraphSource: {
      variables: source,
      interval: env.SUPERGRAPH_POLL_MS,
      s3: { region: env.AWS_REGION, endpoint: env.S3_ENDPOINT },
    },
  };
}

/** `my-users` as the ending of a variable's name: `MY_USERS`. */
export const variableEnding = (subgraph: string): string => subgraph.toUpperCase().replace(/[^A-Z0-9]/g, '_');
