import { parse, Kind, type OperationDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Viewer } from '../../platform/viewer.ts';
import { buildSupergraph } from '../supergraph/build.ts';
import { composed } from '../testing/compose.ts';
import { policiesAreScopes } from './access.ts';
import { createForViewer } from './for-viewer.ts';
import { defaultOperationLimits } from './limits.ts';
import { createActiveLabels, overrideLabelsOf, parseLabelShares } from './override-labels.ts';
import { createOperations } from './prepare.ts';

const viewer = (userId?: string): Viewer => ({
  scopes: [],
  region: 'US',
  ...(userId !== undefined && { userId }),
});
const sdl = composed({
  old: `
    type Query { films: [Film!]! }
    type Film @key(fields: "id") { id: ID!  name: String  price: Int  length: Int }`,
  new: `
    type Film @key(fields: "id") {
      id: ID!
      name: String @override(from: "old", label: "percent(25)")
      price: Int @override(from: "old", label: "new-prices")
    }`,
});

const loaded = () => buildSupergraph(sdl, { get: (name) => ({ name }) as never });
const operations = createOperations({ limits: defaultOperationLimits, introspection: true, cacheSize: 10 });
const form = (shares: Record<string, number>) =>
  createForViewer({
    mode: 'filter',
    evaluatePolicies: policiesAreScopes,
    activeLabels: createActiveLabels(shares),
    keepForm: operations.form,
  });

describe('progressive @override', () => {
  test('a percentage is of viewers, and each stays on its side', () => {
    const active = createActiveLabels();
    const on = Array.from(
      { length: 2_000 },
      (_, index) => active(['percent(25)'], viewer(`u${index}`)).length,
    );
    const share = on.reduce((sum, one) => sum + one, 0) / on.length;
    expect(share).toBeGreaterThan(0.21);
    expect(share).toBeLessThan(0.29);
    expect(active(['percent(25)'], viewer('u7'))).toEqual(active(['percent(25)'], viewer('u7')));
    expect(active(['percent(0)'], viewer('u7'))).toEqual([]);
    expect(active(['percent(100)'], viewer('u7'))).toEqual(['percent(100)']);
  });

  test('each label divides viewers in its own way', () => {
    const active = createActiveLabels({ a: 50, b: 50 });
    const sides = new Set(
      Array.from({ length: 100 }, (_, index) => active(['a', 'b'], viewer(`u${index}`)).join()),
    );
    expect([...sides].sort()).toEqual(['', 'a', 'a,b', 'b']);
  });

  test('labels of our own are as active as configuration says', () => {
    expect(parseLabelShares('beta, prices=12.5')).toEqual({ beta: 100, prices: 12.5 });
    const active = createActiveLabels({ beta: 100 });
    expect(active(['beta', 'other', 'constructor'], viewer('u1'))).toEqual(['beta']);
  });

  test('the label decides which subgraph is asked, and each set of labels has one plan', async () => {
    const supergraph = loaded();
    const operation = operations.prepare(supergraph, { query: '{ films { price length } }' });
    expect(operation.overrideLabels).toEqual(['new-prices']);
    expect(await form({})(operation, viewer('u1'))).toBe(operation);
    expect(JSON.stringify(operation.plan)).not.toContain('"new"');

    const forAll = form({ 'new-prices': 100 });
    const moved = await forAll(operation, viewer('u1'));
    expect(JSON.stringify(moved.plan)).toContain('"serviceName":"new"');
    expect(await forAll(operation, viewer('u2'))).toBe(moved);
  });

  test('operations without such fields are planned once, whatever is active', async () => {
    const supergraph = loaded();
    const operation = operations.prepare(supergraph, { query: '{ films { length } }' });
    expect(operation.overrideLabels).toEqual([]);
    expect(await form({ 'new-prices': 100 })(operation, viewer('u1'))).toBe(operation);
  });

  test('an interface may have no other field than one that is taken over', async () => {
    const labelled = composed({
      old: `
        type Query { priced: [Priced] }
        interface Priced { price: Int }
        type Film implements Priced @key(fields: "id") { id: ID!  price: Int }
        type Disc implements Priced { price: Int }`,
      new: `type Film @key(fields: "id") { id: ID!  price: Int @override(from: "old", label: "new-prices") }`,
    });
    const supergraph = buildSupergraph(labelled, { get: (name) => ({ name }) as never });
    const operation = operations.prepare(supergraph, { query: '{ priced { price } }' });
    expect(JSON.stringify(operation.plan)).not.toContain('"new"');
    const moved = await form({ 'new-prices': 100 })(operation, viewer('u1'));
    expect(JSON.stringify(moved.plan)).toMatch(/Disc\{price\}.*"serviceName":"new".*Film\{price\}/);
  });

  test('fields that entities are computed by count too, since plans need them unasked', async () => {
    const { annotations, apiSchema } = loaded();
    const [definition] = parse('{ films { length } }').definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    const joined = { ...annotations, joinedBy: new Set(['price']) };
    expect(overrideLabelsOf(apiSchema, joined, [definition as OperationDefinitionNode])).toEqual([
      'new-prices',
    ]);
  });
});
