import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  type GraphQLFieldResolver,
  type GraphQLCompositeType,
  type GraphQLSchema,
} from 'graphql';
import { hash, type Random } from './random.ts';
import type { SubgraphSource } from './served.ts';

/*
 * Random supergraphs of entities that come by interfaces, unions and interface objects, and operations on them. What a
 * field of an entity is hangs on the entity, the field, and what the field requires; a subgraph that is not sent what it
 * requires fails.
 */

/** How a subgraph knows media: as an interface of all their types, as one object, or as some types only. */
type Knowledge = 'interface' | 'object' | 'types';

/** A field of a type, of media where they are one object, or of the root: a number, or what leads to entities. */
interface Field {
  readonly name: string;
  readonly on: string;
  readonly owners: readonly number[];
  readonly shared: boolean;
  /** Names of fields of the same object. */
  readonly requires: readonly string[];
  readonly leads?: Lead | undefined;
}

interface Lead {
  readonly to: string;
  readonly list: boolean;
  /** What the subgraph gives of the entities though it has it of others. */
  readonly provides?: string | undefined;
}

/** That a subgraph has a field by an interface. */
interface Declared {
  readonly graph: number;
  readonly type: string;
  readonly field: string;
}

export interface AbstractWorld {
  readonly knowledge: readonly Knowledge[];
  /** By subgraph, the types of media that it knows; none where it knows them as one object. */
  readonly types: readonly (readonly string[])[];
  /** By subgraph, those that are rated there, and those that are found there. */
  readonly rated: readonly (readonly string[])[];
  readonly found: readonly (readonly string[])[];
  readonly fields: readonly Field[];
  readonly declared: readonly Declared[];
}

const TYPES = ['Film', 'Song', 'Play'];
const MEDIA = 'Media';
const IDS = ['1', '2', '3', '4', '5', '6'];

export function generateAbstractWorld(random: Random): AbstractWorld {
  const all = TYPES.slice(0, 2 + random.below(2));
  const knowledge: Knowledge[] = ['interface', 'object'];
  for (let more = random.below(3); more > 0; more--)
    knowledge.push(random.pick(['interface', 'object', 'object', 'types', 'types']));
  const graphs = [...knowledge.keys()];
  const ofKind = (...kinds: Knowledge[]): number[] =>
    graphs.filter((graph) => kinds.includes(knowledge[graph] ?? 'types'));
  const some = (from: readonly string[], percent: number): string[] =>
    from.length > 0 && random.chance(percent) ? random.few(from, 3) : [];
  const types = knowledge.map((one) =>
    one === 'interface' ? all : one === 'object' ? [] : random.few(all, 3),
  );
  const rated = types.map((known) => some(known, 50));
  const found = types.map((known) => some(known, 50));
  const knowing = (type: string): number[] => graphs.filter((graph) => types[graph]?.includes(type));

  const fields: Field[] = [];
  const declared: Declared[] = [];
  /** Names that may be required of an object by a subgraph. */
  const foreign = (on: string, graph: number): string[] => {
    const ofObject = on === MEDIA;
    const candidates = fields.filter(({ leads }) => leads === undefined);
    const names = new Set(candidates.map(({ name }) => name));
    return [...names].filter((name) => {
      const same = candidates.filter(
        (one) => one.name === name && (one.on === MEDIA || ofObject || one.on === on),
      );
      const isThere = ofObject
        ? same.some((one) => one.on === MEDIA) ||
          declared.some(({ type, field }) => type === MEDIA && field === name)
        : same.length > 0;
      return isThere && !same.some(({ owners }) => owners.includes(graph));
    });
  };
  const add = (field: Pick<Field, 'name' | 'on' | 'owners'> & Partial<Field>, percent: number): void => {
    const [owner = 0, ...others] = field.owners;
    const names = others.length > 0 || field.shared ? [] : foreign(field.on, owner);
    const requires = names.length > 0 && random.chance(percent) ? random.few(names, 2) : [];
    fields.push({ shared: others.length > 0, requires, ...field });
  };
  const declare = (type: string, field: string, among: readonly number[]): void => {
    for (const graph of among) declared.push({ graph, type, field });
  };
  /** A field that each type has, wherever that comes from. */
  const spread = (name: string, home: readonly number[]): void => {
    for (const on of all) {
      const among = home.filter((graph) => knowing(on).includes(graph));
      const owner = random.pick(among.length > 0 && random.chance(70) ? among : knowing(on));
      add({ name, on, owners: [owner] }, 35);
    }
  };
  const additions = [
    (name: string) => {
      const home = random.few(ofKind('interface'), 2);
      declare(MEDIA, name, home);
      spread(name, home);
    },
    (name: string) => {
      const on = random.pick(all);
      add({ name, on, owners: random.few(knowing(on), random.chance(20) ? 2 : 1) }, 60);
    },
    (name: string) => {
      const owners = random.few(ofKind('object'), random.chance(20) ? 2 : 1);
      if (!random.chance(15)) return add({ name, on: MEDIA, owners }, 60);
      const graph = random.pick(ofKind('interface'));
      for (const on of all) add({ name, on, owners: [graph], shared: true }, 0);
      declare(MEDIA, name, [graph]);
      add({ name, on: MEDIA, owners, shared: true }, 0);
    },
  ];
  for (let at = 0, count = 3 + random.below(5); at < count; at++) random.pick(additions)(`f${at}`);
  const rating = graphs.filter((graph) => (rated[graph] ?? []).length > 0);
  if (rating.length > 0)
    for (const name of ['r0', 'r1'].slice(random.below(2))) {
      const home = random.few(rating, 2);
      declare('Rated', name, home);
      spread(name, home);
    }

  /** What may be led to in a subgraph. */
  const targets = (graph: number): string[] => [
    ...(knowledge[graph] === 'types' ? [] : [MEDIA, MEDIA]),
    ...(types[graph] ?? []).slice(0, 1),
    ...((rated[graph] ?? []).length > 0 ? ['Rated'] : []),
    ...((found[graph] ?? []).length > 0 ? ['Found'] : []),
  ];
  for (const graph of graphs)
    for (const to of new Set(targets(graph)))
      for (const list of [false, true])
        if (list || random.chance(50))
          fields.push({
            name: `${list ? 'all' : 'one'}${to}${graph}`,
            on: 'Query',
            owners: [graph],
            shared: false,
            requires: [],
            leads: { to, list },
          });
  for (let at = 0, count = random.below(4); at < count; at++) {
    const graph = random.pick(graphs);
    const name = `next${at}`;
    const leads = { to: random.pick(targets(graph)), list: random.chance(40) };
    const known = types[graph] ?? [];
    const isOfAll = knowledge[graph] === 'interface' && random.chance(60);
    if (isOfAll) declare(MEDIA, name, [graph]);
    for (const on of knowledge[graph] === 'object' ? [MEDIA] : isOfAll ? known : [random.pick(known)])
      add({ name, on, owners: [graph], leads }, 20);
  }
  return { knowledge, types, rated, found, fields: withProvided(fields, types, random), declared };
}

