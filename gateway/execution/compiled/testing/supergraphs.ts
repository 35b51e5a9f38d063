import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { Random } from './random.ts';

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@inaccessible", "@override"])
`;

/** What every subgraph knows. Enums and input objects that arguments use must be the same in all of them. */
const COMMON = `
  enum Color { RED GREEN BLUE SECRET @inaccessible }
  scalar Blob
  input Filter { text: String  limit: Int = 3  colors: [Color!]  inner: Filter  grid: [[Float]]  strict: Boolean! = true }
  type Size @shareable { height: Float  width: Int!  unit: Color  grid: [[Int!]]  note(of: Color = RED): String }
  type Ref @shareable { id: ID!  num: Int! }
`;

/** Fields by which entities are known, and the ways to put them together. */
const KEY_FIELDS: Readonly<Record<string, string>> = {
  id: 'ID!',
  sku: 'ID!',
  slug: 'String!',
  num: 'Int!',
  ref: 'Ref!',
};
const KEYS = ['id', 'sku', 'slug', 'num', 'id sku', 'ref { id }', 'num ref { num }', 'slug ref { id num }'];

/** A type with an identity, and where it is known. */
interface Entity {
  readonly name: string;
  /** The subgraph that knows all of its keys, so that there is a way between any two others. */
  readonly home: string;
  readonly keys: readonly string[];
  /** Fields beside the keys that can be asked for in one subgraph: names, by subgraph. */
  readonly leaves: Map<string, { name: string; type: string }[]>;
  counter: number;
}

/** A type in one subgraph, on its way to be written. */
interface Part {
  readonly head: string;
  keys: Set<string>;
  readonly fields: Map<string, string>;
  readonly implementing: Set<string>;
}

const leafTypes = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Color', 'Blob'];
const wraps = ['T', 'T', 'T', 'T!', '[T]', '[T!]', '[T!]!', '[T]!', '[[T]]', '[[T!]!]', '[[T!]]!'];

/** SDL of subgraphs that are meant to compose, by name. */
export function generateSubgraphs(random: Random): Record<string, string> {
  const names = Array.from({ length: 2 + random.below(4) }, (_, index) => `s${index}`);
  const parts = new Map(names.map((name) => [name, new Map<string, Part>()]));
  const unions = new Map(names.map((name) => [name, new Map<string, string>()]));
  const interfaces = new Map(names.map((name) => [name, new Map<string, string>()]));

  const wrapped = (type: string): string => random.pick(wraps).replace('T', type);
  const others = (name: string): string[] => names.filter((one) => one !== name);
  const { few } = random;

  const entities: Entity[] = Array.from({ length: 2 + random.below(4) }, (_, index) => ({
    name: `E${index}`,
    home: random.pick(names),
    keys: few(KEYS, 3),
    leaves: new Map(),
    counter: 0,
  }));

  /** The entity as a subgraph knows it; made with some key if it does not know it yet. */
  const partOf = (entity: Entity, subgraph: string): Part => {
    const known = parts.get(subgraph)?.get(entity.name);
    if (known) return known;
    const keys = subgraph === entity.home ? entity.keys : few(entity.keys, 2);
    const part: Part = {
      head: `type ${entity.name}`,
      keys: new Set(keys),
      fields: new Map(),
      implementing: new Set(),
    };
    for (const key of keys)
      for (const name of key.replace(/\{.*?\}/g, '').split(' '))
        if (name !== '') part.fields.set(name, `${name}: ${KEY_FIELDS[name]}`);
    if (part.fields.has('id')) part.implementing.add('Node');
    parts.get(subgraph)?.set(entity.name, part);
    return part;
  };
  for (const entity of entities) partOf(entity, entity.home);

  // ---- an interface that is an entity, and stands for its types where they are not known

  const film: Entity = {
    name: 'Film',
    home: random.pick(names),
    keys: ['id'],
    leaves: new Map(),
    counter: 0,
  };
  const hasMedia = random.chance(60) && names.length > 1;
  const mediaObject = random.pick(others(film.home));
  if (hasMedia) {
    interfaces
      .get(film.home)
      ?.set('Media', `interface Media @key(fields: "id") { id: ID!  title: String  rank: Int }`);
    const media = ['Film', 'Book', 'Song'].slice(0, 2 + random.below(2));
    for (const name of media) {
      const part = partOf({ ...film, name }, film.home);
      part.implementing.add('Media');
      part.fields.set('title', 'title: String');
      part.fields.set('rank', `rank: Int${random.chance(30) ? ' @shareable' : ''}`);
      part.fields.set(`own${name}`, `own${name}: ${wrapped(random.pick(leafTypes))}`);
    }
    // in a subgraph that has the interface object, its types cannot be
    parts.get(mediaObject)?.set('Media', {
      head: 'type Media @interfaceObject',
      keys: new Set(['id']),
      fields: new Map([
        ['id', 'id: ID!'],
        ['views', 'views: Int!'],
        // the planner weighs each way at each level: through itself, three types are more than it can take
        ...(media.length === 2 ? ([['twin', 'twin: Media']] as const) : []),
        ['near', `near: ${wrapped('Size')}`],
        ['badge', 'badge(size: Int = 1): Color'],
        ...(random.chance(50)
          ? ([
              ['title', 'title: String @external'],
              ['banner', 'banner: String @requires(fields: "title")'],
            ] as const)
          : []),
      ]),
      implementing: new Set(),
    });
  }

  // ---- what fields hold

  const argumentsOf = (): string =>
    random.chance(35)
      ? `(${few(['first: Int', 'filter: Filter', 'color: Color = RED', 'ids: [ID!]', 'yes: Boolean = false', 'grid: [[Int!]!]'], 3).join(', ')})`
      : '';

  /** A type with fields that a subgraph can answer with. */
  const composite = (subgraph: string): string => {
    const kind = random.below(100);
    if (kind < 12) return 'Size';
    if (kind < 20 && hasMedia && (subgraph === film.home || subgraph === mediaObject)) return 'Media';
    if (kind < 30) {
      const members = new Set(few(entities, 3).map((one) => one.name));
      for (const one of entities) if (members.has(one.name)) partOf(one, subgraph);
      if (random.chance(40)) members.add('Size');
      if (hasMedia && subgraph === film.home && random.chance(40)) members.add('Film').add('Book');
      const name = `Any${random.below(3)}`;
      const known = unions.get(subgraph)?.get(name);
      for (const one of known?.split(' | ') ?? []) members.add(one);
      unions.get(subgraph)?.set(name, [...members].join(' | '));
      return name;
    }
    if (kind < 40) {
      const entity = entities.find((one) => one.keys.some((key) => key.split(' ')[0] === 'id'));
      if (entity) {
        const part = partOf(entity, subgraph);
        part.keys.add(entity.keys.find((key) => key.split(' ')[0] === 'id') ?? '');
        for (const key of part.keys)
          for (const name of key.replace(/\{.*?\}/g, '').split(' '))
            if (name !== '') part.fields.set(name, `${name}: ${KEY_FIELDS[name]}`);
        part.implementing.add('Node');
        return 'Node';
      }
    }
    const entity = random.pick(entities);
    partOf(entity, subgraph);
    return entity.name;
  };

  /** A field of a subgraph's own. */
  const field = (name: string, subgraph: string): string => {
    const isLeaf = random.chance(55);
    return `${name}${argumentsOf()}: ${wrapped(isLeaf ? random.pick(leafTypes) : composite(subgraph))}`;
  };

  for (const entity of entities) {
    const next = (): string => `f${entity.name.slice(1)}${entity.counter++}`;
    const owners = new Set([entity.home, ...few(names, 4)]);
    for (const owner of owners) {
      const part = partOf(entity, owner);
      const mine: { name: string; type: string }[] = [];
      entity.leaves.set(owner, mine);
      for (let count = 1 + random.below(4); count > 0; count--) {
        const name = next();
        const hidden = random.chance(8) ? ' @inaccessible' : '';
        if (random.chance(45)) {
          const type = wrapped(random.pick(leafTypes));
          mine.push({ name, type });
          part.fields.set(name, `${name}: ${type}${hidden}`);
        } else part.fields.set(name, field(name, owner));
      }
    }

    // the same field in two subgraphs, or moved from one to another
    const [from, to] = [entity.home, random.pick(others(entity.home))];
    if (random.chance(50)) {
      const name = next();
      const type = wrapped(random.pick([...leafTypes, 'Size']));
      partOf(entity, from).fields.set(name, `${name}: ${type} @shareable`);
      partOf(entity, to).fields.set(name, `${name}: ${type} @shareable`);
    }
    if (random.chance(30)) {
      const name = next();
      const type = wrapped(random.pick(leafTypes));
      partOf(entity, from).fields.set(name, `${name}: ${type}`);
      partOf(entity, to).fields.set(name, `${name}: ${type} @override(from: "${from}")`);
    }
  }

  // ---- fields that need others from elsewhere

  const require = (entity: Entity, subgraph: string): void => {
    const part = partOf(entity, subgraph);
    const elsewhere = [...entity.leaves]
      .filter(([name]) => name !== subgraph)
      .flatMap(([, leaves]) => leaves.filter((one) => !part.fields.has(one.name)));
    const wanted: string[] = [];
    for (const { name, type } of elsewhere.slice(0, 1 + random.below(2))) {
      part.fields.set(name, `${name}: ${type} @external`);
      wanted.push(name);
    }
    const from = [...entity.leaves.keys()].find((name) => name !== subgraph);
    if (from !== undefined && random.chance(40)) {
      const name = `size${entity.name}`;
      partOf(entity, from).fields.set(name, `${name}: Size`);
      part.fields.set(name, `${name}: Size @external`);
      wanted.push(`${name} { height grid }`);
    }
    if (from !== undefined && random.chance(35)) {
      const name = `price${entity.name}`;
      partOf(entity, from).fields.set(name, `${name}(in: Color = RED, least: Int): Float`);
      part.fields.set(name, `${name}(in: Color = RED, least: Int): Float @external`);
      wanted.push(`${name}(in: ${random.pick(['RED', 'BLUE'])}, least: ${random.below(3)})`);
      // another that needs the same with other arguments
      if (random.chance(50))
        part.fields.set(
          `cost${entity.name}`,
          `cost${entity.name}: Float @requires(fields: "${name}(in: GREEN)")`,
        );
    }
    const other = random.pick(entities);
    const otherLeaf = from === undefined ? undefined : other.leaves.get(from)?.[0];
    if (from !== undefined && otherLeaf && from !== subgraph && random.chance(40)) {
      const target = partOf(other, subgraph);
      if (!target.fields.has(otherLeaf.name))
        target.fields.set(otherLeaf.name, `${otherLeaf.name}: ${otherLeaf.type} @external`);
      if (target.fields.get(otherLeaf.name)?.includes('@external') === true) {
        const name = `link${entity.name}`;
        partOf(entity, from).fields.set(name, `${name}: ${other.name}`);
        part.fields.set(name, `${name}: ${other.name} @external`);
        wanted.push(`${name} { ${otherLeaf.name} }`);
      }
    }
    if (wanted.length === 0) return;
    const name = `r${entity.name}${subgraph}`;
    const args = random.chance(40) ? '(express: Boolean = false, color: Color)' : '';
    part.fields.set(
      name,
      `${name}${args}: ${wrapped(random.pick(leafTypes))} @requires(fields: "${wanted.join(' ')}")`,
    );
  };
  for (const entity of entities)
    if (random.chance(65)) {
      const subgraph = random.pick(names);
      require(entity, subgraph);
    }

  /** A way to an entity on which some of what belongs to others is there already. */
  const provide = (owner: Entity, target: Entity, subgraph: string): void => {
    const home = target.leaves.get(target.home)?.[0];
    const provided = partOf(target, subgraph);
    if (!home || subgraph === target.home || provided.fields.has(home.name)) return;
    const atHome = partOf(target, target.home);
    atHome.fields.set(home.name, `${atHome.fields.get(home.name)} @shareable`);
    provided.fields.set(home.name, `${home.name}: ${home.type} @external`);
    partOf(owner, subgraph).fields.set(
      `with${target.name}`,
      `with${target.name}: ${random.pick(['T', '[T!]', 'T!']).replace('T', target.name)} @provides(fields: "${home.name}")`,
    );
  };
  if (random.chance(60)) provide(random.pick(entities), random.pick(entities), random.pick(names));

  // ---- roots

  const roots = new Map<string, Map<string, string[]>>();
  const root = (subgraph: string, type: string, text: string): void => {
    const types = roots.get(subgraph) ?? new Map<string, string[]>();
    roots.set(subgraph, types);
    types.set(type, [...(types.get(type) ?? []), text]);
  };
  for (const name of names) {
    for (let count = 1 + random.below(3); count > 0; count--)
      root(name, 'Query', field(`q${name}${count}`, name));
    root(name, 'Query', `one${name}(id: ID!): ${wrapped(composite(name))}`);
    if (random.chance(50))
      root(name, 'Mutation', `do${name}(filter: Filter, id: ID! = "3"): ${composite(name)}`);
    if (random.chance(60)) root(name, 'Subscription', `on${name}(id: ID): ${wrapped(composite(name))}`);
  }
  if (random.chance(40)) for (const name of names.slice(0, 2)) root(name, 'Query', 'shared: Size @shareable');

  return Object.fromEntries(names.map((name) => [name, write(name)]));

  function write(name: string): string {
    const types = [...(parts.get(name) ?? [])].map(([, { head, keys, fields, implementing }]) => {
      const does = implementing.size > 0 ? ` implements ${[...implementing].join(' & ')}` : '';
      const by = [...keys].map((key) => ` @key(fields: "${key}")`).join('');
      return `${head}${does}${by} { ${[...fields.values()].join('  ')} }`;
    });
    const hasNode = types.some((one) => / implements .*Node/.test(one));
    return [
      COMMON,
      ...(hasNode ? ['interface Node { id: ID! }'] : []),
      ...(interfaces.get(name)?.values() ?? []),
      ...[...(unions.get(name) ?? [])].map(([union, members]) => `union ${union} = ${members}`),
      ...types,
      ...[...(roots.get(name) ?? [])].map(([type, fields]) => `type ${type} { ${fields.join('  ')} }`),
    ].join('\n');
  }
}

/** @returns the reasons if they do not compose */
export function compose(subgraphs: Readonly<Record<string, string>>): { sdl: string } | { errors: string[] } {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, types]) => ({
      name,
      url: `http://${name}.test/graphql`,
      typeDefs: parse(HEAD + types),
    })),
  );
  return supergraphSdl === undefined
    ? { errors: (errors ?? []).map((one) => one.message) }
    : { sdl: supergraphSdl };
}
