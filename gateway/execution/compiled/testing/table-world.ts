import { Kind, type FieldNode, type GraphQLFieldResolver, type SelectionSetNode } from 'graphql';
import { fieldSet } from '../../../supergraph/joins.ts';
import { hash } from './random.ts';

/*
 * Random supergraphs of entities with several keys, of which each subgraph has its own, of values without keys that
 * subgraphs share in part, and of fields that require or provide others. What a field is hangs on its object, its
 * arguments and what it requires; a subgraph that is not sent a key or what a field requires fails, and so does one that
 * is asked for what it has of others.
 */

/** A field of an object or of the root. */
export interface Field {
  readonly on: string;
  readonly name: string;
  /** Its type: `_` stands for that of a value, as in `[_!]`. */
  readonly wrap: string;
  readonly of: string;
  readonly owners: readonly number[];
  readonly hasArgument: boolean;
  readonly requires?: string;
  /** What the subgraphs that have it give of its objects though they have it of others. */
  provides?: string;
  /** The subgraph that it was taken over from. */
  readonly overridden?: number;
  /** That says for whom it is taken over, by the first of its owners; for all if not given. */
  readonly label?: string;
  /** Whether several subgraphs may have it. */
  shared: boolean;
  /** Whether it is null for some objects though it may not be. */
  mayFail: boolean;
}

export interface Key {
  readonly fields: string;
  readonly resolvable: boolean;
}

/** By subgraph and type. */
export type BySubgraph<Value> = readonly Map<string, Value>[];

export interface TableWorld {
  readonly graphs: readonly number[];
  readonly entities: readonly string[];
  /** By type, all keys that some subgraph may have. */
  readonly pools: ReadonlyMap<string, readonly string[]>;
  readonly keys: BySubgraph<readonly Key[]>;
  /** Types of a union's objects, and those of an interface. */
  readonly members: BySubgraph<readonly string[]>;
  /** Fields by which a subgraph has an interface. */
  readonly declared: BySubgraph<readonly string[]>;
  readonly colors: readonly (readonly string[])[];
  /** Numbers of entities that a subgraph does not have. */
  readonly missing: BySubgraph<readonly number[]>;
  readonly fields: readonly Field[];
}

/** An object, whose fields are worked out when they are asked for. */
export interface Thing {
  readonly __typename: string;
  /** Of an entity. */
  readonly number?: number;
  /** What tells it from all others. */
  readonly at: string;
  /** What its subgraph was sent. */
  readonly sent?: Readonly<Record<string, unknown>>;
  /** What its subgraph has of it besides what is its own. */
  readonly provided?: readonly SelectionSetNode[];
}

export const ENTITIES = ['Ship', 'Port', 'Crew'];
/** The type of an entity's home, by which it may be told. */
export const HOMES: Readonly<Record<string, string>> = { Ship: 'Port', Crew: 'Ship' };
export const NUMBERS = [1, 2, 3, 4];
export const COLORS = ['RED', 'GREEN', 'BLUE'];
export const THING = 'Thing';
export const FOUND = 'Found';
export const CARGO = 'Cargo';
export const ABSTRACT = [THING, FOUND, CARGO];
const ROOT = 'root';

const homeOf = (number: number): number => (number % NUMBERS.length) + 1;
export const isObject = (type: string): boolean => type !== 'Int' && type !== 'Color';
export const topNames = (fields: string): string[] => fields.replace(/\{.*?\}/g, '').match(/\w+/g) ?? [];

/** Names of the fields by which a subgraph can tell an entity. */
export function identitiesIn(world: TableWorld, graph: number, type: string): string[] {
  const own = (world.keys[graph]?.get(type) ?? []).flatMap(({ fields }) => topNames(fields));
  const isHome = world.entities.some(
    (one) =>
      HOMES[one] === type && world.keys[graph]?.get(one)?.some(({ fields }) => fields.includes('home')),
  );
  return [...new Set([...own, ...(isHome ? ['id'] : [])])];
}

export const fieldOf = ({ fields }: TableWorld, type: string, name: string): Field | undefined =>
  fields.find((one) => one.on === type && one.name === name);

/** Subgraphs that have a field, for some viewer at least. */
const graphsOf = ({ owners, overridden, label }: Field): readonly number[] =>
  label === undefined || overridden === undefined ? owners : [...owners, overridden];

/** Types that all subgraphs that have a field know for its objects. */
export function membersOf({ members }: TableWorld, field: Field): string[] {
  const [first = [], ...others] = graphsOf(field).map((graph) => members[graph]?.get(field.of) ?? []);
  return first.filter((type) => others.every((own) => own.includes(type)));
}

