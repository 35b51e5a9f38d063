import type { QueryPlan } from '@apollo/query-planner';
import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeDefinitionNode,
} from 'graphql';
import { argumentOf, fieldSet, graphOf, joinsIn, namedTypeOf, type Joined } from '../supergraph/joins.ts';
import { mapFetches } from './plan-fetches.ts';

/**
 * Where a field requires another (`@requires`) that itself requires something, and their object was come to by way of
 * the second one's subgraph, the planner asks that subgraph for it right there, before what it requires is known. So it is
 * given a supergraph in which each such field is of a subgraph apart, which is entered by one key and leads nowhere else,
 * and its plan is put back.
 * @param document a supergraph
 * @returns the same document if no field requires one that requires others
 */
export function withChainsApart(document: DocumentNode): {
  readonly document: DocumentNode;
  /** The plan with the subgraphs that there are. */
  restore(plan: QueryPlan): QueryPlan;
} {
  const names = new Map<string, string>();
  let apart = document;
  for (const field of chainedFields(document)) apart = withFieldApart(apart, field, names);
  return {
    document: apart,
    restore: (plan) =>
      mapFetches(plan, (node) => {
        const serviceName = names.get(node.serviceName);
        return serviceName === undefined ? node : { ...node, serviceName };
      }),
  };
}

/** A field that requires others in a subgraph, and is required by others. */
interface Chained {
  readonly graph: string;
  readonly type: string;
  readonly field: string;
}

function chainedFields(document: DocumentNode): Chained[] {
  const types = typesOf(document);
  const required = new Set<string>();
  const require = (type: string, { selections }: SelectionSetNode): void => {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) require(one.typeCondition?.name.value ?? type, one.selectionSet);
      if (one.kind !== Kind.FIELD) continue;
      const name = one.name.value;
      for (const owner of relatives(types, type)) required.add(`${owner}.${name}`);
      const field = fieldsOf(types.get(type)).find((other) => other.name.value === name);
      if (field && one.selectionSet) require(namedTypeOf(field.type), one.selectionSet);
    }
  };
  const requiring: Chained[] = [];
  for (const [type, definition] of types)
    for (const field of fieldsOf(definition))
      for (const join of joinsIn(field, 'field')) {
        const requires = argumentOf(join, 'requires');
        if (typeof requires !== 'string') continue;
        require(type, fieldSet(requires));
        requiring.push({ graph: graphOf(join), type, field: field.name.value });
      }
  return requiring.filter((one) => required.has(`${one.type}.${one.field}`) && !isOfInterface(types, one));
}

/** Where a subgraph has the field on an interface, too, it cannot be without it. */
const isOfInterface = (types: Types, { graph, type, field }: Chained): boolean =>
  interfacesIn(graph, types.get(type)).some((one) =>
    fieldsOf(types.get(one)).some(({ name, ...other }) => name.value === field && isPlainIn(graph, other)),
  );

/** The type, its interfaces, and the types that it is the interface of. */
const relatives = (types: Types, name: string): string[] => [
  name,
  ...interfaceNames(types.get(name)),
  ...[...types].filter(([, type]) => interfaceNames(type).includes(name)).map(([other]) => other),
];

/**
 * The supergraph with a field in a subgraph apart.
 * @param names of subgraphs by those that stand for them; takes that of the new one
 */
