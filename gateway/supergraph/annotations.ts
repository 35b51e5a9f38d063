import { FeatureUrl } from '@apollo/federation-internals';
import {
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql';
import { argumentsOf } from './joins.ts';
import { importsOf } from './link-imports.ts';
import { SupergraphError } from './supergraph-error.ts';

/** Who may see something: all that is given must hold. Scopes and policies are alternatives, each a list of all needed. */
export interface AccessRule {
  readonly authenticated: boolean;
  readonly scopes: readonly (readonly string[])[] | undefined;
  readonly policies: readonly (readonly string[])[] | undefined;
}

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#listsize */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that say how long the list may be. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that are the list, for pages; empty if the field itself is. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

export interface CacheControl {
  /** Seconds; undefined if only the scope is said. */
  readonly maxAge: number | undefined;
  readonly scope: 'PUBLIC' | 'PRIVATE' | undefined;
  readonly inheritMaxAge: boolean;
}

/**
 * What a supergraph says of its parts besides how they are joined, by schema coordinate: `Type`, `Type.field`,
 * `Type.field(argument:)`, and `Type.name` for input fields and enum values.
 */
export interface Annotations {
  readonly access: ReadonlyMap<string, AccessRule>;
  readonly cost: ReadonlyMap<string, number>;
  readonly listSize: ReadonlyMap<string, ListSize>;
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
  readonly cacheControl: ReadonlyMap<string, CacheControl>;
  /** Formats of `@cacheTag`, such as `title-{$key.id}`. */
  readonly cacheTags: ReadonlyMap<string, readonly string[]>;
  /** Labels of progressive `@override`. */
  readonly overrideLabels: ReadonlyMap<string, readonly string[]>;
  /** Names of all fields in keys, `@requires`, `@provides` and contexts, whatever their types. */
  readonly joinedBy: ReadonlySet<string>;
}

/** Specifications of https://specs.apollo.dev and their directives that are read here. */
const specifications: ReadonlyMap<string, readonly string[]> = new Map([
  ['authenticated', ['authenticated']],
  ['requiresScopes', ['requiresScopes']],
  ['policy', ['policy']],
  ['cost', ['cost', 'listSize']],
  ['tag', ['tag']],
  ['cacheTag', ['cacheTag']],
]);
/** Belongs to no specification of its own: whoever composes it links it from wherever they like. */
const CACHE_CONTROL = 'cacheControl';

type Arguments = Record<string, unknown>;

/**
 * Reads the annotations of a supergraph. Directives are found under the names that `@link` gives them; those that the
 * composer carries in `@join__directive` are read from there.
 * @throws {SupergraphError} naming the place of an argument that is not of its specification's form
 */
export function readAnnotations(document: DocumentNode): Annotations {
  const names = directiveNames(document);
  const access = new Map<string, AccessRule>();
  const cost = new Map<string, number>();
  const listSize = new Map<string, ListSize>();
  const tags = new Map<string, Set<string>>();
  const cacheControl = new Map<string, CacheControl>();
  const cacheTags = new Map<string, string[]>();
  const overrideLabels = new Map<string, string[]>();
  const joinedBy = new Set<string>();

  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    for (const directive of directives ?? []) {
      const { name, args } = unwrapped(directive, names);
      /** The argument, which is of a form that only its specification promises. */
      const checked = <Value>(argument: string, isOfForm: (value: unknown) => value is Value): Value => {
        const value = args[argument];
        if (isOfForm(value)) return value;
        throw new SupergraphError(
          `@${name} of "${coordinate}" has a value for "${argument}" that its specification does not allow.`,
        );
      };
      switch (name) {
        case 'authenticated':
          access.set(coordinate, { ...ruleAt(access, coordinate), authenticated: true });
          break;
        case 'requiresScopes':
          access.set(coordinate, {
            ...ruleAt(access, coordinate),
            scopes: checked('scopes', isAlternatives),
          });
          break;
        case 'policy':
          access.set(coordinate, {
            ...ruleAt(access, coordinate),
            policies: checked('policies', isAlternatives),
          });
          break;
        case 'cost':
          cost.set(coordinate, checked('weight', isFiniteNumber));
          break;
        case 'listSize':
          listSize.set(coordinate, {
            assumedSize: checked('assumedSize', isOptional(isFiniteNumber)) ?? undefined,
            slicingArguments: checked('slicingArguments', isOptional(isNames)) ?? [],
            sizedFields: checked('sizedFields', isOptional(isNames)) ?? [],
            requireOneSlicingArgument: args['requireOneSlicingArgument'] !== false,
          });
          break;
        case 'tag':
          tags.set(coordinate, (tags.get(coordinate) ?? new Set()).add(String(args['name'])));
          break;
        case 'cacheControl':
          cacheControl.set(
            coordinate,
            strictest(cacheControl.get(coordinate), {
              maxAge: (args['maxAge'] as number | null | undefined) ?? undefined,
              scope: (args['scope'] as CacheControl['scope'] | null) ?? undefined,
              inheritMaxAge: args['inheritMaxAge'] === true,
            }),
          );
          break;
        case 'cacheTag':
          cacheTags.set(coordinate, [
            ...new Set([...(cacheTags.get(coordinate) ?? []), String(args['format'])]),
          ]);
          break;
        case 'join__type':
          addNames(joinedBy, args['key']);
          break;
        case 'join__field':
          addNames(joinedBy, args['requires'], args['provides'], JSON.stringify(args['contextArguments']));
          if (typeof args['overrideLabel'] === 'string')
            overrideLabels.set(coordinate, [
              ...new Set([...(overrideLabels.get(coordinate) ?? []), args['overrideLabel']]),
            ]);
      }
    }
  };
  const readMember = (type: string, member: FieldDefinitionNode | InputValueDefinitionNode): void => {
    const coordinate = `${type}.${member.name.value}`;
    read(coordinate, member.directives);
    if (member.kind === Kind.FIELD_DEFINITION)
      for (const argument of member.arguments ?? [])
        read(`${coordinate}(${argument.name.value}:)`, argument.directives);
  };

  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name || definition.kind === Kind.DIRECTIVE_DEFINITION)
      continue;
    const type = definition.name.value;
    read(type, 'directives' in definition ? (definition.directives as ConstDirectiveNode[]) : undefined);
    if ('fields' in definition) for (const field of definition.fields ?? []) readMember(type, field);
    if ('values' in definition)
      for (const value of definition.values ?? []) read(`${type}.${value.name.value}`, value.directives);
  }
  return { access, cost, listSize, tags, cacheControl, cacheTags, overrideLabels, joinedBy };
}

