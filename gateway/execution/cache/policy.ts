import type { FetchNode } from '@apollo/query-planner';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentAt } from '../../operation/fragments.ts';
import type { Annotations, CacheControl } from '../../supergraph/annotations.ts';
import { isOfType } from '../compiled/rewrites.ts';
import type { CacheConfig } from './config.ts';

/** How long, and for whom, an answer is kept. Seconds. */
export interface CachePolicy {
  /** More than 0. */
  readonly maxAge: number;
  readonly isPrivate: boolean;
  /** After `maxAge`: given out while a new one is fetched. */
  readonly staleWhileRevalidate: number;
  /** After `maxAge`: given out if there is no new one to be had. */
  readonly staleIfError: number;
}

type Variables = Record<string, unknown>;

/** What a fetch's parts are kept by; a part is one entity, or the whole of a fetch of root fields. */
export interface FetchPolicy {
  /** False if nothing of it is ever kept. */
  readonly mayKeep: boolean;
  /** undefined if it is not to be kept. @param typename of the entity; undefined for root fields */
  policyOf(typename: string | undefined): CachePolicy | undefined;
  /** Tags of root fields; undefined if one cannot be told, so that the answer could not be invalidated by it. */
  rootTags(variables: Variables): readonly string[] | undefined;
  /** Tags of an entity; undefined if one cannot be told. @param representation as JSON */
  entityTags(typename: string, representation: string): readonly string[] | undefined;
}

export interface PolicyOptions {
  readonly schema: GraphQLSchema;
  readonly annotations: Annotations;
  readonly config: CacheConfig;
}

/** The rules of one subgraph, by coordinate. */
interface Rules {
  hintOf(coordinate: string): CacheControl | undefined;
  isGuarded(coordinate: string): boolean;
  tagsOf(coordinate: string): readonly string[];
  readonly defaultMaxAge: number;
  readonly defaultScope: 'PUBLIC' | 'PRIVATE';
}

/** The most restrictive of what it was told so far. */
interface Overall {
  maxAge: number;
  isPrivate: boolean;
}

const none: FetchPolicy = {
  mayKeep: false,
  policyOf: () => undefined,
  rootTags: () => undefined,
  entityTags: () => undefined,
};

/**
 * The policy of a fetch: that of its most restrictive field, by the rules of
 * https://www.apollographql.com/docs/apollo-server/performance/caching. Root fields, and fields that return objects,
 * are not kept unless something is said of them or of their type; all others live as long as what they are in.
 *
 * One thing is more careful than there: what only some viewers may see (`@authenticated` and the like) is private
 * unless it says itself that it is public.
 */