/** Some fields that lead to a type give one of its fields themselves. */
function withProvided(
  fields: readonly Field[],
  types: AbstractWorld['types'],
  random: Random,
): readonly Field[] {
  const shared = new Set<Field>();
  const providing = new Map<Field, string>();
  for (const field of fields) {
    const [graph = 0] = field.owners;
    const to = field.leads?.to ?? '';
    if (!types[graph]?.includes(to) || !random.chance(40)) continue;
    const foreign = fields.filter(
      (one) => one.on === to && !one.leads && one.requires.length === 0 && !one.owners.includes(graph),
    );
    if (foreign.length === 0) continue;
    const provided = random.pick(foreign);
    shared.add(provided);
    providing.set(field, provided.name);
  }
  return fields.map((field) => ({
    ...field,
    shared: field.shared || shared.has(field),
    ...(field.leads && { leads: { ...field.leads, provides: providing.get(field) } }),
  }));
}

interface Entity {
  readonly __typename: string;
  readonly id: string;
}

const typesIn = ({ types }: AbstractWorld): readonly string[] => types[0] ?? [];
const entity = (world: AbstractWorld, id: string): Entity => {
  const all = typesIn(world);
  return { __typename: all[Number(id) % all.length] ?? '', id };
};

/** The field that an object of a type has under a name. */
const fieldOf = (world: AbstractWorld, type: string, name: string): Field | undefined =>
  world.fields.find((one) => one.name === name && one.on === type) ??
  world.fields.find((one) => one.name === name && one.on === MEDIA);

/** What a field is, of which the required ones are known. */
const computed = (id: string, { name, requires }: Field, given: readonly unknown[]): number | null => {
  if (requires.length === 0 && hash(id, name, 'null') % 9 === 0) return null;
  return given.reduce((sum: number, one) => sum + (typeof one === 'number' ? one : 3), hash(id, name) % 1000);
};

function numberOf(world: AbstractWorld, id: string, name: string): number | null {
  const field = fieldOf(world, entity(world, id).__typename, name);
  if (!field) throw new Error(`Nothing is known of ${name}.`);
  return computed(
    id,
    field,
    field.requires.map((one) => numberOf(world, id, one)),
  );
}

