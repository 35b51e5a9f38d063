import type { QueryPlan } from '@apollo/query-planner';
import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type SelectionSetNode,
  type TypeDefinitionNode,
} from 'graphql';
import {
  fieldsOf,
  hasFields,
  interfacesOf,
  isType,
  namedTypeOf,
  typesOf,
  type Types,
  type WithFields,
} from '../../supergraph/definitions.ts';
import {
  argumentOf,
  fieldSet,
  graphOf,
  GRAPHS,
  interfacesIn,
  joinsIn,
  type Joined,
} from '../../supergraph/joins.ts';
import {
  graphApart,
  isJoinIn,
  joinField,
  movedTo,
  unresolvable,
  withArgument,
  withoutArgument,
} from './graph-apart.ts';
import { isNamed, withoutInterfaceFields, type OwnField } from './interface-fields.ts';
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
  const chained = chainedFields(document);
  // where a subgraph has the field on an interface, too, it cannot be without it
  let apart = withoutInterfaceFields(document, chained);
  for (const field of chained) apart = withFieldApart(apart, field, names);
  return {
    document: apart,
    restore: (plan) =>
      mapFetches(plan, (node) => {
        const serviceName = names.get(node.serviceName);
        return serviceName === undefined ? node : { ...node, serviceName };
      }),
  };
}

/** Fields that require others in a subgraph, and are required by others. */
function chainedFields(document: DocumentNode): OwnField[] {
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
  const requiring: OwnField[] = [];
  for (const [type, definition] of types)
    for (const field of fieldsOf(definition))
      for (const join of joinsIn(field, 'field')) {
        const requires = argumentOf(join, 'requires');
        if (typeof requires !== 'string') continue;
        require(type, fieldSet(requires));
        requiring.push({ graph: graphOf(join), type, field: field.name.value });
      }
  return requiring.filter(
    (one) =>
      required.has(`${one.type}.${one.field}`) && !(isOfInterface(types, one) && isNamed(document, one)),
  );
}

/** Whether the subgraph has the field on an interface, too. */
const isOfInterface = (types: Types, { graph, type, field }: OwnField): boolean =>
  interfacesIn(graph, types.get(type)).some((one) =>
    fieldsOf(types.get(one)).some(({ name, ...other }) => name.value === field && isPlainIn(graph, other)),
  );

/** The type, its interfaces, and the types that it is the interface of. */
const relatives = (types: Types, name: string): string[] => [
  name,
  ...interfacesOf(types.get(name)),
  ...[...types].filter(([, type]) => interfacesOf(type).includes(name)).map(([other]) => other),
];

/**
 * The supergraph with a field in a subgraph apart.
 * @param names of subgraphs by those that stand for them; takes that of the new one
 */
function withFieldApart(document: DocumentNode, chained: OwnField, names: Map<string, string>): DocumentNode {
  const { graph } = chained;
  const [apart, value] = graphApart(document, graph, `${SUFFIX}${names.size}`, names);
  const parts = partsOf(document, chained);
  const keys = new Set(keyOf(document, chained));
  /** What is said of the subgraph, of the one apart, which provides nothing of others. */
  const copied = (join: ConstDirectiveNode): ConstDirectiveNode =>
    withoutArgument(movedTo(apart, join), 'provides');
  /** What is said of the field in the subgraph is said of it in the one apart. */
  const moved = (field: FieldDefinitionNode): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((one) => (isJoinIn(graph, one) ? copied(one) : one)),
  });
  /** What is said of the subgraph is said of the one apart, too. */
  const shared = <Node extends Joined>(node: Node): Node => ({
    ...node,
    directives: node.directives?.flatMap((one) => (isJoinIn(graph, one) ? [one, copied(one)] : [one])),
  });

  const withFields = <Type extends WithFields>(type: Type, part: Part): Type => {
    const isOwner = type.name.value === chained.type;
    const owners = new Set(joinsIn(type, 'type').map(graphOf));
    owners.delete(apart);
    const fieldApart = (field: FieldDefinitionNode): FieldDefinitionNode => {
      if (isOwner && field.name.value === chained.field) return moved(field);
      const joins = joinsIn(field, 'field');
      const isEverywhere = joins.length === 0;
      // what it requires of its own subgraph is sent, too: asked for apart, it could lead back to the chained field
      if (isOwner && part !== 'whole' && part.has(field.name.value) && !keys.has(field.name.value)) {
        const others = isEverywhere ? [...owners].map((one) => joinField(one)) : [];
        return { ...field, directives: [...(field.directives ?? []), ...others, externalField(apart)] };
      }
      const isKept = part === 'whole' ? isPlainIn(graph, field) : part.has(field.name.value);
      if (isKept) return isEverywhere ? field : shared(field);
      // of all subgraphs that have the type, which is not to be said of the one apart
      if (!isEverywhere) return field;
      return {
        ...field,
        directives: [...(field.directives ?? []), ...[...owners].map((one) => joinField(one))],
      };
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
      if (entrance && part !== 'whole') return [one];
      return [one, unresolvable(copy)];
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
function partsOf(document: DocumentNode, { graph, type: owner, field: name }: OwnField): Map<string, Part> {
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
    ...needs.flatMap((text) => (typeof text === 'string' ? fieldsIn(fieldSet(text)) : [])),
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

const SUFFIX = '__apart';

/** Names of all fields in what a key or `@requires` names, which may lead back to the type. */
const fieldsIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((one) => [
    ...(one.kind === Kind.FIELD ? [one.name.value] : []),
    ...('selectionSet' in one && one.selectionSet ? fieldsIn(one.selectionSet) : []),
  ]);

/** Names of the fields of the key by which a chained field's subgraph apart is entered. */
function keyOf(document: DocumentNode, { graph, type }: OwnField): string[] {
  const definition = typesOf(document).get(type);
  const entrance = definition && entranceOf(graph, definition);
  const key = entrance && argumentOf(entrance, 'key');
  return typeof key === 'string' ? fieldsIn(fieldSet(key)) : [];
}

/** The first key by which the subgraph finds objects of the type. */
const entranceOf = (graph: string, type: TypeDefinitionNode): ConstDirectiveNode | undefined =>
  joinsIn(type, 'type').find(
    (join) =>
      isJoinIn(graph, join) &&
      argumentOf(join, 'key') !== undefined &&
      argumentOf(join, 'resolvable') !== false,
  );

/** Whether the subgraph has the field, and needs nothing else for it. */
const isPlainIn = (graph: string, field: Joined): boolean => {
  const joins = joinsIn(field, 'field');
  return (
    joins.length === 0 ||
    joins.some((join) => isJoinIn(graph, join) && argumentOf(join, 'requires') === undefined)
  );
};

const externalField = (graph: string): ConstDirectiveNode =>
  withArgument(joinField(graph), 'external', { kind: Kind.BOOLEAN, value: true });
