import {
  Kind,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql';

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

/** Specifications whose directives may be renamed on import. */
const specifications = [
  'authenticated',
  'requiresScopes',
  'policy',
  'cost',
  'tag',
  'cacheTag',
  'cacheControl',
];
/** Belongs to no specification of its own: whoever composes it links it from wherever they like. */
const CACHE_CONTROL = '@cacheControl';

type Arguments = Record<string, unknown>;

/**
 * Reads the annotations of a supergraph. Directives are found under the names that `@link` gives them; those that the
 * composer carries in `@join__directive` are read from there.
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
      switch (name) {
        case 'authenticated':
          access.set(coordinate, { ...ruleAt(access, coordinate), authenticated: true });
          break;
        case 'requiresScopes':
          access.set(coordinate, { ...ruleAt(access, coordinate), scopes: args['scopes'] as string[][] });
          break;
        case 'policy':
          access.set(coordinate, { ...ruleAt(access, coordinate), policies: args['policies'] as string[][] });
          break;
        case 'cost':
          cost.set(coordinate, Number(args['weight']));
          break;
        case 'listSize':
          listSize.set(coordinate, {
            assumedSize: args['assumedSize'] as number | undefined,
            slicingArguments: (args['slicingArguments'] as string[] | undefined) ?? [],
            sizedFields: (args['sizedFields'] as string[] | undefined) ?? [],
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

/** The specification's own name of a directive, and its arguments. */
function unwrapped(
  directive: ConstDirectiveNode,
  names: ReadonlyMap<string, string>,
): { name: string; args: Arguments } {
  const args: Arguments = Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
  const name = directive.name.value;
  if (name !== 'join__directive') return { name: names.get(name) ?? name, args };
  const carried = String(args['name']);
  return { name: carried.slice(carried.lastIndexOf('_') + 1), args: (args['args'] as Arguments) ?? {} };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Names that directives have in this document, each with the specification's own. */
function directiveNames(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const args: Arguments = Object.fromEntries(
        (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
      );
      const [, specification = ''] = /\/([A-Za-z]\w*)\/v\d+\.\d+$/.exec(textOf(args['url'])) ?? [];
      const isKnown = specifications.includes(specification);
      if (isKnown) {
        const prefix = textOf(args['as']) || specification;
        names.set(prefix, specification);
        if (specification === 'cost') names.set(`${prefix}__listSize`, 'listSize');
      }
      for (const imported of (args['import'] as (string | { name: string; as?: string })[] | undefined) ??
        []) {
        const { name, as = name } = typeof imported === 'string' ? { name: imported } : imported;
        if (isKnown || name === CACHE_CONTROL) names.set(as.replace(/^@/, ''), name.replace(/^@/, ''));
      }
    }
  }
  return names;
}
