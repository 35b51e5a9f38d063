// Configuration of `hive-gateway supergraph`; MERGING says whether equal subgraph calls of several clients are sent once.
import { defineConfig } from '@graphql-hive/gateway';

const merging = process.env['MERGING'] === 'true';

export const gatewayConfig = defineConfig({
  // limits of size would refuse the big operation
  maxTokens: false,
  maxDepth: false,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: merging } } },
  ...(merging && { inboundInflightRequestDeduplication: true }),
});