/** Entities that a field leads to, or null. */
function ledTo(world: AbstractWorld, id: string, { name, owners: [graph = 0], leads }: Field): unknown {
  const to = leads?.to ?? '';
  const possible: Record<string, readonly string[] | undefined> = {
    Media: typesIn(world),
    Rated: world.rated[graph],
    Found: world.found[graph],
  };
  const types = possible[to] ?? [to];
  const ids = IDS.filter((one) => types.includes(entity(world, one).__typename));
  const at = (index: number): Entity | null =>
    hash(id, name, index) % 8 === 0 ? null : entity(world, ids[(hash(id, name) + index) % ids.length] ?? '');
  return leads?.list ? ids.map((_one, index) => at(index)) : at(0);
}

/** What an operation on the whole must bring: a resolver of all fields. */
export const truthOf =
  (world: AbstractWorld): GraphQLFieldResolver<any, unknown> =>
  (source, _arguments, _context, { fieldName, parentType }) => {
    const id: string = source?.id ?? 'root';
    if (fieldName === 'id') return id;
    const field = fieldOf(world, parentType.name, fieldName);
    return field?.leads ? ledTo(world, id, field) : numberOf(world, id, fieldName);
  };

export const abstractSubgraphs = (world: AbstractWorld): Record<string, SubgraphSource> =>
  Object.fromEntries(world.knowledge.map((_one, graph) => [`g${graph}`, subgraphOf(world, graph)]));

function subgraphOf(world: AbstractWorld, graph: number): SubgraphSource {
  const { knowledge, types, rated, found, fields, declared } = world;
  const own = (on: string): Field[] => fields.filter((one) => one.on === on && one.owners.includes(graph));
  const text = ({ name, leads, requires, shared }: Field): string => {
    const type = !leads ? 'Int' : leads.list ? `[${leads.to}]` : leads.to;
    const directives = [
      requires.length > 0 ? `@requires(fields: "${requires.join(' ')}")` : '',
      leads?.provides ? `@provides(fields: "${leads.provides}")` : '',
      shared ? '@shareable' : '',
    ];
    return `${name}: ${type} ${directives.join(' ')}`;
  };
  const declaredBy = (type: string): string[] =>
    declared.filter((one) => one.graph === graph && one.type === type).map(({ field }) => field);
  const interfacesOf = (type: string): string[] => [
    ...(knowledge[graph] === 'interface' ? [MEDIA] : []),
    ...(rated[graph]?.includes(type) ? ['Rated'] : []),
  ];
  const providing = fields.filter((one) => one.owners.includes(graph) && one.leads?.provides !== undefined);
  /** Names of the fields that the subgraph has of others. */
  const external = (on: string): string[] => {
    const needed = new Set([
      ...own(on).flatMap(({ requires }) => requires),
      ...interfacesOf(on).flatMap(declaredBy),
      ...providing.filter(({ leads }) => leads?.to === on).map(({ leads }) => leads?.provides ?? ''),
    ]);
    return [...needed].filter((name) => !own(on).some((one) => one.name === name));
  };
  const entityType = (name: string): string =>
    `@key(fields: "id") {\n  id: ID!\n  ${[
      ...external(name).map((one) => `${one}: Int @external`),
      ...own(name).map(text),
    ].join('\n  ')}\n}`;
  const interfaceType = (name: string): string =>
    [...new Set(declaredBy(name))]
      .map((one) =>
        text({ ...(fields.find((field) => field.name === one) as Field), requires: [], shared: false }),
      )
      .join('\n  ');
  const withoutProvided = (line: string): string => line.replace(/@provides\(.*?\)/, '');
  const definitions = [
    own('Query').length > 0 ? `type Query {\n  ${own('Query').map(text).join('\n  ')}\n}` : '',
    knowledge[graph] === 'object' ? `type ${MEDIA} @interfaceObject ${entityType(MEDIA)}` : '',
    knowledge[graph] === 'interface'
      ? `interface ${MEDIA} @key(fields: "id") {\n  id: ID!\n  ${withoutProvided(interfaceType(MEDIA))}\n}`
      : '',
    (rated[graph] ?? []).length > 0 ? `interface Rated {\n  id: ID!\n  ${interfaceType('Rated')}\n}` : '',
    (found[graph] ?? []).length > 0 ? `union Found = ${found[graph]?.join(' | ')}` : '',
    ...(types[graph] ?? []).map((name) => {
      const interfaces = interfacesOf(name);
      return `type ${name} ${interfaces.length > 0 ? `implements ${interfaces.join(' & ')}` : ''} ${entityType(name)}`;
    }),
  ];

  const resolve =
    (field: Field) =>
    (source: any): unknown => {
      const given = field.requires.map((name) => source[name]);
      if (given.includes(undefined)) throw new Error(`${field.name} is asked for without what it requires.`);
      const id: string = source?.id ?? 'root';
      if (!field.leads) return computed(id, field, given);
      const led = ledTo(world, id, field);
      const { provides } = field.leads;
      const found = (one: Entity | null): unknown => {
        if (!one) return null;
        const known = provides === undefined ? {} : { [provides]: numberOf(world, one.id, provides) };
        return knowledge[graph] === 'object' ? { id: one.id } : { ...one, ...known };
      };
      return Array.isArray(led) ? led.map(found) : found(led as Entity | null);
    };
  const resolversOf = (on: string) => ({
    ...Object.fromEntries(
      external(on).map((name) => [
        name,
        (source: any) => {
          if (source[name] === undefined) throw new Error(`${name} is another subgraph's.`);
          return source[name];
        },
      ]),
    ),
    ...Object.fromEntries(own(on).map((field) => [field.name, resolve(field)])),
  });
  const reference = (sent: any) => ({ ...sent, ...entity(world, sent.id) });
  return {
    types: definitions.filter(Boolean).join('\n'),
    resolvers: {
      ...(own('Query').length > 0 && {
        Query: Object.fromEntries(
          own('Query').map((field) => [field.name, () => resolve(field)({ id: 'root' })]),
        ),
      }),
      ...(knowledge[graph] === 'object' && {
        [MEDIA]: { __resolveReference: (sent: any) => sent, ...resolversOf(MEDIA) },
      }),
      ...(knowledge[graph] === 'interface' && { [MEDIA]: { __resolveReference: reference } }),
      ...Object.fromEntries(
        (types[graph] ?? []).map((name) => [name, { __resolveReference: reference, ...resolversOf(name) }]),
      ),
    } as NonNullable<SubgraphSource['resolvers']>,
  };
}

