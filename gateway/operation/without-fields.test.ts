import {
  buildSchema,
  execute,
  getNamedType,
  GraphQLError,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLFieldResolver,
  type OperationDefinitionNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { withoutFields } from './without-fields.ts';

const schema = buildSchema(`
  type Query { a: A  as: [A!]  many: [[A]!]!  pets: [Pet]  found: [Found!]!  must: Int! }
  type A { id: ID!  n: Int  b: B  bs: [B!]!  a: A! }
  type B { x: Int!  y: Int  pet: Pet! }
  interface Pet { name: String!  age: Int  b: B }
  type Dog implements Pet { name: String!  age: Int  b: B  barks: Int! }
  type Cat implements Pet { name: String!  age: Int  b: B  lives: Int }
  union Found = A | Dog | Cat`);

/** Numbers that are the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e37) >>> 0;
    return state % below;
  };
}

function randomOperation(random: (below: number) => number): string {
  const fragments: string[] = [];
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const selections = (type: GraphQLCompositeType, depth: number): string => {
    const parts: string[] = [];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    for (let count = 1 + random(4); count > 0; count--) {
      const kind = random(6);
      if (kind >= 4 || fields.length === 0) {
        const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
        const on = types.length > 0 && random(4) > 0 ? pick(types) : type;
        const inner = depth > 0 ? selections(on, depth - 1) : '__typename';
        if (kind === 4 || random(2) === 0) parts.push(`... on ${on.name}${condition()} { ${inner} }`);
        else {
          fragments.push(`fragment F${fragments.length} on ${on.name} { ${inner} }`);
          parts.push(`...F${fragments.length - 1}`);
        }
      } else {
        const field = pick(fields);
        const returned = getNamedType(field.type);
        if (isLeafType(returned)) parts.push(`${field.name}${condition()}`);
        else if (depth > 0 && isCompositeType(returned))
          parts.push(`${field.name} { ${selections(returned, depth - 1)} }`);
      }
    }
    return parts.length > 0 ? parts.join(' ') : '__typename';
  };
  const condition = (): string =>
    ['', '', '', ' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: $no)'][random(6)] ?? '';
  const query = schema.getQueryType();
  if (!query) throw new Error('no query');
  return `query ($yes: Boolean = true, $no: Boolean = false, $used: Boolean = true) { __typename @include(if: $used) ${selections(query, 4)} ${unused} } ${fragments.join(' ')}`;
}
/** Names every variable, for operations that have no other use for them. */
const unused = '... @include(if: $yes) { __typename } ... @include(if: $no) { __typename }';

/** Values by path, some of them null; a field that is left out throws where it would be resolved. */
const resolverFor =
  (left: ReadonlySet<FieldNode>): GraphQLFieldResolver<unknown, unknown> =>
  (_source, _arguments, _context, info) => {
    if (info.fieldNodes.every((node) => left.has(node))) throw new GraphQLError('left out');
    const place: (string | number)[] = [];
    for (let at: typeof info.path | undefined = info.path; at; at = at.prev) place.unshift(at.key);
    const random = randomFrom(place.join('.').length * 31 + place.length);
    const valueOf = (type: unknown, depth: number): unknown => {
      const text = String(type);
      if (!text.endsWith('!') && random(6) === 0) return null;
      const inner = text.replace(/!$/, '');
      if (inner.startsWith('[')) return [0, 1].map(() => valueOf(inner.slice(1, -1), depth + 1));
      const named = schema.getType(inner);
      if (isAbstractType(named)) {
        const types = schema.getPossibleTypes(named);
        return { __typename: types[random(types.length)]?.name };
      }
      return isCompositeType(named) ? { __typename: inner } : 1 + random(9);
    };
    return valueOf(info.returnType, 0);
  };

const run = (
  definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[],
  left: ReadonlySet<FieldNode>,
): ExecutionResult =>
  execute({
    schema,
    document: { kind: Kind.DOCUMENT, definitions },
    rootValue: {},
    fieldResolver: resolverFor(left),
  }) as ExecutionResult;

const variables = { yes: true, no: false, used: true };

test('answers as if the fields had failed where they stand, whatever the operation', () => {
  let compared = 0;
  let withErrors = 0;
  for (let seed = 1; compared < 400; seed++) {
    const random = randomFrom(seed);
    const document = parse(randomOperation(random));
    if (validate(schema, document).length > 0) continue;
    const [operation, ...fragments] = document.definitions as [
      OperationDefinitionNode,
      ...FragmentDefinitionNode[],
    ];
    // as rules do: a field of a type is left out everywhere; of interfaces, leaves only
    const denied = new Set<string>();
    const left = new Set<FieldNode>();
    const typeInfo = new TypeInfo(schema);
    const visitor = visitWithTypeInfo(typeInfo, {
      Field(node) {
        const parent = typeInfo.getParentType();
        const type = getNamedType(typeInfo.getType());
        const may = isObjectType(parent) || (isInterfaceType(parent) && isLeafType(type));
        if (!parent || !may || node.name.value.startsWith('__')) return;
        const coordinate = `${parent.name}.${node.name.value}`;
        if (!denied.has(`seen ${coordinate}`)) {
          denied.add(`seen ${coordinate}`);
          if (random(4) === 0) denied.add(coordinate);
        }
        if (denied.has(coordinate)) left.add(node);
      },
    });
    for (const definition of [operation, ...fragments]) visit(definition, visitor);
    const reduced = withoutFields(
      schema,
      [operation, ...fragments],
      left,
      () => new GraphQLError('left out'),
    );
    for (const definition of reduced.definitions)
      visit(definition, {
        Field(node) {
          expect(left.has(node)).toBe(false);
        },
      });

    const expected = run([operation, ...fragments], left);
    const actual = reduced.restore(run(reduced.definitions, new Set()), variables);
    const text = `seed ${seed}: ${print(document)}`;
    expect(JSON.stringify(actual.data), text).toBe(JSON.stringify(expected.data));
    const paths = (result: ExecutionResult) => (result.errors ?? []).map((error) => error.path?.join('.'));
    // the reference stops at the first null that takes everything along; so do we
    expect(paths(actual), text).toEqual(paths(expected));
    compared += 1;
    if (expected.errors) withErrors += 1;
  }
  expect(withErrors).toBeGreaterThan(100);
});

test('at most 100 errors tell of fields that were left out', () => {
  const [operation] = parse('{ as { id n } }').definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const left = new Set<FieldNode>();
  visit(operation, { Field: (node) => (node.name.value === 'n' ? void left.add(node) : undefined) });
  const { restore } = withoutFields(schema, [operation], left, () => new GraphQLError('left out'));
  const as = Array.from({ length: 500 }, (_, index) => ({ id: String(index) }));
  const { data, errors } = restore({ data: { as } }, {});
  expect(errors).toHaveLength(100);
  expect((data as { as: unknown[] }).as[499]).toEqual({ id: '499', n: null });
});

test('an object that one field brings tells its type where another, which was left out, asks for it', () => {
  const [operation] = parse(
    '{ pets { ... on Dog { b { x } } b { __typename kind: __typename y } } }',
  ).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const left = new Set<FieldNode>();
  const typeInfo = new TypeInfo(schema);
  visit(
    operation,
    visitWithTypeInfo(typeInfo, {
      Field: (node) =>
        typeInfo.getParentType()?.name === 'Pet' && node.name.value === 'b' ? void left.add(node) : undefined,
    }),
  );
  const { definitions, restore } = withoutFields(
    schema,
    [operation],
    left,
    () => new GraphQLError('left out'),
  );
  expect(print(definitions[0] as OperationDefinitionNode)).not.toMatch(/\by\b/);
  const { data, errors } = restore({ data: { pets: [{ _type: 'Dog', b: { x: 1 } }] } }, {});
  expect(JSON.stringify(data)).toBe('{"pets":[{"b":{"x":1,"__typename":"B","kind":"B","y":null}}]}');
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['pets.0.b.y']);
});
