import path from 'node:path';
import { HOST, subgraphNames, type Addresses, type SubgraphName } from './addresses.ts';
import type { LocalEnv } from './env.ts';
import type { Secrets } from './secrets.ts';

type Variables = Record<string, string>;

export interface ServiceEnvironments {
  readonly subgraphs: Record<SubgraphName, Variables>;
  readonly gateway: Variables;
}

export const buckets = { uploads: 'marquee-uploads', media: 'marquee-media' } as const;
export const REGION = 'us-east-1';

/** What the gateway grants and keeps, as it does in production: docker-compose.yml says the same. */
export const gatewayPolicy: Variables = {
  VARIANTS: 'partner:include=partner',
  MAX_COST: '10000',
  COST_MAX_LIST_SIZE: '100',
  RATE_LIMIT_BY_COST: 'true',
  CACHE: 'on',
  CACHE_BYPASS_SCOPES: 'catalog:write,media:write',
};

/**
 * The environment of every service of a local platform: what an operator writes in production, with the endpoints of
 * the stand-ins. One process or many, a service sees the same.
 */
export function serviceEnvironments(
  env: LocalEnv,
  addresses: Addresses,
  secrets: Secrets,
  databaseUrl: (name: SubgraphName) => string,
): ServiceEnvironments {
  const base = (place: 'gateway' | SubgraphName): Variables => ({
    HOST,
    PORT: String(addresses.port(place)),
    LOG_LEVEL: env.logLevel,
    GATEWAY_SECRET: secrets.gateway,
    ...(env.redisUrl !== undefined && { REDIS_URL: env.redisUrl }),
  });
  const subgraph = (name: SubgraphName, own: Variables = {}): Variables => ({
    ...base(name),
    DATABASE_URL: databaseUrl(name),
    ...own,
  });
  return {
    subgraphs: {
      user: subgraph('user', {
        KEY_ENCRYPTION_SECRET: secrets.keyEncryption,
        TOKEN_ISSUER: addresses.url('gateway'),
        TOKEN_AUDIENCE: 'marquee',
        SMTP_URL: `smtp://${HOST}:${addresses.port('smtp')}`,
        MAIL_FROM: 'Marquee <hello@marquee.test>',
        PUBLIC_URL: addresses.url('gateway'),
      }),
      billing: subgraph('billing', {
        STRIPE_SECRET_KEY: secrets.stripeKey,
        STRIPE_WEBHOOK_SECRET: secrets.stripeWebhook,
        STRIPE_API_URL: addresses.url('stripe'),
        CHECKOUT_SUCCESS_URL: `${addresses.url('gateway')}/?checkout=success`,
        CHECKOUT_CANCEL_URL: `${addresses.url('gateway')}/?checkout=cancel`,
        PORTAL_RETURN_URL: addresses.url('gateway'),
      }),
      catalog: subgraph('catalog'),
      playback: subgraph('playback', {
        S3_ENDPOINT: addresses.url('objects'),
        S3_PUBLIC_ENDPOINT: addresses.url('objects'),
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: secrets.objectStore.accessKeyId,
        AWS_SECRET_ACCESS_KEY: secrets.objectStore.secretAccessKey,
        UPLOAD_BUCKET: buckets.uploads,
        MEDIA_BUCKET: buckets.media,
        MEDIACONVERT_ENDPOINT: addresses.url('mediaconvert'),
        MEDIACONVERT_ROLE: 'arn:aws:iam::000000000000:role/marquee-mediaconvert',
        MEDIACONVERT_QUEUE: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/Default',
        WEBHOOK_API_KEY: secrets.mediaConvertWebhook,
        CDN_URL: addresses.url('edge'),
        CDN_KEY_PAIR_ID: secrets.cdnKeyPairId,
        CDN_PRIVATE_KEY: secrets.cdnPrivateKey,
        ORIGIN_SECRET: secrets.origin,
      }),
      recommendation: subgraph('recommendation'),
    },
    gateway: {
      ...base('gateway'),
      ADMIN_PORT: String(addresses.port('admin')),
      SUPERGRAPH: path.join(import.meta.dirname, '..', 'supergraph.yaml'),
      ...Object.fromEntries(
        subgraphNames.map((name) => [`SUBGRAPH_URL_${name.toUpperCase()}`, `${addresses.url(name)}/graphql`]),
      ),
      JWKS_URL: `${addresses.url('user')}/.well-known/jwks.json`,
      TOKEN_ISSUER: addresses.url('gateway'),
      TOKEN_AUDIENCE: 'marquee',
      API_KEY_INTROSPECTION_URL: `${addresses.url('user')}/internal/introspect`,
      ...gatewayPolicy,
    },
  };
}
