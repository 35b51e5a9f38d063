import { execute, parse, validate, type GraphQLFieldResolver } from 'graphql';
import { expect, test } from 'vitest';
import { generateOperation } from './testing/operations.ts';
import { createRandom, hash, seedOf, type Random } from './testing/random.ts';
import { createServed, expectSame, type SubgraphSource } from './testing/served.ts';

/*
 * Arguments that are taken from around an object (`@fromContext`), in lists and lists of lists, through values and
 * entities, from types and interfaces, from the nearest of several objects, and from fields of the same subgraph and of
 * others: what comes back is held to what it must be, worked out without any subgraph.
 */

const seed = seedOf(process.env);
const OPERATIONS = 10;
const cases = Number(process.env['DIFFERENTIAL_CASES'] ?? 200);

interface World {
  /** Types of the fields that lead to objects, by coordinate. */
  readonly links: Readonly<Record<string, string>>;
  /** The subgraph that has an owner's flag, by type. */
  readonly flags: Readonly<Record<string, number>>;
  /** Whether the first subgraph says it of an interface that objects with crates around them are owners. */
  readonly byInterface: boolean;
  readonly holdIsEntity: boolean;
}

const OWNERS = ['Ship', 'Port'];
const IDS = 4;

function generateWorld(random: Random): World {
  const wrapped = (of: string): string => random.pick(['_', '_', '[_]', '[[_]]', '[_!]!']).replace('_', of);
  const links = {
    'Query.ships': wrapped('Ship'),
    'Query.ports': wrapped('Port'),
    'Query.owner': wrapped('Owner'),
    'Ship.hold': wrapped('Hold'),
    'Ship.consort': wrapped('Ship'),
    'Ship.port': wrapped('Port'),
    'Port.hold': wrapped('Hold'),
    'Port.ship': wrapped('Ship'),
    'Hold.crates': wrapped('Crate'),
    ...(random.chance(50) && { 'Hold.inner': wrapped('Hold') }),
    ...(random.chance(40) && { 'Crate.next': 'Crate' }),
  };
  const flags = { Ship: random.below(2), Port: random.below(2) };
  return { links, flags, byInterface: random.chance(40), holdIsEntity: random.chance(50) };
}

/** An object; what is around it counts for the truth only. */
interface Thing {
  readonly __typename: string;
  readonly id: string;
  readonly owner?: Thing | undefined;
}

function linked(wrap: string, at: string, owner: Thing | undefined): unknown {
  const inner = wrap.endsWith('!') ? wrap.slice(0, -1) : wrap;
  if (inner === wrap && hash(at, 'null') % 9 === 0) return null;
  if (inner.startsWith('['))
    return Array.from({ length: 1 + (hash(at, 'length') % 3) }, (_one, index) =>
      linked(inner.slice(1, -1), `${at}[${index}]`, owner),
    );
  const __typename = inner === 'Owner' ? OWNERS[hash(at, 'type') % 2] : inner;
  return { __typename, id: String(1 + (hash(at, 'id') % IDS)), owner };
}

/** What is a field of its object alone. */
function valueOf({ __typename, id }: Thing, name: string): unknown {
  const at = `${__typename}:${id}.${name}`;
  if (name === 'flag') return hash(at) % 6 === 0 ? null : `flag${hash(at) % 100}`;
  if (name === 'tons') return hash(at) % 6 === 0 ? null : hash(at) % 100;
  return name === 'id' ? id : `${name} ${id}`;
}

const told = (name: string, id: string, ...given: unknown[]): string => `${name} ${id} ${given.join(' ')}`;

const truthOf =
  ({ links }: World): GraphQLFieldResolver<Thing | undefined, unknown> =>
  (source, { n }, _context, { fieldName, parentType: { name: type } }) => {
    const link = links[`${type}.${fieldName}`];
    const around = source && OWNERS.includes(type) ? source : source?.owner;
    if (link !== undefined) return linked(link, `${type}:${source?.id ?? ''}.${fieldName}`, around);
    if (!source) return null;
    const of = (name: string): unknown => around && valueOf(around, name);
    if (fieldName === 'label') return told('label', source.id, of('flag'), n);
    if (fieldName === 'fee') return told('fee', source.id, of('flag'), valueOf(source, 'weight'));
    if (fieldName === 'duty') return told('duty', source.id, of('tons'));
    if (fieldName === 'tax') return told('tax', source.id, of('tons'), of('flag'));
    return valueOf(source, fieldName);
  };

