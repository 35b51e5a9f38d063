import { Kind, type SelectionSetNode } from 'graphql';
import { fieldSet } from '../../../supergraph/joins.ts';
import type { SubgraphSource } from './served.ts';
import {
  type Key,
  type Thing,
  HOMES,
  NUMBERS,
  THING,
  ABSTRACT,
  topNames,
  identitiesIn,
  fieldOf,
  entity,
  computed,
  identityOf,
  trueValue,
  each,
  requiredOf,
  type TableWorld,
} from './table-world.ts';

/** Types of fields by which an entity is told. */
const identityTypes: Readonly<Record<string, (type: string) => string>> = {
  id: () => 'ID!',
  code: () => 'String!',
  a: () => 'Int!',
  b: () => 'Int!',
  ref: () => 'Ref!',
  home: (type) => `${HOMES[type]}!`,
};

/** @param active labels of `@override` that count when a subgraph is asked */
export const tableSubgraphs = (
  world: TableWorld,
  active: ReadonlySet<string> = new Set(),
): Record<string, SubgraphSource> =>
  Object.fromEntries(world.graphs.map((graph) => [`g${graph}`, subgraphOf(world, graph, active)]));

type Role = 'own' | 'external' | 'overridden';

/** What a subgraph has of each type. */
function rolesIn(world: TableWorld, graph: number): Map<string, Map<string, Role>> {
  const roles = new Map<string, Map<string, Role>>();
  const members = new Map<string, Set<string>>();
  const of = (type: string): Map<string, Role> => {
    const known = roles.get(type) ?? new Map<string, Role>();
    roles.set(type, known);
    return known;
  };
  const need = (type: string, name: string, role: Role): void => {
    const own = of(type);
    if (!own.has(name)) own.set(name, role);
  };
  for (const field of world.fields) {
    if (field.owners.includes(graph)) need(field.on, field.name, 'own');
    if (field.overridden === graph)
      need(field.on, field.name, field.label === undefined ? 'overridden' : 'own');
  }
  for (const type of world.entities)
    for (const name of identitiesIn(world, graph, type)) need(type, name, 'own');
  const visit = (type: string, { selections }: SelectionSetNode): void => {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value ?? type;
        members.set(type, (members.get(type) ?? new Set()).add(condition));
        visit(condition, one.selectionSet);
      }
      if (one.kind !== Kind.FIELD) continue;
      need(type, one.name.value, 'external');
      const field = fieldOf(world, type, one.name.value);
      if (field && one.selectionSet) visit(field.of, one.selectionSet);
    }
  };
  for (const { on, of: to, owners, requires, provides } of world.fields) {
    if (!owners.includes(graph)) continue;
    if (requires !== undefined) visit(on, fieldSet(requires));
    if (provides !== undefined) visit(to, fieldSet(provides));
  }
  for (const type of ABSTRACT) {
    const all = [...(world.members[graph]?.get(type) ?? []), ...(members.get(type) ?? [])];
    if (all.length === 0) continue;
    for (const member of all) {
      need(type, member, 'own');
      of(member);
      for (const name of world.declared[graph]?.get(type) ?? []) need(member, name, 'external');
    }
  }
  for (const [type, own] of roles)
    if (!ABSTRACT.includes(type))
      for (const name of own.keys()) {
        const field = fieldOf(world, type, name);
        if (field && world.entities.includes(field.of)) of(field.of);
      }
  return roles;
}

