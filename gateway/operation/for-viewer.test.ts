import { buildSchema, GraphQLError, Kind, parse, type FieldNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Viewer } from '../../platform/viewer.ts';
import { readAnnotations } from '../supergraph/annotations.ts';
import { buildSupergraph } from '../supergraph/build.ts';
import { composed } from '../testing/compose.ts';
import { compileAccess, type PolicyEvaluator } from './access.ts';
import { createForViewer } from './for-viewer.ts';
import { keyOf } from './fragments.ts';
import { defaultOperationLimits } from './limits.ts';
import { RequestRefused } from './operation.ts';
import { createActiveLabels } from './override-labels.ts';
import { createOperations } from './prepare.ts';

const viewer = (...scopes: string[]): Viewer => ({ userId: 'u1', scopes, region: 'US' });

const operations = createOperations({ limits: defaultOperationLimits, introspection: true, cacheSize: 10 });

function prepared(types: string | Record<string, string>, query: string) {
  const subgraphs = typeof types === 'string' ? { one: types } : types;
  const supergraph = buildSupergraph(composed(subgraphs), { get: () => ({}) as never });
  return operations.prepare(supergraph, { query });
}
const forViewer = (evaluatePolicies: PolicyEvaluator) =>
  createForViewer({
    mode: 'filter',
    evaluatePolicies,
    activeLabels: createActiveLabels(),
    keepForm: operations.form,
  });