function subgraphsOf({ links, flags, byInterface, holdIsEntity }: World): Record<string, SubgraphSource> {
  const fields = (type: string): string =>
    Object.entries(links)
      .filter(([coordinate]) => coordinate.startsWith(`${type}.`))
      .map(([coordinate, of]) => `${coordinate.split('.')[1]}: ${of}`)
      .join('  ');
  const flag = (type: string, graph: number): string =>
    `flag: String ${flags[type] === graph ? '' : '@external'}`;
  const context = (name: string, isSaid: boolean): string => (isSaid ? `@context(name: "${name}")` : '');
  const near = OWNERS.map(
    (type) => `
      type ${type} implements Owner @key(fields: "id") ${context('near', !byInterface)} {
        id: ID!  ${flag(type, 0)}  ${fields(type)}
      }`,
  );
  const far = OWNERS.map(
    (type) => `
      type ${type} @key(fields: "id") ${context('far', true)} { id: ID!  ${flag(type, 1)}  tons: Int }`,
  );
  const link =
    (type: string, name: string) =>
    (source: Thing | undefined): unknown =>
      linked(links[`${type}.${name}`] ?? '', `${type}:${source?.id ?? ''}.${name}`, undefined);
  const leading = (type: string) =>
    Object.fromEntries(
      Object.keys(links)
        .filter((coordinate) => coordinate.startsWith(`${type}.`))
        .map((coordinate) => coordinate.split('.')[1] ?? '')
        // the library gives the root no object
        .map((name) => [name, type === 'Query' ? () => link(type, name)(undefined) : link(type, name)]),
    );
  const owner = (type: string, graph: number, names: readonly string[]) => ({
    __resolveReference: (sent: object) => ({ ...sent, __typename: type }),
    ...(graph === 0 && leading(type)),
    ...Object.fromEntries(
      names
        .filter((name) => name !== 'flag' || flags[type] === graph)
        .map((name) => [name, (source: Thing) => valueOf(source, name)]),
    ),
  });
  const entity = { __resolveReference: (sent: object) => sent };
  return {
    near: {
      types: `
        type Query { ${fields('Query')} }
        interface Owner ${context('near', byInterface)} { id: ID!  flag: String }
        ${near.join('')}
        type Hold ${holdIsEntity ? '@key(fields: "id")' : ''} { id: ID!  ${fields('Hold')} }
        type Crate @key(fields: "id") {
          id: ID!
          ${fields('Crate')}
          weight: String @external
          label(of: String @fromContext(field: "$near { flag }"), n: Int! = 1): String
          fee(of: String @fromContext(field: "$near { flag }")): String @requires(fields: "weight")
        }`,
      resolvers: {
        Query: leading('Query'),
        Ship: owner('Ship', 0, ['flag']),
        Port: owner('Port', 0, ['flag']),
        Hold: { ...(holdIsEntity && entity), ...leading('Hold') },
        Crate: {
          ...entity,
          ...leading('Crate'),
          label: ({ id }: Thing, { of, n }: any) => told('label', id, of, n),
          fee: ({ id, weight }: any, { of }: any) => told('fee', id, of, weight),
        },
      } as NonNullable<SubgraphSource['resolvers']>,
    },
    far: {
      types: `
        ${far.join('')}
        type Crate @key(fields: "id") {
          id: ID!
          weight: String
          duty(of: Int @fromContext(field: "$far { tons }")): String
          tax(of: Int @fromContext(field: "$far { tons }"), by: String @fromContext(field: "$far { flag }")): String
        }`,
      resolvers: {
        Ship: owner('Ship', 1, ['flag', 'tons']),
        Port: owner('Port', 1, ['flag', 'tons']),
        Crate: {
          ...entity,
          weight: (source: Thing) => valueOf(source, 'weight'),
          duty: ({ id }: Thing, { of }: any) => told('duty', id, of),
          tax: ({ id }: Thing, { of, by }: any) => told('tax', id, of, by),
        },
      } as NonNullable<SubgraphSource['resolvers']>,
    },
  };
}

test(`an argument is taken from around its object, wherever its value comes from (seed ${seed})`, async () => {
  for (let number = seed, done = 0; done < cases; number++) {
    const random = createRandom(number);
    const world = generateWorld(random);
    const subgraphs = subgraphsOf(world);
    const served = await createServed(subgraphs).catch((error: Error) => {
      if (!UNCOMPOSED.test(error.message)) throw new Error(`seed ${number}`, { cause: error });
    });
    if (!served) continue;
    const schema = served.supergraph.apiSchema;
    const fieldResolver = truthOf(world);
    for (let at = 0; at < OPERATIONS;) {
      const { query, variables } = generateOperation(schema, random, { kind: 'query', size: 16, depth: 5 });
      const document = parse(query);
      // the planner's variables have such names
      if (!TAKING.test(query) || query.includes('contextualArgument')) continue;
      if (validate(schema, document).length > 0) continue;
      at++;
      const truth = await execute({ schema, document, fieldResolver, variableValues: variables });
      const answer = await served.ask(query, variables);
      expectSame({ data: answer.data }, { data: truth.data }, { seed: number, query, subgraphs });
      expect(answer.errors, `errors of ${query} (seed ${number})`).toBeUndefined();
    }
    done += OPERATIONS;
  }
}, 240_000);

/** Fields whose arguments are taken from around their objects. */
const TAKING = /\b(?:label|fee|duty|tax)\b/;

/** A flag may be of a subgraph that names it for nothing. */
const UNCOMPOSED = /is marked @external but is not used/;
