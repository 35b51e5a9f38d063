import type { Logger } from '../../platform/logger.ts';
import { variableEnding, type GatewayEnv } from '../env.ts';
import type { Observability } from '../observability/observability.ts';
import { createSubgraphClients, type SubgraphClients } from './subgraph/client.ts';
import { createViewerSigner } from './subgraph/viewer-signer.ts';

/**
 * The services that answer, as the environment says how to reach and how to bear with them.
 * @param onAnswer called when one has answered
 */
export const createSubgraphs = (
  env: GatewayEnv,
  logger: Logger,
  { measured, metrics, operations, tracing }: Observability,
  onAnswer: () => void,
): SubgraphClients =>
  createSubgraphClients({
    logger,
    signer: createViewerSigner(env.GATEWAY_SECRET),
    timeout: env.SUBGRAPH_TIMEOUT_MS,
    maxResponseBytes: env.SUBGRAPH_MAX_BYTES,
    urlFor: (name) => env.SUBGRAPH_URLS[variableEnding(name)],
    countRequests: measured ? metrics.subgraphRequests : undefined,
    onAnswer,
    traceFetch: tracing?.fetch,
    mergeAcrossClients: env.MERGE_ACROSS_CLIENTS,
    onMerged: measured ? () => metrics.merged('call') : undefined,
    resilience: {
      breakerFailures: env.BREAKER_FAILURES,
      breakerPause: env.BREAKER_PAUSE_MS,
      retryShare: env.RETRY_SHARE,
      onBreaker: operations.breaker,
      onRetry: operations.retry,
    },
  });