export const entity = (__typename: string, number: number): Thing => ({
  __typename,
  number,
  at: `${__typename}:${number}`,
});

/** Whether a field cannot be had, as its subgraph lacks the entity or another that is required. */
export function isUnavailable(
  world: TableWorld,
  { __typename, number }: Thing,
  { owners, requires }: Field,
): boolean {
  if (owners.some((graph) => world.missing[graph]?.get(__typename)?.includes(number ?? 0))) return true;
  return (
    requires !== undefined &&
    fieldSet(requires).selections.some((one) => {
      const field = one.kind === Kind.FIELD ? fieldOf(world, __typename, one.name.value) : undefined;
      return field !== undefined && isUnavailable(world, entity(__typename, number ?? 0), field);
    })
  );
}

/** What a field is, of which the required ones are known. */
export function computed(
  world: TableWorld,
  source: Thing | undefined,
  field: Field,
  n: number,
  given?: unknown,
): unknown {
  const own = `${source?.at ?? ROOT}.${field.name}(${n})${given === undefined ? '' : JSON.stringify(sorted(given))}`;
  const value = (at: string): unknown => {
    const number = hash(at);
    if (field.of === 'Int') return number % 1000;
    if (field.of === 'Color') {
      const all = COLORS.filter((one) => field.owners.every((graph) => world.colors[graph]?.includes(one)));
      return all[number % all.length];
    }
    const types = ABSTRACT.includes(field.of) ? membersOf(world, field) : [field.of];
    const type = types[number % types.length];
    if (type === undefined) return null;
    if (!world.entities.includes(type)) return { __typename: type, at };
    return entity(type, NUMBERS[hash(at, 'which') % NUMBERS.length] ?? 1);
  };
  const filled = (wrap: string, at: string): unknown => {
    const isRequired = wrap.endsWith('!');
    const inner = isRequired ? wrap.slice(0, -1) : wrap;
    if (isRequired ? field.mayFail && hash(at, 'fails') % 8 === 0 : hash(at, 'null') % 7 === 0) return null;
    if (inner === '_') return value(at);
    return Array.from({ length: hash(at, 'length') % 4 }, (_one, index) =>
      filled(inner.slice(1, -1), `${at}[${index}]`),
    );
  };
  return filled(field.wrap, own);
}

/** With keys in one order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)]);
};

export function identityOf({ __typename, number = 0 }: Thing, name: string): unknown {
  switch (name) {
    case 'id':
      return String(number);
    case 'code':
      return `c${number}`;
    case 'a':
      return number % 2;
    case 'b':
      return number >> 1;
    case 'num':
      return number;
    case 'ref':
      return { __typename: 'Ref', number, at: 'ref' };
    case 'home':
      return entity(HOMES[__typename] ?? '', homeOf(number));
    default:
      return undefined;
  }
}

export function trueValue(
  world: TableWorld,
  source: Thing | undefined,
  on: string,
  name: string,
  n: number,
): unknown {
  const field = fieldOf(world, on, name);
  if (!field) return source && identityOf(source, name);
  if (source && isUnavailable(world, source, field)) return null;
  const given =
    source && field.requires !== undefined ? requiredOf(world, source, fieldSet(field.requires)) : undefined;
  return computed(world, source, field, n, given);
}

/** What an operation on the whole must bring: a resolver of all fields. */
export const tableTruth =
  (world: TableWorld): GraphQLFieldResolver<any, unknown> =>
  (source, { n = 1 }, _context, { fieldName, parentType }) =>
    trueValue(world, source, parentType.name, fieldName, n);

export const each = (value: unknown, map: (one: any) => unknown): unknown =>
  Array.isArray(value) ? value.map((one) => each(one, map)) : value === null ? null : map(value);

/** What a field set is of an object. */
export function requiredOf(
  world: TableWorld,
  source: Thing,
  { selections }: SelectionSetNode,
): Record<string, unknown> {
  const parts = selections.map((one): Record<string, unknown> => {
    if (one.kind === Kind.INLINE_FRAGMENT)
      return one.typeCondition?.name.value === source.__typename
        ? requiredOf(world, source, one.selectionSet)
        : {};
    if (one.kind !== Kind.FIELD) return {};
    const { name, selectionSet } = one;
    const value = trueValue(world, source, source.__typename, name.value, argumentIn(one));
    return {
      [name.value]: selectionSet
        ? each(value, (inner: Thing) => requiredOf(world, inner, selectionSet))
        : value,
    };
  });
  return Object.assign({}, ...parts);
}

const argumentIn = ({ arguments: given = [] }: FieldNode): number => {
  const [first] = given;
  return first?.value.kind === Kind.INT ? Number(first.value.value) : 1;
};
