import { expect, test } from 'vitest';
import { readGatewayEnv } from '../env.ts';
import { stillFor } from './transport.ts';

test.each([
  [{}, 300_000],
  [{ SUBGRAPH_TIMEOUT_MS: '60000' }, 1_200_000],
  [{ STREAM_HEARTBEAT_MS: '600000' }, 1_800_000],
  [{ SUBGRAPH_TIMEOUT_MS: '2000000000' }, 2_147_483_647],
])('a connection may be still for longer than %j lets it wait', (variables, milliseconds) =>
  expect(stillFor(readGatewayEnv(variables))).toBe(milliseconds),
);
