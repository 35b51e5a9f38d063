import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../../platform/viewer.ts';
import { startGateway, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

let subgraph: TestSubgraph;
let issuer: Issuer;
let gateway: TestGateway;
let asked = 0;

beforeAll(async () => {
  subgraph = await startSubgraph(
    'pages',
    `extend schema
       @link(url: "https://specs.example.com/cacheControl/v1.0", import: ["@cacheControl"])
       @composeDirective(name: "@cacheControl")
     directive @cacheControl(maxAge: Int) on FIELD_DEFINITION
     type Query { page(id: ID!): String @cacheControl(maxAge: 60) }`,
    {
      Query: {
        page(_: unknown, { id }: { id: string }, { viewer }: { viewer: Viewer }) {
          asked += 1;
          return `${id} ${viewer.scopes.includes('drafts') ? 'with' : 'without'} drafts`;
        },
      },
    },
  );
  issuer = await startIssuer();
  gateway = await startGateway([subgraph], {
    ...issuer.variables,
    CACHE: 'on',
    CACHE_BYPASS_SCOPES: 'drafts, other',
  });
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
  await issuer.stop();
});

const page = async (id: string, scope: string) => {
  const headers = { authorization: `Bearer ${await issuer.sign({ scope })}` };
  const answer = await gateway.ask(`{ page(id: "${id}") }`, { headers });
  return { page: answer.body.data?.['page'], kept: answer.headers.get('cache-control') };
};

test('who has a scope that sees more leaves nothing in the cache', async () => {
  expect(await page('a', 'read drafts')).toEqual({ page: 'a with drafts', kept: 'no-store' });
  expect(await page('a', 'read')).toEqual({ page: 'a without drafts', kept: 'max-age=60, public' });
});

test('nor is answered by others with what is kept for all: they are told what makes a difference', async () => {
  const headers = { authorization: `Bearer ${await issuer.sign({ scope: 'read' })}` };
  const answer = await gateway.ask('{ page(id: "c") }', { headers });
  expect(answer.headers.get('cache-control')).toBe('max-age=60, public');
  expect(answer.headers.get('vary')).toBe('Origin, Accept, Authorization, X-Api-Key');
});

test('nor is answered from it', async () => {
  await page('b', 'read');
  const before = asked;
  expect(await page('b', 'read')).toMatchObject({ page: 'b without drafts' });
  expect(asked).toBe(before);
  expect(await page('b', 'drafts')).toEqual({ page: 'b with drafts', kept: 'no-store' });
  expect(await page('b', 'drafts')).toEqual({ page: 'b with drafts', kept: 'no-store' });
  expect(asked).toBe(before + 2);
});