export function compilePolicy(node: FetchNode, document: DocumentNode, options: PolicyOptions): FetchPolicy {
  const { schema, annotations, config } = options;
  const own = config.subgraphs[node.serviceName];
  if (own?.enabled === false) return none;
  const rules: Rules = {
    hintOf: (coordinate) => {
      const said = Object.hasOwn(config.coordinates, coordinate) ? config.coordinates[coordinate] : undefined;
      const annotated = annotations.cacheControl.get(coordinate);
      if (!said) return annotated;
      return {
        maxAge: said.maxAge ?? (said.inheritMaxAge === true ? undefined : annotated?.maxAge),
        scope: said.scope ?? annotated?.scope,
        inheritMaxAge: said.inheritMaxAge ?? annotated?.inheritMaxAge ?? false,
      };
    },
    isGuarded: (coordinate) => annotations.access.has(coordinate),
    tagsOf: (coordinate) => [
      ...(annotations.cacheTags.get(coordinate) ?? []),
      ...((Object.hasOwn(config.coordinates, coordinate) && config.coordinates[coordinate]?.tags) || []),
    ],
    defaultMaxAge: own?.maxAge ?? config.maxAge ?? 0,
    defaultScope: own?.scope ?? config.scope ?? 'PUBLIC',
  };
  const stale = {
    staleWhileRevalidate: own?.staleWhileRevalidate ?? config.staleWhileRevalidate ?? 0,
    staleIfError: own?.staleIfError ?? config.staleIfError ?? 0,
  };
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const query = schema.getQueryType();
  if (!operation || !query) return none;
  const walk = createWalk(schema, document, rules);
  const finished = ({ maxAge, isPrivate }: Overall): CachePolicy | undefined =>
    maxAge > 0 && maxAge < Infinity ? { maxAge, isPrivate, ...stale } : undefined;

  if (!node.requires) {
    const overall: Overall = { maxAge: Infinity, isPrivate: false };
    walk.selections(query, operation.selectionSet, overall, true);
    const policy = finished(overall);
    const defaults = defaultsOf(operation);
    const tagged = policy ? taggedFields(query.name, document, operation.selectionSet, rules) : [];
    return {
      ...none,
      mayKeep: policy !== undefined,
      policyOf: () => policy,
      rootTags: (variables) => {
        const values = { ...defaults, ...variables };
        return allOrNone(
          tagged.flatMap(({ field, formats }) => {
            const args = argumentsOf(query, field, values);
            return formats.map((format) => formatTag(format, '$args', args));
          }),
        );
      },
    };
  }

  const [entities] = operation.selectionSet.selections;
  const selectionSet = entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
  if (!selectionSet) return none;
  const known = new Map<string, CachePolicy | undefined>();
  const formats = new Map<string, readonly string[]>();
  return {
    ...none,
    mayKeep: true,
    policyOf(typename = '') {
      if (known.has(typename)) return known.get(typename);
      const type = schema.getType(typename);
      if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
      const overall: Overall = { maxAge: Infinity, isPrivate: false };
      walk.entity(type, selectionSet, overall);
      const policy = finished(overall);
      known.set(typename, policy);
      return policy;
    },
    entityTags(typename, representation) {
      let own = formats.get(typename);
      if (!own) formats.set(typename, (own = rules.tagsOf(typename)));
      if (own.length === 0) return own;
      const values = JSON.parse(representation) as Variables;
      return allOrNone(own.map((format) => formatTag(format, '$key', values)));
    },
  };
}