/** An operation, which may still be one that is not valid: under one key two fields may be asked for. */
export function abstractOperation(schema: GraphQLSchema, random: Random): string {
  const condition = (): string =>
    random.chance(6) ? ` ${random.pick(['@include', '@skip'])}(if: ${random.pick(['$yes', '$no'])})` : '';
  const fieldText = (type: GraphQLCompositeType, depth: number): string => {
    if (!('getFields' in type) || random.chance(15)) return `${random.chance(20) ? 'kind: ' : ''}__typename`;
    const all = Object.values(type.getFields());
    const leading = all.filter((field) => isCompositeType(getNamedType(field.type)));
    const plain = all.filter((field) => !leading.includes(field));
    const field =
      plain.length === 0 || (depth > 0 && leading.length > 0 && random.chance(30))
        ? random.pick(leading)
        : random.pick(plain);
    const of = getNamedType(field.type);
    const alias = random.chance(12)
      ? `${isListType(field.type) ? 'l' : isCompositeType(of) ? 'o' : 'a'}: `
      : '';
    return `${alias}${field.name}${condition()}${isCompositeType(of) ? ` ${set(of, depth - 1)}` : ''}`;
  };
  const fragment = (type: GraphQLCompositeType, depth: number, levels: number): string => {
    const possible = (one: GraphQLCompositeType) =>
      isAbstractType(one) ? schema.getPossibleTypes(one) : [one];
    const overlapping = ['Media', 'Rated', 'Found', ...TYPES]
      .map((name) => schema.getType(name))
      .filter((one) => isCompositeType(one))
      .filter((one) => possible(one).some((other) => possible(type).includes(other)));
    // none, where a contract leaves out all types of an interface
    const on = overlapping.length > 0 ? random.pick(overlapping) : type;
    return `... on ${on.name}${condition()} ${set(on, depth, levels - 1)}`;
  };
  const set = (type: GraphQLCompositeType, depth: number, levels = 2): string => {
    const parts = Array.from({ length: 1 + random.below(depth > 1 ? 3 : 2) }, () =>
      levels > 0 && random.chance(isAbstractType(type) ? 60 : 10)
        ? fragment(type, depth, levels)
        : fieldText(type, depth),
    );
    return `{ ${parts.join(' ')} }`;
  };
  const root = schema.getQueryType();
  if (!root) throw new Error('There is nothing to ask for.');
  const roots = random.few(Object.values(root.getFields()), random.chance(15) ? 2 : 1);
  const texts = roots.map(
    (field) => `${field.name} ${set(getNamedType(field.type) as GraphQLCompositeType, 2)}`,
  );
  const text = `{ ${texts.join(' ')} }`;
  const used = ['yes', 'no'].filter((name) => text.includes(`$${name}`));
  const head = used.map((name) => `$${name}: Boolean = ${String(name === 'yes')}`).join(', ');
  return head ? `query (${head}) ${text}` : text;
}
