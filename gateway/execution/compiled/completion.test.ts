import {
  buildSchema,
  Kind,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { complete } from './completion.ts';
import { conditionsOf } from '../../operation/conditions.ts';
import type { JsonObject } from './json.ts';
import { createSelections } from './selections.ts';
import { compileSerializer } from './serializer.ts';
import { composeEverything } from './testing/everything.ts';
import { noFaults } from './testing/faults.ts';
import { createAnswers, createMockClient } from './testing/mock-subgraph.ts';
import { generateOperation } from './testing/operations.ts';
import { createRandom, seedOf } from './testing/random.ts';
import { completeBySpecification } from './testing/specification.ts';
import { createSimulation, isValid, requestWith } from './testing/world.ts';

interface Completed {
  readonly general: ExecutionResult;
  /** What the serializer wrote; undefined if it left the data to the general way. */
  readonly text: string | undefined;
}

/** Completes data both ways. */
function completeBoth(
  schema: GraphQLSchema,
  document: DocumentNode,
  data: JsonObject,
  variables: Record<string, unknown> = {},
): Completed {
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const rootType = definition && schema.getRootType(definition.operation);
  if (!rootType) throw new Error('no operation');
  const conditions = conditionsOf(document, definition);
  const values = new Map(
    conditions.names.map((name) => [name, conditions.valueOf(name, variables) === true] as const),
  );
  const selections = createSelections(schema, document, values);
  const options = { schema, whole: schema, selections, introspect: () => null };
  const sets = [definition.selectionSet];
  return {
    general: complete(options, rootType, sets, data, []),
    text: compileSerializer(schema, selections, rootType, sets, Infinity)?.serialize(data, {}, false),
  };
}

const pathsOf = ({ errors = [] }: ExecutionResult): string[] =>
  errors.map(({ path }) => JSON.stringify(path));

test('data of any kind is completed as graphql-js completes it, and written by the serializer if it has no fault', async () => {
  const { supergraph, world } = await createSimulation(composeEverything());
  const schema = supergraph.apiSchema;
  const source = createMockClient('all', createAnswers('all', schema, world));
  const seed = seedOf(process.env);
  let written = 0;
  for (let number = seed; number < seed + 1_000; number++) {
    const random = createRandom(number);
    const { query, variables } = generateOperation(schema, random, { kind: 'query', size: 23, depth: 5 });
    const document = parse(query);
    if (query.includes('__type(') || !isValid(schema, document)) continue;
    const often = (): number => (random.chance(50) ? 0 : random.below(60));
    world.faults = random.chance(20)
      ? noFaults
      : {
          ...noFaults,
          seed: number,
          silentNull: often(),
          missing: often(),
          wrongLeaf: often(),
          wrongShape: often(),
          wrongTypename: often(),
        };
    const { data } = await source.send({ query, variables }, requestWith({}));
    if (!data) continue;
    const reference = completeBySpecification(
      { supergraph, planned: document, name: undefined },
      data,
      variables,
    );
    const { general, text } = completeBoth(schema, document, data, variables);
    const where = `seed ${number}\n${query}\n${JSON.stringify(variables)}\n${JSON.stringify(data)}`;
    // as text, so that the order of keys counts
    expect(JSON.stringify(general.data), where).toBe(JSON.stringify(reference.data));
    // graphql-js stops at the first element that voids a list, and we tell of all
    expect(pathsOf(general), where).toEqual(expect.arrayContaining(pathsOf(reference)));
    if (reference.errors) expect(text, where).toBeUndefined();
    else expect(text, where).toBe(JSON.stringify(reference.data));
    if (text !== undefined) written += 1;
  }
  expect(written).toBeGreaterThan(150);
}, 120_000);

describe('a value', () => {
  const schema = buildSchema(`
    type Query { thing: Thing  things: [[Thing!]!]  node: Node  must: Thing!  any: Any }
    interface Node { id: ID! }
    type Thing implements Node { id: ID!  int: Int  float: Float  text: String  yes: Boolean  mood: Mood  free: Any  ints: [Int!] }
    type Other implements Node { id: ID! }
    enum Mood { CALM WILD }
    scalar Any`);
  const completed = (query: string, data: JsonObject) => completeBoth(schema, parse(query), data);

  test.each([
    ['int', 2 ** 31, null],
    ['int', 1.5, null],
    ['int', '12', null],
    ['int', true, null],
    ['float', 3, 3],
    ['float', 'NaN', null],
    ['float', '2.5', null],
    ['text', 5, null],
    ['text', false, null],
    ['text', ['a'], null],
    ['yes', 'true', null],
    ['yes', 0, null],
    ['mood', 'CALM', 'CALM'],
    ['mood', 'SAD', null],
    ['mood', 'constructor', null],
    ['id', 7, '7'],
    ['free', { a: [1] }, { a: [1] }],
    ['ints', [1, 2], [1, 2]],
    ['ints', [1, null], null],
    ['ints', 3, null],
  ])('of %s that came as %j is %j', (field, value, expected) => {
    const { general, text } = completed(`{ thing { ${field} } }`, { thing: { [field]: value } });
    expect(general.data).toEqual({ thing: { [field]: expected } });
    expect(general.errors).toHaveLength(expected === null ? 1 : 0);
    if (text !== undefined) expect(JSON.parse(text)).toEqual(general.data);
  });

  test('that may not be null voids the nearest parent that may, and the error tells its place', () => {
    const { general, text } = completed('{ things { id } node { id } }', {
      things: [[{ id: 'a' }], [{ id: 'b' }, {}]],
      node: { __typename: 'Other', id: 'o' },
    });
    expect(general.data).toEqual({ things: null, node: { id: 'o' } });
    expect(general.errors?.map(({ path, message }) => ({ path, message }))).toEqual([
      { path: ['things', 1, 1, 'id'], message: 'Cannot return null for non-nullable field Thing.id.' },
    ]);
    expect(text).toBeUndefined();
  });

  test('that voids all the way leaves no data', () => {
    const { general } = completed('{ must { id } }', { must: {} });
    expect(general.data).toBeNull();
    expect(general.errors).toHaveLength(1);
  });

  test('of an interface is written by its own type, or as the interface where no more is known nor asked', () => {
    expect(completed('{ node { id } }', { node: { id: 'x' } }).text).toBe('{"node":{"id":"x"}}');
    expect(completed('{ node { id } }', { node: { __typename: 'Node', id: 'x' } }).text).toBe(
      '{"node":{"id":"x"}}',
    );
    const named = completed('{ node { __typename id } }', { node: { __typename: 'Node', id: 'x' } });
    expect(named.text).toBeUndefined();
    expect(named.general.data).toEqual({ node: null });
    expect(named.general.errors).toHaveLength(1);
  });

  test.each(['Mood', 'Query', 'Nobody', 'constructor', '', 7])(
    'that says that it is of type %j, where a node is due, is refused',
    (name) => {
      const { general, text } = completed('{ node { id } }', { node: { __typename: name, id: 'x' } });
      expect(text).toBeUndefined();
      expect(general.data).toEqual({ node: null });
      expect(general.errors).toHaveLength(1);
    },
  );

  test('under a name that all objects inherit is only there if it was sent (C11)', () => {
    const query = '{ thing { constructor: text toString: text valueOf: id hasOwnProperty: int } }';
    const sent = { constructor: 'c', toString: 't', valueOf: 'v', hasOwnProperty: 1 };
    expect(completed(query, { thing: sent }).text).toBe(JSON.stringify({ thing: sent }));
    const missing = completed('{ thing { constructor: text toString: text } }', { thing: {} });
    expect(missing.text).toBe('{"thing":{"constructor":null,"toString":null}}');
    expect(missing.general.data).toEqual({ thing: { constructor: null, toString: null } });
  });

  test('is written as JSON.stringify writes it, whatever characters it has', () => {
    const texts = [
      '"',
      '\\',
      '\n\u0000',
      'é',
      '😀',
      '\ud800',
      '\u2028',
      'x'.repeat(100),
      `${'x'.repeat(50)}"`,
    ];
    for (const text of texts)
      expect(completed('{ thing { text } }', { thing: { text } }).text).toBe(
        JSON.stringify({ thing: { text } }),
      );
  });
});
