import type { IncomingMessage } from 'node:http';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import type { GatewayEnv } from '../env.ts';
import { createAdmit, type Admit } from './admit.ts';
import { createApiKeys } from './api-keys.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createIdentify, originOf, type Identity, type Origin } from './identity.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { createRevocations } from './revocations.ts';
import { createTokenVerifier } from './token-verifier.ts';
import { loadTrustedDocuments } from './trusted-documents.ts';

export interface AdmissionOptions {
  readonly env: GatewayEnv;
  readonly infrastructure: Pick<Infrastructure, 'limits' | 'cache'> & Partial<Pick<Infrastructure, 'pubsub'>>;
  readonly logger: Logger;
  /** Told that a sign-in has ended before its tokens expire. */
  readonly onSignOut: (sessionId: string) => void;
  /** Told of each text that is not a trusted document, where there are any. */
  readonly onUntrusted: () => void;
}

/** Who asks, how often, and what may be asked. */
export interface Admission {
  readonly admit: Admit;
  /** Counts a further request of somebody already admitted. */
  count(identity: Identity, requests?: number): Promise<void>;
  readonly rate: RateLimit;
  readonly documents: Documents;
  originOf(request: IncomingMessage): Origin;
  isRevoked(sessionId: string): boolean;
  /** Keys of our own issuer, to be passed on; undefined without identity. */
  readonly keySet: KeySet | undefined;
  close(): Promise<void>;
}

/** @throws if the manifest of trusted documents cannot be read */
export async function createAdmission(options: AdmissionOptions): Promise<Admission> {
  const { env, infrastructure, logger, onSignOut, onUntrusted } = options;
  const issuers = env.ISSUERS.map(({ jwksUrl, ...issuer }) => ({ ...issuer, keySet: createKeySet(jwksUrl) }));
  const { pubsub, cache } = infrastructure;
  const revocations = pubsub && createRevocations({ pubsub, cache }, onSignOut, logger);
  const tokens = issuers.length === 0 ? undefined : createTokenVerifier(issuers, logger, revocations?.find);
  const apiKeys =
    env.API_KEY_INTROSPECTION_URL === undefined || env.GATEWAY_SECRET === undefined
      ? undefined
      : createApiKeys(env.API_KEY_INTROSPECTION_URL, env.GATEWAY_SECRET, logger);
  const isRevoked = (sessionId: string): boolean => revocations?.has(sessionId) ?? false;
  const rate = createRateLimit({
    limits: infrastructure.limits,
    logger,
    perAddress: env.RATE_LIMIT_PER_ADDRESS,
    perViewer: env.RATE_LIMIT_PER_VIEWER,
    costPerPoint: env.RATE_LIMIT_COST_PER_POINT,
  });
  const trusted =
    env.TRUSTED_DOCUMENTS === undefined
      ? undefined
      : await loadTrustedDocuments(env.TRUSTED_DOCUMENTS, logger);
  return {
    admit: createAdmit(createIdentify(tokens, apiKeys, isRevoked), rate),
    async count(identity, requests) {
      identity.allowance = await rate.request(identity.viewer, requests);
    },
    rate,
    documents: createDocuments({
      logger,
      automatic: env.AUTOMATIC_PERSISTED_QUERIES,
      cache: infrastructure.cache,
      limits: infrastructure.limits,
      perAddress: env.PERSISTED_CHARACTERS_PER_ADDRESS,
      trusted,
      mode: env.TRUSTED_DOCUMENTS_MODE,
      onUntrusted,
    }),
    originOf: (request) =>
      originOf(request.headers, request.socket.remoteAddress, env.TRUST_PROXY, env.DEFAULT_REGION),
    isRevoked,
    keySet: env.JWKS_URL === undefined ? undefined : issuers[0]?.keySet,
    async close() {
      trusted?.close();
      await revocations?.close();
    },
  };
}