function createWalk(schema: GraphQLSchema, document: DocumentNode, rules: Rules) {
  const restrict = (overall: Overall, { maxAge, scope }: Partial<CacheControl>, guarded = false): void => {
    if (maxAge !== undefined) overall.maxAge = Math.min(overall.maxAge, maxAge);
    if ((scope ?? (guarded ? 'PRIVATE' : rules.defaultScope)) === 'PRIVATE') overall.isPrivate = true;
  };
  const concrete = (type: GraphQLNamedType): readonly GraphQLNamedType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [];

  /** A type's own rule where a field returns it, and those of all that may stand there. */
  const ofConcrete = (type: GraphQLNamedType, overall: Overall): void => {
    for (const { name } of concrete(type)) {
      const hint = rules.hintOf(name);
      if (hint || rules.isGuarded(name)) restrict(overall, hint ?? {}, rules.isGuarded(name));
    }
  };

  const field = (parent: GraphQLCompositeType, node: FieldNode, overall: Overall, isRoot: boolean): void => {
    const name = node.name.value;
    if (name === '__typename') return;
    const declared = 'getFields' in parent ? parent.getFields()[name] : undefined;
    const returned = declared && getNamedType(declared.type);
    // a field that only the subgraph knows: nothing is known of it
    if (!returned) return void (overall.maxAge = 0);
    const coordinate = `${parent.name}.${name}`;
    const ofType = isCompositeType(returned) ? rules.hintOf(returned.name) : undefined;
    const ofField = rules.hintOf(coordinate);
    const typeMaxAge = ofType?.maxAge;
    let inherits = ofType?.inheritMaxAge === true && typeMaxAge === undefined;
    let maxAge = ofField?.maxAge ?? typeMaxAge;
    if (ofField?.inheritMaxAge === true && typeMaxAge === undefined) [inherits, maxAge] = [true, undefined];
    if (maxAge === undefined && ((isCompositeType(returned) && !inherits) || isRoot))
      maxAge = rules.defaultMaxAge;
    restrict(overall, { maxAge, scope: ofField?.scope ?? ofType?.scope }, rules.isGuarded(returned.name));
    // what a type says of itself says nothing of who may ask for this field, or of this root: nothing returns a root
    if (rules.isGuarded(coordinate) || (isRoot && rules.isGuarded(parent.name)))
      restrict(overall, { scope: ofField?.scope }, true);
    ofConcrete(returned, overall);
    for (const type of concrete(parent)) {
      const hint = rules.hintOf(`${type.name}.${name}`);
      const isGuarded = rules.isGuarded(`${type.name}.${name}`);
      if (hint || isGuarded) restrict(overall, hint ?? {}, isGuarded);
    }
    if (node.selectionSet && isCompositeType(returned)) selections(returned, node.selectionSet, overall);
  };

  const selections = (
    parent: GraphQLCompositeType,
    set: SelectionSetNode,
    overall: Overall,
    isRoot = false,
    only?: GraphQLCompositeType,
  ): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        field(parent, selection, overall, isRoot);
        continue;
      }
      const fragment = fragmentAt(document, selection);
      if (!fragment) continue;
      const on = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : parent;
      if (!isCompositeType(on)) overall.maxAge = 0;
      // an interface that is known by its name only may be of any type
      else if (!only || isAbstractType(only) || isOfType(schema, only.name, on.name))
        selections(on, fragment.selectionSet, overall, isRoot, only);
    }
  };

  return {
    selections,
    /** An entity is asked for like a root field that returns its type. */
    entity(type: GraphQLCompositeType, set: SelectionSetNode, overall: Overall): void {
      const { maxAge = rules.defaultMaxAge, scope } = rules.hintOf(type.name) ?? {};
      restrict(overall, { maxAge, scope }, rules.isGuarded(type.name));
      ofConcrete(type, overall);
      selections(type, set, overall, false, type);
    },
  };
}

interface Tagged {
  readonly field: FieldNode;
  readonly formats: readonly string[];
}

function taggedFields(type: string, document: DocumentNode, set: SelectionSetNode, rules: Rules): Tagged[] {
  return set.selections.flatMap((selection): Tagged[] => {
    if (selection.kind === Kind.FIELD) {
      const formats = rules.tagsOf(`${type}.${selection.name.value}`);
      return formats.length > 0 ? [{ field: selection, formats }] : [];
    }
    const fragment = fragmentAt(document, selection);
    return fragment ? taggedFields(type, document, fragment.selectionSet, rules) : [];
  });
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Variables =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );

/** Arguments as the subgraph will have them. */
function argumentsOf(query: GraphQLObjectType, node: FieldNode, variables: Variables): Variables {
  const declared = query.getFields()[node.name.value]?.args ?? [];
  const values = declared.map(({ name, defaultValue }) => {
    const given = node.arguments?.find((one) => one.name.value === name);
    const value = given && (valueFromASTUntyped(given.value, variables) as unknown);
    return [name, value === undefined ? defaultValue : value] as const;
  });
  return Object.fromEntries(values);
}

const allOrNone = (tags: readonly (string | undefined)[]): readonly string[] | undefined =>
  tags.every((tag) => tag !== undefined) ? tags : undefined;

/**
 * A tag by its format, such as `title-{$key.id}`.
 * @returns undefined if something in it has no value
 */
export function formatTag(format: string, source: '$key' | '$args', values: Variables): string | undefined {
  let isWhole = true;
  const tag = format.replaceAll(/\{([^}]*)\}/g, (_braces, reference: string) => {
    const [from, ...path] = reference.trim().split('.');
    let value: unknown = from === source ? values : undefined;
    for (const key of path)
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Variables)[key]
          : undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    isWhole = false;
    return '';
  });
  return isWhole ? tag : undefined;
}
