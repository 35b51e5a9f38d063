import { test } from 'vitest';
import { createRandom, hash, seedOf, type Random } from './testing/random.ts';
import { createServed, expectSame, type SubgraphSource } from './testing/served.ts';

/*
 * Fields that require others, which require others: of what the planner does with them, a comparison of executors sees
 * nothing, since both run one plan. Here what comes back is held to what it must be, worked out without any subgraph.
 */

/** A field of an entity: its value is a number of its own and the sum of those that it requires. */
interface Summing {
  readonly name: string;
  readonly owner: number;
  readonly requires: readonly Summing[];
  /** What it requires of the item's maker. */
  readonly requiresOfMaker: readonly Summing[];
  /** Whether the number is in an object. */
  readonly boxed: boolean;
}

interface World {
  /** By subgraph, the keys by which it finds an item. */
  readonly keys: readonly (readonly ('id' | 'code')[])[];
  readonly item: readonly Summing[];
  readonly maker: readonly Summing[];
  /** The subgraph that knows an item's maker. */
  readonly making: number;
  /** Subgraphs that lead from an item to the next. */
  readonly leading: readonly number[];
  /** Those that know items by an interface, too. */
  readonly abstract: readonly number[];
}

function generateWorld(random: Random): World {
  const graphs = 2 + random.below(3);
  const keys = Array.from({ length: graphs }, (_, graph): ('id' | 'code')[] =>
    graph === 0 || random.chance(50) ? ['id', 'code'] : [random.chance(80) ? 'id' : 'code'],
  );
  const fields = (prefix: string, most: number, ofMaker: readonly Summing[]): Summing[] => {
    const made: Summing[] = [];
    const few = (from: readonly Summing[], owner: number, percent: number): Summing[] => {
      const foreign = from.filter((field) => field.owner !== owner);
      return foreign.length > 0 && random.chance(percent) ? random.few(foreign, 2) : [];
    };
    for (let at = 0; at < 2 + random.below(most); at++) {
      const owner = random.below(graphs);
      made.push({
        name: `${prefix}${at}`,
        owner,
        requires: few(made, owner, 75),
        requiresOfMaker: few(ofMaker, owner, 25),
        boxed: random.chance(25),
      });
    }
    return made;
  };
  const maker = random.chance(50) ? fields('m', 3, []) : [];
  const item = fields('s', 6, maker);
  const some = (percent: number): number[] => [...keys.keys()].filter(() => random.chance(percent));
  return { keys, item, maker, making: random.below(graphs), leading: some(40), abstract: some(40) };
}

const numberOf = (id: string, { name, requires, requiresOfMaker }: Summing): number =>
  [...requires, ...requiresOfMaker].reduce((sum, one) => sum + numberOf(id, one), hash(id, name) % 1000);
const valueOf = (id: string, field: Summing): unknown =>
  field.boxed ? { n: numberOf(id, field) } : numberOf(id, field);
const asked = ({ name, boxed }: Summing): string => (boxed ? `${name} { n }` : name);
const required = ({ requires, requiresOfMaker }: Summing): string =>
  [
    ...requires.map(asked),
    ...(requiresOfMaker.length > 0 ? [`maker { ${requiresOfMaker.map(asked).join(' ')} }`] : []),
  ].join(' ');

const IDS = ['1', '2', '3'];
const nextOf = (id: string): string => IDS[IDS.indexOf(id) + 1] ?? '1';
const idOf = (found: Record<string, any>): string => found['id'] ?? String(found['code']).slice(1);
const item = (id: string) => ({ __typename: 'Item', id, code: `c${id}` });

/** Definitions of what a subgraph has of an entity, and of what it requires of others. */
function definitionsOf(fields: readonly Summing[], external: readonly Summing[], graph: number): string {
  const typeOf = ({ boxed }: Summing): string => (boxed ? 'Box' : 'Int');
  return [
    ...external.map((field) => `${field.name}: ${typeOf(field)} @external`),
    ...fields
      .filter(({ owner }) => owner === graph)
      .map((field) => {
        const requires = required(field);
        return `${field.name}: ${typeOf(field)} ${requires && `@requires(fields: "${requires}")`}`;
      }),
  ].join('\n      ');
}

const resolversOf = (fields: readonly Summing[], graph: number) =>
  Object.fromEntries(
    fields
      .filter(({ owner }) => owner === graph)
      .map((field) => [
        field.name,
        (found: Record<string, any>) => {
          const number = ({ name, boxed }: Summing, of: any) => (boxed ? of?.[name]?.n : of?.[name]);
          const given = [
            ...field.requires.map((one) => number(one, found)),
            ...field.requiresOfMaker.map((one) => number(one, found['maker'])),
          ];
          if (given.includes(undefined))
            throw new Error(`${field.name} is asked for without what it requires.`);
          const sum = given.reduce(
            (one: number, other: number) => one + other,
            hash(idOf(found), field.name) % 1000,
          );
          return field.boxed ? { n: sum } : sum;
        },
      ]),
  );