describe('the form of an operation for a viewer', () => {
  const postal = {
    stock: 'type Query { item: Item }  type Item @key(fields: "id") { id: ID!  price: Int }',
    post: `type Item @key(fields: "id") { id: ID!  price: Int @external  parcel: String
      postage: Int @requires(fields: "price") }`,
  };
  const many = Array.from({ length: 40 }, (_, index) => `f${index}`);
  const types = `type Query { open: Int ${many.map((name) => `${name}: Int @requiresScopes(scopes: [["${name}"]])`).join(' ')} }`;

  test('is made once for all who may see the same, and is the operation itself for those who may see all', async () => {
    const operation = prepared(types, '{ open f1 f2 }');
    const form = forViewer(() => []);
    const first = await form(operation, viewer('f1', 'other'));
    expect(await form(operation, { ...viewer('f1'), userId: 'u2' })).toBe(first);
    expect(await form(operation, viewer('f2'))).not.toBe(first);
    expect(await form(operation, viewer('f1', 'f2'))).toBe(operation);
    expect(JSON.stringify(first.plan)).toContain('{open f1}');
  });

  test('is dropped when it was not asked for longest: forms are kept with operations, and as many', async () => {
    const operation = prepared(types, `{ open ${many.slice(0, 19).join(' ')} }`);
    const form = forViewer(() => []);
    const [kept, dropped] = [await form(operation, viewer('f0')), await form(operation, viewer('f1'))];
    for (const name of many.slice(2, 19)) {
      await form(operation, viewer(name));
      await form(operation, viewer('f0'));
      expect(operations.size).toBeLessThanOrEqual(10);
    }
    expect(await form(operation, viewer('f0'))).toBe(kept);
    expect(await form(operation, viewer('f1'))).not.toBe(dropped);
  });

  test('is made once for each combination of values that conditions of fields with @requires have', async () => {
    const operation = prepared(
      postal,
      'query ($a: Boolean = true, $b: Boolean!, $c: Boolean!) { item { parcel @skip(if: $c) ... @skip(if: $b) { postage @include(if: $a) } } }',
    );
    const form = forViewer(() => []);
    const without = await form(operation, viewer(), { b: true, c: false });
    expect(JSON.stringify(without.plan)).not.toMatch(/price|postage/);
    expect(await form(operation, viewer(), { a: true, b: true, c: true })).toBe(without);
    const whole = await form(operation, viewer(), { b: false, c: false });
    expect(JSON.stringify(whole.plan)).toMatch(/price.*postage/);
    expect(await form(operation, viewer(), { a: false, b: false, c: false })).not.toBe(whole);
    expect(await form(operation, viewer(), { b: false, c: true })).toBe(whole);
    const other = prepared(postal, 'query ($c: Boolean!) { item { parcel @skip(if: $c) postage } }');
    expect(await form(other, viewer(), { c: true })).toBe(other);
  });

  test('is the operation itself for values by default, and is not made for those that make no difference', async () => {
    const flags = Array.from({ length: 6 }, (_, index) => `f${index}`);
    const nested = flags.reduceRight(
      (inner, flag) => `parcel ... @include(if: $${flag}) { ${inner} }`,
      'postage',
    );
    const operation = prepared(
      postal,
      `query (${flags.map((flag) => `$${flag}: Boolean! = true`).join()}) { item { ${nested} } }`,
    );
    const form = forViewer(() => []);
    expect(await form(operation, viewer(), {})).toBe(operation);
    expect(await form(operation, viewer(), { f3: true })).toBe(operation);
    const forms = new Set<unknown>();
    for (let values = 0; values < 64; values++) {
      const variables = Object.fromEntries(flags.map((flag, at) => [flag, (values & (1 << at)) === 0]));
      forms.add(await form(operation, viewer(), variables));
    }
    expect(forms.size).toBe(7);
  });

  test('that could not be planned in time is not planned again at once', async () => {
    const operation = prepared(postal, '{ item { parcel } }');
    let made = 0;
    const make = () =>
      operations.form(operation, 'dear', undefined, () => {
        made += 1;
        const end = performance.now() + 25;
        while (performance.now() < end);
        throw new RequestRefused([new GraphQLError('too dear')]);
      });
    for (let round = 0; round < 3; round++) expect(make).toThrow('too dear');
    expect(made).toBe(1);
  });

  test('is as an evaluator of policies says, which is asked for those that are needed only', async () => {
    const operation = prepared(
      'type Query { a: Int @policy(policies: [["x", "y"], ["z"]])  b: Int @policy(policies: [["other"]]) }',
      '{ a }',
    );
    const asked: (readonly string[])[] = [];
    const granting = (...granted: string[]) =>
      forViewer(async (policies) => {
        asked.push(policies);
        return granted;
      });
    expect(await granting('x', 'y')(operation, viewer())).toBe(operation);
    expect(await granting('z')(operation, viewer())).toBe(operation);
    expect((await granting('x', 'a', 'b')(operation, viewer())).restore).toBeDefined();
    expect(asked[0]).toEqual(['x', 'y', 'z']);
    await expect(
      forViewer(() => Promise.reject(new Error('the evaluator is away')))(operation, viewer()),
    ).rejects.toThrow('away');
  });
});

test('rules of types count for fields of their interface, though the interface itself has none', () => {
  const schema = buildSchema(`
    type Query { pets: [Pet] }
    interface Pet { name: String  weight: Int }
    interface Walked { weight: Int }
    type Dog implements Pet & Walked { name: String  weight: Int }
    type Cat implements Pet { name: String  weight: Int }`);
  const annotations = readAnnotations(
    parse(`
      schema @link(url: "https://specs.apollo.dev/authenticated/v0.1") { query: Query }
      type Dog { weight: Int @authenticated }
      type Cat @authenticated { name: String }`),
  );
  const under = (query: string): string[] => {
    const [definition] = parse(query).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    const access = compileAccess(schema, annotations, [definition]);
    return [...(access?.fields.keys() ?? [])].map((node: FieldNode) => keyOf(node));
  };
  expect(under('{ pets { __typename } }')).toEqual([]);
  expect(under('{ pets { n: name w: weight } }')).toEqual(['n', 'w']);
  expect(under('{ pets { ... on Dog { n: name w: weight } ... on Cat { c: name } } }')).toEqual(['w', 'c']);
  expect(under('{ pets { ... on Walked { w: weight } } }')).toEqual(['w']);
});