/**
 * What holds where several subgraphs have said something of one type or field: the lowest age, and private if one says
 * so. An age that is said is never above an inherited one, which has been reckoned with where it comes from.
 */
function strictest(one: CacheControl | undefined, other: CacheControl): CacheControl {
  if (!one) return other;
  const ages = [one.maxAge, other.maxAge].filter((age) => age !== undefined);
  const scopes = [one.scope, other.scope];
  return {
    maxAge: ages.length > 0 ? Math.min(...ages) : undefined,
    scope: scopes.includes('PRIVATE') ? 'PRIVATE' : (one.scope ?? other.scope),
    inheritMaxAge: ages.length === 0 && (one.inheritMaxAge || other.inheritMaxAge),
  };
}

/** Adds every name in some selections. */
function addNames(names: Set<string>, ...selections: readonly unknown[]): void {
  for (const selection of selections)
    if (typeof selection === 'string')
      for (const [name] of selection.matchAll(/[A-Za-z_]\w*/g)) names.add(name);
}

const noRule: AccessRule = { authenticated: false, scopes: undefined, policies: undefined };
const ruleAt = (rules: ReadonlyMap<string, AccessRule>, coordinate: string): AccessRule =>
  rules.get(coordinate) ?? noRule;

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);
const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const isAlternatives = (value: unknown): value is string[][] => Array.isArray(value) && value.every(isNames);
const isOptional =
  <Value>(isOfForm: (value: unknown) => value is Value) =>
  (value: unknown): value is Value | null | undefined =>
    value === undefined || value === null || isOfForm(value);

/** The specification's own name of a directive, and its arguments; an empty name if no specification has it. */
function unwrapped(
  directive: ConstDirectiveNode,
  names: ReadonlyMap<string, string>,
): { name: string; args: Arguments } {
  const args = argumentsOf(directive);
  if (directive.name.value !== 'join__directive')
    return { name: names.get(directive.name.value) ?? '', args };
  // composition writes `federation__cacheTag`, whatever its subgraphs call it
  const name = String(args['name']).replace(/^federation__/, '');
  return { name: carried.has(name) ? name : '', args: (args['args'] as Arguments) ?? {} };
}

/** What `@join__directive` may carry. */
const carried: ReadonlySet<string> = new Set([...[...specifications.values()].flat(), CACHE_CONTROL]);

/**
 * Names that directives have in this document, each with its specification's own. A name holds only as a `@link` gives
 * it: subgraphs may have a directive of their own under one that a specification has, and link that under another.
 */
function directiveNames({ definitions }: DocumentNode): Map<string, string> {
  const names = new Map([
    ['join__type', 'join__type'],
    ['join__field', 'join__field'],
  ]);
  const taken = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const args = argumentsOf(directive);
      const url = typeof args['url'] === 'string' ? FeatureUrl.maybeParse(args['url']) : undefined;
      const imports = importsOf(directive);
      for (const { name, as } of imports) {
        taken.add(as);
        if (name === `@${CACHE_CONTROL}`) names.set(as.slice(1), CACHE_CONTROL);
      }
      if (!url) continue;
      const prefix = typeof args['as'] === 'string' ? args['as'] : url.name;
      const isOfApollo = url.identity === `https://specs.apollo.dev/${url.name}`;
      const known = isOfApollo ? specifications.get(url.name) : undefined;
      for (const own of known ?? (url.name === CACHE_CONTROL ? [CACHE_CONTROL] : [])) {
        const imported = imports.find(({ name }) => name === `@${own}`);
        const byDefault = own === url.name ? prefix : `${prefix}__${own}`;
        names.set(imported ? imported.as.slice(1) : byDefault, own);
      }
    }
  }
  // what no link speaks of is what it is called: @cacheControl may be used without one, and a guard must not be lost
  const linked = new Set(names.values());
  for (const own of carried) if (!linked.has(own) && !taken.has(`@${own}`)) names.set(own, own);
  return names;
}