function subgraphOf(world: World, graph: number): SubgraphSource {
  const { keys, leading, abstract, making, maker } = world;
  const own = world.item.filter(({ owner }) => owner === graph);
  const unique = (fields: readonly Summing[]): Summing[] => [...new Set(fields)];
  const ofMaker = unique([
    ...own.flatMap(({ requiresOfMaker }) => requiresOfMaker),
    ...maker.filter(({ owner }) => owner === graph).flatMap(({ requires }) => requires),
  ]);
  const requiresMaker = own.some(({ requiresOfMaker }) => requiresOfMaker.length > 0);
  const hasMaker = making === graph || requiresMaker || maker.some(({ owner }) => owner === graph);
  const hasInterface = abstract.includes(graph);
  const known = keys[graph] ?? [];
  const keyFields = known.map((key) => `${key}: ID!`).join(' ');
  const types = `
    type Query { item${graph}: Item  holder${graph}: Holder${graph} }
    type Holder${graph} { item: Item  items: [Item!] ${hasInterface ? `thing: Thing${graph}` : ''} }
    ${hasInterface ? `interface Thing${graph} { ${keyFields} }` : ''}
    type Item ${hasInterface ? `implements Thing${graph}` : ''} ${known.map((key) => `@key(fields: "${key}")`).join(' ')} {
      ${keyFields}
      ${definitionsOf(world.item, unique(own.flatMap(({ requires }) => requires)), graph)}
      ${leading.includes(graph) ? `next${graph}: Item` : ''}
      ${making === graph ? 'maker: Maker' : ''} ${making !== graph && requiresMaker ? 'maker: Maker @external' : ''}
    }
    ${hasMaker ? `type Maker @key(fields: "id") {\n      id: ID!\n      ${definitionsOf(maker, ofMaker, graph)}\n    }` : ''}
    type Box @shareable { n: Int }`;
  return {
    types,
    resolvers: {
      Query: { [`item${graph}`]: () => item('1'), [`holder${graph}`]: () => ({}) },
      [`Holder${graph}`]: {
        item: () => item('2'),
        items: () => IDS.map(item),
        ...(hasInterface && { thing: () => item('3') }),
      },
      Item: {
        __resolveReference: (found: any) => ({ ...found, ...item(idOf(found)) }),
        ...resolversOf(world.item, graph),
        ...(leading.includes(graph) && { [`next${graph}`]: (found: any) => item(nextOf(idOf(found))) }),
        ...(making === graph && {
          maker: (found: any) => found.maker ?? { __typename: 'Maker', id: idOf(found) },
        }),
      },
      ...(hasMaker && {
        Maker: { __resolveReference: (found: any) => found, ...resolversOf(maker, graph) },
      }),
    } as NonNullable<SubgraphSource['resolvers']>,
  };
}

/** Some fields of an item, and what they must be. */
function selection(world: World, random: Random, depth: number): [string, (id: string) => object] {
  const some = (from: readonly Summing[]): [string, (id: string) => [string, unknown][]] => {
    const fields = random.few(from, 3);
    return [fields.map(asked).join(' '), (id) => fields.map((field) => [field.name, valueOf(id, field)])];
  };
  const [text, own] = some(world.item);
  const texts = [text];
  const parts = [own];
  if (world.maker.length > 0 && random.chance(30)) {
    const [inner, expected] = some(world.maker);
    texts.push(`maker { ${inner} }`);
    parts.push((id) => [['maker', Object.fromEntries(expected(id))]]);
  }
  if (depth > 0 && world.leading.length > 0 && random.chance(60)) {
    const name = `next${random.pick(world.leading)}`;
    const [inner, expected] = selection(world, random, depth - 1);
    texts.push(`${name} { ${inner} }`);
    parts.push((id) => [[name, expected(nextOf(id))]]);
  }
  return [texts.join(' '), (id) => Object.fromEntries(parts.flatMap((part) => part(id)))];
}

function operation(world: World, random: Random): [string, unknown] {
  const graph = random.below(world.keys.length);
  const [text, expected] = selection(world, random, 2);
  const within = (name: string, inner: string, value: unknown): [string, unknown] => [
    `{ holder${graph} { ${name} { ${inner} } } }`,
    { [`holder${graph}`]: { [name]: value } },
  ];
  const ways = [
    (): [string, unknown] => [`{ item${graph} { ${text} } }`, { [`item${graph}`]: expected('1') }],
    () => within('item', text, expected('2')),
    () => within('items', text, IDS.map(expected)),
    ...(world.abstract.includes(graph)
      ? [() => within('thing', `... on Item { ${text} }`, expected('3'))]
      : []),
  ];
  return random.pick(ways)();
}

const seed = seedOf(process.env);

test('a field gets what it requires, however long the chain and wherever its object came from', async () => {
  let worlds = 0;
  for (let number = seed; worlds < 60; number++) {
    const random = createRandom(number);
    const world = generateWorld(random);
    const subgraphs = Object.fromEntries(
      world.keys.map((_, graph) => [`g${graph}`, subgraphOf(world, graph)]),
    );
    worlds++;
    const served = await createServed(subgraphs);
    for (let at = 0; at < 8; at++) {
      const [query, data] = operation(world, random);
      const answer = await served.ask(query);
      expectSame(answer, { data }, { seed: number, query, subgraphs });
    }
  }
}, 120_000);
