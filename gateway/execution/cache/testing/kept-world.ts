import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  getNamedType,
  GraphQLError,
  isAbstractType,
  isCompositeType,
  parse,
  type FormattedExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { hash, type Random } from '../../compiled/testing/random.ts';
import { link } from '../../../testing/compose.ts';
import type { CacheConfig } from '../config.ts';

/** What a value is: whose, and of what. */
interface Value {
  readonly coordinate: string;
  readonly id: string;
  readonly args: Record<string, unknown>;
}

/** What a value tells, as JSON: what it is, and by which call of which subgraph it came. */
export interface Told extends Value {
  /** Coordinates from the root of the call on down to it; an entity's type is the first. */
  readonly trail: readonly string[];
  /** By which all of the call, or the entity, is invalidated, as far as this value can tell. */
  readonly tags: readonly string[];
  readonly subgraph: string;
  readonly viewer: string;
  /** Step in which its subgraph read it. */
  readonly read: number;
  /** Second in which its subgraph answered. */
  readonly time: number;
}

export const SUBGRAPHS: Readonly<Record<string, string>> = {
  catalog: `
    type Query {
      title(pick: Pick = A): Title @cacheTag(format: "root-{$args.pick}")
      media(pick: Pick! = B): Media
      titles(picks: [Pick!]! = [A, C]): [Title]
      now: String
    }
    enum Pick { A B C }
    interface Media { id: ID!  name: String  length: String }
    type Title implements Media @key(fields: "id") {
      id: ID!  name: String  length: String  song: Song  info: Info
    }
    type Song implements Media @key(fields: "id") { id: ID!  name: String  length: String }
    type Info { text: String  title: Title  media: [Media] }`,
  prices: `
    type Title @key(fields: "id") @cacheTag(format: "title-{$key.id}") {
      id: ID!  price(pick: Pick = C): String  mine: String  length: String @external
      weight: String @requires(fields: "length")  offer: Offer
    }
    enum Pick { A B C }
    type Offer { text: String  song: Song }
    type Song @key(fields: "id", resolvable: false) { id: ID! }`,
  songs: `
    type Song @key(fields: "id") @cacheTag(format: "song-{$key.id}") @cacheTag(format: "songs") {
      id: ID!  tune: String  likes: [Title]
    }
    type Title @key(fields: "id", resolvable: false) { id: ID! }`,
};

export const TAGS = ['root-A', 'title-t0', 'title-t1', 'song-s0', 'songs'];

/** What fields hold that are no values. */
const HELD: Readonly<Record<string, string>> = {
  'Query.title': 'Title',
  'Query.titles': 'Title',
  'Query.media': 'Media',
  'Title.song': 'Song',
  'Title.info': 'Info',
  'Info.title': 'Title',
  'Info.media': 'Media',
  'Title.offer': 'Offer',
  'Offer.song': 'Song',
  'Song.likes': 'Title',
};
const BROAD = ['Query.title', 'Query.titles', 'Query.media', 'Title', 'Song', 'Info', 'Offer'];
const NARROW = ['Media', 'Query.now', 'Title.name', 'Media.length', 'Title.length', 'Song.name', 'Song.tune'];
const FINE = ['Info.text', 'Offer.text', 'Title.price', 'Title.mine', 'Title.weight', ...Object.keys(HELD)];

/** Ages and scopes of some types and fields. */
export function generateRules(random: Random): CacheConfig {
  const coordinates: CacheConfig['coordinates'] = {};
  for (const coordinate of new Set([...BROAD, ...NARROW, ...FINE])) {
    const isBroad = BROAD.includes(coordinate);
    if (!random.chance(isBroad ? 85 : 25)) continue;
    coordinates[coordinate] = {
      ...(random.chance(15)
        ? { inheritMaxAge: true }
        : { maxAge: random.pick(isBroad ? [5, 10, 30] : [0, 3, 10]) }),
      ...(random.chance(isBroad ? 10 : 25) && { scope: random.pick(['PRIVATE', 'PRIVATE', 'PUBLIC']) }),
    };
  }
  return {
    maxAge: random.pick([0, 0, 6]),
    staleWhileRevalidate: random.pick([0, 4, 12]),
    staleIfError: random.pick([0, 5, 20]),
    ...(random.chance(10) && { scope: 'PRIVATE' }),
    subgraphs: random.chance(20) ? { prices: { maxAge: random.pick([0, 7]), staleIfError: 15 } } : {},
    coordinates,
  };
}