function withFieldApart(document: DocumentNode, chained: Chained, names: Map<string, string>): DocumentNode {
  const { graph } = chained;
  const [apart, value] = graphApart(document, graph, names);
  const parts = partsOf(document, chained);
  const copied = (join: ConstDirectiveNode): ConstDirectiveNode =>
    withArgument(join, 'graph', { kind: Kind.ENUM, value: apart });
  /** What is said of the subgraph is said of the one apart. */
  const moved = <Node extends Joined>(node: Node): Node => ({
    ...node,
    directives: node.directives?.map((one) => (isJoinIn(graph, one) ? copied(one) : one)),
  });
  /** What is said of the subgraph is said of the one apart, too. */
  const shared = <Node extends Joined>(node: Node): Node => ({
    ...node,
    directives: node.directives?.flatMap((one) => (isJoinIn(graph, one) ? [one, copied(one)] : [one])),
  });

  const withFields = <Type extends WithFields>(type: Type, part: Part): Type => {
    const isOwner = type.name.value === chained.type;
    const owners = new Set(joinsIn(type, 'type').map(graphOf));
    const fieldApart = (field: FieldDefinitionNode): FieldDefinitionNode => {
      if (isOwner && field.name.value === chained.field) return moved(field);
      const isKept = part === 'whole' ? isPlainIn(graph, field) : part.has(field.name.value);
      const isEverywhere = joinsIn(field, 'field').length === 0;
      if (isKept) return isEverywhere ? field : shared(field);
      // of all subgraphs that have the type, which is not to be said of the one apart
      if (!isEverywhere) return field;
      return { ...field, directives: [...(field.directives ?? []), ...[...owners].map(joinField)] };
    };
    return { ...type, fields: (type.fields ?? []).map(fieldApart) };
  };
  const withDirectives = <Type extends TypeDefinitionNode>(type: Type, part: Part): Type => {
    const entrance = type.name.value === chained.type ? entranceOf(graph, type) : undefined;
    const directives = (type.directives ?? []).flatMap((one): ConstDirectiveNode[] => {
      if (!isJoinIn(graph, one)) return [one];
      const copy = copied(one);
      if (one.name.value === 'join__implements')
        return part === 'whole' && parts.has(String(argumentOf(one, 'interface'))) ? [one, copy] : [one];
      if (argumentOf(one, 'key') === undefined || one === entrance) return [one, copy];
      return [one, withArgument(copy, 'resolvable', { kind: Kind.BOOLEAN, value: false })];
    });
    return { ...type, directives };
  };
  return {
    ...document,
    definitions: document.definitions.map((one): DefinitionNode => {
      if (!isType(one)) return one;
      if (one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === GRAPHS)
        return { ...one, values: [...(one.values ?? []), value] };
      const part = parts.get(one.name.value);
      if (!part) return one;
      const type = withDirectives(one, part);
      if (hasFields(type)) return withFields(type, part);
      return visit(type, { EnumValueDefinition: shared, InputValueDefinition: shared });
    }),
  };
}

/** What a subgraph apart has of a type: all but what requires something, or fields of these names. */
type Part = 'whole' | ReadonlySet<string>;

/** What the chained field, what it requires, and the key of its type lead to. */
function partsOf(document: DocumentNode, { graph, type: owner, field: name }: Chained): Map<string, Part> {
  const types = typesOf(document);
  const definition = types.get(owner);
  const entrance = definition && entranceOf(graph, definition);
  const chained = fieldsOf(definition).find((field) => field.name.value === name);
  const needs = [
    entrance && argumentOf(entrance, 'key'),
    ...joinsIn(chained ?? {}, 'field')
      .filter((join) => isJoinIn(graph, join))
      .map((join) => argumentOf(join, 'requires')),
  ];
  const needed = new Set([
    name,
    ...needs.flatMap((text) => (typeof text === 'string' ? topFields(text) : [])),
  ]);
  const small = fieldsOf(definition).filter((field) => needed.has(field.name.value));
  const parts = new Map<string, Part>([[owner, new Set(small.map((field) => field.name.value))]]);
  const reachField = (field: FieldDefinitionNode | InputValueDefinitionNode): void => {
    reach(namedTypeOf(field.type));
    if ('arguments' in field) field.arguments?.forEach(reachField);
  };
  const reach = (reached: string, isImplementing = false): void => {
    const type = types.get(reached);
    const before = parts.get(reached);
    const isOwn = joinsIn(type ?? {}, 'type').some((join) => isJoinIn(graph, join));
    if (!type || !isOwn || before === 'whole' || (before && !isImplementing)) return;
    parts.set(reached, 'whole');
    for (const join of joinsIn(type, 'unionMember'))
      if (isJoinIn(graph, join)) reach(String(argumentOf(join, 'member')));
    if ('fields' in type)
      for (const field of type.fields ?? []) if (isPlainIn(graph, field)) reachField(field);
    // an object that stands for an interface has its fields by itself
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const [implementing, one] of types)
        if (interfacesIn(graph, one).includes(reached)) reach(implementing, true);
  };
  small.forEach(reachField);
  return parts;
}