function subgraphOf(world: TableWorld, graph: number, active: ReadonlySet<string>): SubgraphSource {
  const roles = rolesIn(world, graph);
  const keysOf = (type: string): readonly Key[] => {
    const own = world.keys[graph]?.get(type) ?? [];
    return own.length > 0 ? own : [{ fields: 'id', resolvable: false }];
  };
  const keyText = ({ fields, resolvable }: Key): string =>
    `@key(fields: "${fields}"${resolvable ? '' : ', resolvable: false'})`;
  const fieldText = (type: string, name: string, role: Role): string => {
    const field = fieldOf(world, type, name);
    if (!field) return `${name}: ${identityTypes[name]?.(type)} @shareable`;
    const { wrap, of, hasArgument, requires, provides, overridden, label, shared } = field;
    const takesOver = overridden !== undefined && overridden !== graph && graph === field.owners[0];
    const directives =
      role === 'external'
        ? ['@external']
        : role === 'overridden'
          ? []
          : [
              requires === undefined ? '' : `@requires(fields: "${requires}")`,
              provides === undefined ? '' : `@provides(fields: "${provides}")`,
              takesOver
                ? `@override(from: "g${overridden}"${label === undefined ? '' : `, label: "${label}"`})`
                : '',
              shared ? '@shareable' : '',
            ];
    return `${name}${hasArgument ? '(n: Int = 1)' : ''}: ${wrap.replace('_', of)} ${directives.filter(Boolean).join(' ')}`;
  };
  const implementing = [...(roles.get(THING)?.keys() ?? [])];
  const definitions: string[] = [];
  let hasRef = false;
  for (const [type, own] of roles) {
    if (type === THING) {
      const names = world.declared[graph]?.get(THING) ?? [];
      definitions.push(`interface ${THING} {\n  ${names.map((name) => `${name}: Int`).join('\n  ')}\n}`);
    } else if (ABSTRACT.includes(type)) definitions.push(`union ${type} = ${[...own.keys()].join(' | ')}`);
    else {
      const isEntity = world.entities.includes(type);
      const keys = isEntity ? keysOf(type) : [];
      for (const { fields } of keys)
        for (const name of topNames(fields)) if (!own.has(name)) own.set(name, 'own');
      if (own.has('ref')) hasRef = true;
      const lines = [...own].map(([name, role]) => fieldText(type, name, role));
      definitions.push(
        `type ${type} ${implementing.includes(type) ? `implements ${THING}` : ''} ${keys.map(keyText).join(' ')} {\n  ${lines.join('\n  ')}\n}`,
      );
    }
  }
  if (hasRef) definitions.push('type Ref @shareable {\n  num: Int!\n}');
  if (definitions.some((one) => one.includes('Color')))
    definitions.push(`enum Color { ${world.colors[graph]?.join(' ')} }`);

  const withProvided = (value: unknown, provided: readonly SelectionSetNode[]): unknown =>
    provided.length === 0 ? value : each(value, (one) => ({ ...one, provided }));
  const providedIn = (type: string, sets: readonly SelectionSetNode[], name: string) =>
    sets.flatMap((set): { readonly selectionSet?: SelectionSetNode | undefined }[] =>
      set.selections.flatMap((one) => {
        if (one.kind === Kind.INLINE_FRAGMENT)
          return one.typeCondition?.name.value === type
            ? one.selectionSet.selections.flatMap((inner) =>
                inner.kind === Kind.FIELD && inner.name.value === name ? [inner] : [],
              )
            : [];
        return one.kind === Kind.FIELD && one.name.value === name ? [one] : [];
      }),
    );
  /** Whether the subgraph has by itself what a field requires, of an object of which it has been provided with some. */
  const knows = (
    type: string,
    { selections }: SelectionSetNode,
    sets: readonly SelectionSetNode[],
  ): boolean =>
    selections.every((one) => {
      if (one.kind !== Kind.FIELD)
        return (
          one.kind === Kind.INLINE_FRAGMENT &&
          knows(one.typeCondition?.name.value ?? type, one.selectionSet, sets)
        );
      const name = one.name.value;
      const field = fieldOf(world, type, name);
      const isOwn = roles.get(type)?.get(name) === 'own' && field?.requires === undefined;
      const provided = providedIn(type, sets, name);
      if (!isOwn && provided.length === 0) return false;
      const below = provided.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
      if (isOwn && field?.provides !== undefined) below.push(fieldSet(field.provides));
      return !one.selectionSet || knows(field?.of ?? '', one.selectionSet, below);
    });
  const resolve =
    (type: string, name: string, role: Role) =>
    (source: Thing | undefined, { n = 1 }: { n?: number }): unknown => {
      const provided = providedIn(type, source?.provided ?? [], name);
      if (role !== 'own' && provided.length === 0) throw new Error(`${type}.${name} is another subgraph's.`);
      const field = fieldOf(world, type, name);
      const sets = provided.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
      if (role === 'own' && field?.label !== undefined && provided.length === 0) {
        const notHere = active.has(field.label) ? field.overridden : field.owners[0];
        if (notHere === graph) throw new Error(`${type}.${name} is another subgraph's for this viewer.`);
      }
      if (!field) return withProvided(source && identityOf(source, name), sets);
      if (role !== 'own') return withProvided(trueValue(world, source, type, name, n), sets);
      const required = field.requires === undefined ? undefined : fieldSet(field.requires);
      // what is provided the subgraph knows by itself
      const isKnown = required && source && knows(type, required, source.provided ?? []);
      const given =
        required && (isKnown ? requiredOf(world, source, required) : sentOf(source?.sent ?? {}, required));
      const value = computed(world, source, field, n, given);
      return withProvided(value, field.provides === undefined ? sets : [...sets, fieldSet(field.provides)]);
    };
  const reference = (type: string) => (sent: any) => {
    const keys = keysOf(type).filter(
      ({ fields, resolvable }) => resolvable && isWithin(sent, fieldSet(fields)),
    );
    if (keys.length === 0) throw new Error(`A ${type} is asked for without a key.`);
    const number = NUMBERS.find((one) =>
      keys.every(({ fields }) => isSame(identity(entity(type, one), fieldSet(fields)), sent)),
    );
    if (number === undefined) throw new Error(`There is no such ${type}: ${JSON.stringify(sent)}.`);
    if (world.missing[graph]?.get(type)?.includes(number)) return null;
    return { ...entity(type, number), sent };
  };
  const resolvers = Object.fromEntries(
    [...roles]
      .filter(([type]) => !ABSTRACT.includes(type))
      .map(([type, own]) => [
        type,
        {
          ...(world.entities.includes(type) && { __resolveReference: reference(type) }),
          ...Object.fromEntries(
            [...own].map(([name, role]) => [
              name,
              // the library gives the root no object
              type === 'Query' || type === 'Mutation'
                ? (_root: unknown, given: object) => resolve(type, name, role)(undefined, given)
                : resolve(type, name, role),
            ]),
          ),
        },
      ]),
  );
  return {
    types: definitions.join('\n'),
    resolvers: {
      ...resolvers,
      ...(hasRef && { Ref: { num: ({ number }: Thing) => number } }),
    } as NonNullable<SubgraphSource['resolvers']>,
  };
}