/** How old a value may be, in seconds, and whether it is for its viewer alone: as all say that are on its trail. */
export function ruleFor(
  { trail, subgraph }: Told,
  rules: CacheConfig,
): { maxAge: number; isPrivate: boolean } {
  const byDefault = rules.subgraphs[subgraph]?.maxAge ?? rules.maxAge ?? 0;
  let maxAge = Infinity;
  let isPrivate = false;
  for (const [at, coordinate] of trail.entries()) {
    const isField = coordinate.includes('.');
    const type = isField ? HELD[coordinate] : coordinate;
    const ofField = isField ? rules.coordinates[coordinate] : undefined;
    const ofType = type === undefined ? undefined : rules.coordinates[type];
    const said = ofField?.maxAge ?? ofType?.maxAge;
    const inherits = isField && (ofField?.inheritMaxAge === true || ofType?.inheritMaxAge === true);
    if (said !== undefined) maxAge = Math.min(maxAge, said);
    else if (at === 0 || (type !== undefined && !inherits)) maxAge = Math.min(maxAge, byDefault);
    isPrivate ||= (ofField?.scope ?? ofType?.scope ?? rules.scope) === 'PRIVATE';
  }
  return { maxAge, isPrivate };
}

interface Thing {
  readonly __typename: string;
  readonly id: string;
}

const thing = (type: string, ...of: unknown[]): Thing | null => {
  const number = hash(type, ...of) % 7;
  return number === 6 ? null : { __typename: type, id: `${type[0]?.toLowerCase()}${number % 3}` };
};

/** The things that a field holds, the same ones always. */
function heldBy({ coordinate, id, args }: Value): unknown {
  switch (coordinate) {
    case 'Query.media':
      return thing(args['pick'] === 'A' ? 'Song' : 'Title', args['pick']);
    case 'Query.titles':
      return (args['picks'] as unknown[]).map((pick) => thing('Title', pick));
    case 'Info.media':
      return [thing('Song', id), thing('Title', id)];
    case 'Song.likes':
      return [thing('Title', id, 1), thing('Title', id, 2)];
    case 'Title.info':
    case 'Title.offer':
      return { __typename: HELD[coordinate], id };
    default:
      return thing(HELD[coordinate] ?? '', coordinate, id, args['pick']);
  }
}

const valueOf = (
  source: Thing | undefined,
  args: object,
  { parentType, fieldName }: GraphQLResolveInfo,
): Value => ({
  coordinate: `${parentType.name}.${fieldName}`,
  id: source?.id ?? '',
  args: { ...args },
});
const isHolding = ({ returnType }: GraphQLResolveInfo): boolean => isCompositeType(getNamedType(returnType));
const typeOf = (value: unknown): string => (value as Thing).__typename;

/** The answer to an operation, as far as it does not depend on when it is asked, and by whom. */
export async function truthOf(
  schema: GraphQLSchema,
  query: string,
  variableValues: Record<string, unknown>,
): Promise<unknown> {
  const fieldResolver: GraphQLFieldResolver<Thing | undefined, unknown> = (source, args, _, info) => {
    if (info.fieldName === 'id') return source?.id;
    const value = valueOf(source, args as object, info);
    return isHolding(info) ? heldBy(value) : JSON.stringify(value);
  };
  const document = parse(query);
  const { data } = await execute({ schema, document, variableValues, fieldResolver, typeResolver: typeOf });
  return data;
}

/** What a subgraph knows of a call. */
export interface Asked extends Pick<Told, 'subgraph' | 'viewer' | 'read'> {
  /** Whether its next field fails. */
  fails(): boolean;
}

interface Source extends Thing, Pick<Told, 'trail' | 'tags'> {}

/** A subgraph, without its way to the gateway. The time of its answer is to be filled in when that is sent. */
export function createKeptSubgraph(
  name: string,
): (query: string, variables: Record<string, unknown>, asked: Asked) => Promise<FormattedExecutionResult> {
  const schema = buildSubgraphSchema({ typeDefs: parse(link + SUBGRAPHS[name]) });
  const fieldResolver: GraphQLFieldResolver<Source | undefined, Asked> = (source, args, asked, info) => {
    if (info.fieldName === 'id') return source?.id;
    const { subgraph, viewer, read } = asked;
    if (asked.fails()) throw new GraphQLError('No.');
    const value = valueOf(source, args as object, info);
    const trail = [...(source?.trail ?? []), value.coordinate];
    const tags =
      source?.tags ?? (value.coordinate === 'Query.title' ? [`root-${String(value.args['pick'])}`] : []);
    const marked = (one: unknown): unknown =>
      Array.isArray(one) ? one.map(marked) : one === null ? null : { ...(one as Thing), trail, tags };
    if (isHolding(info)) return marked(heldBy(value));
    return JSON.stringify({ ...value, trail, tags, subgraph, viewer, read, time: 0 } satisfies Told);
  };
  for (const type of Object.values(schema.getTypeMap())) if (isAbstractType(type)) type.resolveType = typeOf;
  const { _entities: entities } = schema.getQueryType()?.getFields() ?? {};
  if (entities)
    entities.resolve = (_source, { representations }: { representations: Thing[] }) =>
      representations.map(({ __typename, id }): Source => {
        const tags = __typename === 'Title' ? [`title-${id}`] : [`song-${id}`, 'songs'];
        return { __typename, id, trail: [__typename], tags };
      });
  return async (source, variableValues, contextValue) =>
    execute({ schema, document: parse(source), variableValues, contextValue, fieldResolver }) as never;
}
