import { expect, test } from 'vitest';
import { createLogger } from '../../../platform/logger.ts';
import { traceFrom } from '../../../platform/trace.ts';
import { neverLeaves } from '../leave-signal.ts';
import { createSubgraphClients } from './client.ts';

test.each(['', 'no URL', 'ftp://127.0.0.1/graphql'])('at "%s" nobody answers', async (url) => {
  const clients = createSubgraphClients({
    logger: createLogger('gateway', 'silent'),
    signer: () => undefined,
    timeout: 1_000,
    maxResponseBytes: 1_000,
    urlFor: () => undefined,
  });
  const asker = { viewer: { scopes: [], region: 'US' }, trace: traceFrom(undefined), signal: neverLeaves };
  await expect(clients.get('far', url).send({ query: '{ far }' }, asker)).rejects.toMatchObject({
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  });
  await clients.close();
});