const isWithin = (sent: any, { selections }: SelectionSetNode): boolean =>
  selections.every(
    (one) =>
      one.kind === Kind.FIELD &&
      sent?.[one.name.value] !== undefined &&
      (!one.selectionSet || isWithin(sent[one.name.value], one.selectionSet)),
  );

const identity = (source: Thing, { selections }: SelectionSetNode): Record<string, unknown> =>
  Object.fromEntries(
    selections.flatMap((one) => {
      if (one.kind !== Kind.FIELD) return [];
      const value = identityOf(source, one.name.value);
      return [[one.name.value, one.selectionSet ? identity(value as Thing, one.selectionSet) : value]];
    }),
  );

const isSame = (key: any, sent: any): boolean =>
  Object.entries(key).every(([name, value]) =>
    typeof value === 'object' ? isSame(value, sent?.[name]) : value === sent?.[name],
  );

/** The same of what a subgraph was sent. */
function sentOf(sent: any, { selections }: SelectionSetNode): Record<string, unknown> {
  const parts = selections.map((one): Record<string, unknown> => {
    if (one.kind === Kind.INLINE_FRAGMENT) {
      const names = one.selectionSet.selections.flatMap((inner) =>
        inner.kind === Kind.FIELD ? [inner.name.value] : [],
      );
      // the type is not told, and cannot be required
      return names.every((name) => sent[name] !== undefined) ? sentOf(sent, one.selectionSet) : {};
    }
    if (one.kind !== Kind.FIELD) return {};
    const { name, selectionSet } = one;
    const value = sent[name.value];
    if (value === undefined) throw new Error(`${name.value} is required, and not sent.`);
    return { [name.value]: selectionSet ? each(value, (inner) => sentOf(inner, selectionSet)) : value };
  });
  return Object.assign({}, ...parts);
}