const GRAPHS = 'join__Graph';
const SUFFIX = '__apart';

/** A subgraph for a field of another: its name in the supergraph, and what says so. */
function graphApart(
  document: DocumentNode,
  graph: string,
  names: Map<string, string>,
): [string, EnumValueDefinitionNode] {
  const graphs = document.definitions.find(
    (one): one is EnumTypeDefinitionNode =>
      one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === GRAPHS,
  );
  const original = graphs?.values?.find(({ name }) => name.value === graph);
  const name = original && joinsIn(original, 'graph').map((join) => argumentOf(join, 'name'))[0];
  if (!original || typeof name !== 'string') throw new Error(`The supergraph has no subgraph "${graph}".`);
  const suffix = `${SUFFIX}${names.size}`;
  names.set(`${name}${suffix}`, name);
  const apart = `${graph}${suffix.toUpperCase()}`;
  const value: ConstValueNode = { kind: Kind.STRING, value: `${name}${suffix}` };
  return [
    apart,
    {
      ...original,
      name: { kind: Kind.NAME, value: apart },
      directives: (original.directives ?? []).map((one) => withArgument(one, 'name', value)),
    },
  ];
}

type WithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;
type Types = ReadonlyMap<string, TypeDefinitionNode>;

const isType = (node: DefinitionNode): node is TypeDefinitionNode =>
  'name' in node && node.kind.endsWith('TypeDefinition');
const hasFields = (type: TypeDefinitionNode): type is WithFields =>
  type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION;
const fieldsOf = (type: TypeDefinitionNode | undefined): readonly FieldDefinitionNode[] =>
  (type && hasFields(type) && type.fields) || [];
const interfaceNames = (type: TypeDefinitionNode | undefined): string[] =>
  type && hasFields(type) ? (type.interfaces ?? []).map(({ name }) => name.value) : [];
const typesOf = ({ definitions }: DocumentNode): Types =>
  new Map(definitions.filter(isType).map((one) => [one.name.value, one]));

const topFields = (text: string): string[] =>
  fieldSet(text).selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));

/** The first key by which the subgraph finds objects of the type. */
const entranceOf = (graph: string, type: TypeDefinitionNode): ConstDirectiveNode | undefined =>
  joinsIn(type, 'type').find(
    (join) =>
      isJoinIn(graph, join) &&
      argumentOf(join, 'key') !== undefined &&
      argumentOf(join, 'resolvable') !== false,
  );

const interfacesIn = (graph: string, type: Joined = {}): string[] =>
  joinsIn(type, 'implements')
    .filter((join) => isJoinIn(graph, join))
    .map((join) => String(argumentOf(join, 'interface')));

/** Whether the subgraph has the field, and needs nothing else for it. */
const isPlainIn = (graph: string, field: Joined): boolean => {
  const joins = joinsIn(field, 'field');
  return (
    joins.length === 0 ||
    joins.some((join) => isJoinIn(graph, join) && argumentOf(join, 'requires') === undefined)
  );
};

const isJoinIn = (graph: string, one: ConstDirectiveNode): boolean =>
  one.name.value.startsWith('join__') && graphOf(one) === graph;

const joinField = (graph: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'join__field' },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'graph' },
      value: { kind: Kind.ENUM, value: graph },
    },
  ],
});

const withArgument = (
  directive: ConstDirectiveNode,
  name: string,
  value: ConstValueNode,
): ConstDirectiveNode => ({
  ...directive,
  arguments: [
    ...(directive.arguments ?? []).filter((one) => one.name.value !== name),
    { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value },
  ],
});
