import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import {
  Kind,
  print,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeDefinitionNode,
} from 'graphql';
import { fieldsOf, interfacesOf, isType, namedTypeOf, typesOf } from '../../supergraph/definitions.ts';
import { argumentOf, graphOf, GRAPHS, isExternal, joinsIn, type Joined } from '../../supergraph/joins.ts';
import { operationOf, selectionOf, withSelection } from './fetch-operation.ts';
import { graphApart, isJoinIn, joinField, movedTo, unresolvable, withoutArgument } from './graph-apart.ts';
import { namedType, setOf } from '../nodes.ts';
import { mapFetches } from './plan-fetches.ts';

/**
 * What an object that stands for an interface (`@interfaceObject`) is asked for the planner asks of objects of all types
 * at once. It errs where that differs by type: in what it requires, in where that comes from, in the client's keys. So it
 * is given a supergraph in which such a subgraph is several: one that has fields with values, and one for each field that
 * leads to others and requires something, which find objects by each of their types; and the one that there is, with what
 * is left. Its plan is put back, with a call for each thing that is asked, and is a slow one: a value of an object
 * that the subgraph itself has found is asked for once its type is known.
 * @param document a supergraph
 * @returns the same document if no subgraph has an interface object
 */
export function withTypesOfObjects(document: DocumentNode): {
  readonly document: DocumentNode;
  /** The plan with the subgraphs that there are, as they know the objects. */
  restore(plan: QueryPlan): QueryPlan;
} {
  const names = new Map<string, string>();
  /** By subgraph apart, the interface that objects are asked for by, by their type. */
  const interfaces = new Map<string, Map<string, string>>();
  let apart = document;
  for (const type of typesOf(document).values())
    for (const graph of new Set(joinsIn(type, 'type').filter(isOfObject).map(graphOf)))
      apart = withObjectApart(apart, graph, type.name.value, names, interfaces);
  return {
    document: apart,
    restore: (plan) =>
      mapFetches(plan, (node) => {
        const serviceName = names.get(node.serviceName);
        if (serviceName === undefined) return node;
        return byInterface({ ...node, serviceName }, interfaces.get(node.serviceName) ?? new Map());
      }),
  };
}

/** @param name of the interface that the subgraph has as an object */
function withObjectApart(
  document: DocumentNode,
  graph: string,
  name: string,
  names: Map<string, string>,
  interfaces: Map<string, Map<string, string>>,
): DocumentNode {
  const types = typesOf(document);
  const object = types.get(name);
  const isHere = (join: ConstDirectiveNode): boolean => isJoinIn(graph, join);
  const keys = joinsIn(object ?? {}, 'type').filter(isHere);
  const keyFields = new Set(
    keys.flatMap((join) => {
      const key = argumentOf(join, 'key');
      return typeof key === 'string' ? (key.match(/\w+/g) ?? []) : [];
    }),
  );
  const isLeaf = ({ type }: FieldDefinitionNode): boolean => {
    const of = types.get(namedTypeOf(type));
    return !of || of.kind === Kind.ENUM_TYPE_DEFINITION || of.kind === Kind.SCALAR_TYPE_DEFINITION;
  };
  /** What is said of a field of the object. */
  const joinsOf = (field: FieldDefinitionNode | undefined): ConstDirectiveNode[] => {
    const joins = joinsIn(field ?? {}, 'field');
    return field && joins.length === 0 ? [joinField(graph)] : joins.filter(isHere);
  };
  const isRequiring = (join: ConstDirectiveNode): boolean => argumentOf(join, 'requires') !== undefined;

  const added: EnumValueDefinitionNode[] = [];
  const own = new Map<string, string>();
  const graphFor = (suffix: string): string => {
    const [apart, value, ownName] = graphApart(document, graph, `__${name}_${suffix}`, names);
    added.push(value);
    interfaces.set(ownName, own);
    return apart;
  };
  const values = graphFor('values');
  const links = new Map(
    fieldsOf(object)
      .filter((field) => !isLeaf(field) && joinsOf(field).some(isRequiring))
      .map((field) => [field.name.value, graphFor(field.name.value)]),
  );
  const all = [values, ...links.values()];
  /** The subgraph apart that has a field; undefined if none has. */
  const apartOf = (field: FieldDefinitionNode): string | undefined =>
    isLeaf(field) ? values : links.get(field.name.value);

  /** What is said of the subgraph is said of those apart, too, but that they find nothing. */
  const shared = <Node extends Joined>(node: Node): Node => ({
    ...node,
    directives: node.directives?.flatMap((one) => {
      if (!isHere(one)) return [one];
      const isKey = argumentOf(one, 'key') !== undefined;
      const copies = all.map((apart) => movedTo(apart, one));
      return [one, ...(isKey ? copies.map(unresolvable) : copies)];
    }),
  });
  const withJoins = (
    field: FieldDefinitionNode,
    joins: readonly ConstDirectiveNode[],
  ): FieldDefinitionNode => ({
    ...field,
    directives: [
      ...(field.directives?.filter((one) => one.name.value !== 'join__field') ?? []),
      ...(joins.length > 0 ? joins : [joinField()]),
    ],
  });
  const joinsBefore = (type: TypeDefinitionNode, field: FieldDefinitionNode): ConstDirectiveNode[] => {
    const joins = joinsIn(field, 'field');
    if (joins.length > 0) return joins.filter(hasGraph);
    return [...new Set(joinsIn(type, 'type').map(graphOf))].map((one) => joinField(one));
  };
  /** The object itself has its key, and what leads to others. */
  const asObject = (type: InterfaceTypeDefinitionNode): InterfaceTypeDefinitionNode => ({
    ...type,
    directives: [
      ...(type.directives ?? []),
      ...all.flatMap((apart) => keys.map((key) => unresolvable(movedTo(apart, key)))),
    ],
    fields: fieldsOf(type).map((field) => {
      const others = joinsBefore(type, field).filter((join) => !isHere(join));
      const own = joinsOf(field);
      if (!keyFields.has(field.name.value))
        return withJoins(field, apartOf(field) === undefined ? [...others, ...own] : others);
      const copies = all.flatMap((apart) => own.map((join) => movedTo(apart, join)));
      return withJoins(field, [...others, ...own, ...copies]);
    }),
  });
  /** The types of the object have the rest. */
  const asType = (type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode => {
    own.set(type.name.value, name);
    const found = all.flatMap((apart) =>
      keys.map((key) => withoutArgument(movedTo(apart, key), 'isInterfaceObject')),
    );
    return {
      ...type,
      directives: [...(type.directives ?? []), ...found],
      fields: fieldsOf(type).map((field) => {
        const same = fieldsOf(object).find((one) => one.name.value === field.name.value);
        const isKey = keyFields.has(field.name.value);
        const joins = joinsOf(same).flatMap((join) =>
          all
            .filter((apart) => isKey || isExternal(join) || apart === apartOf(field))
            .map((apart) => movedTo(apart, join)),
        );
        return withJoins(field, [...joinsBefore(type, field), ...joins]);
      }),
    };
  };

  return {
    ...document,
    definitions: document.definitions.map((one): DefinitionNode => {
      if (!isType(one) || ROOTS.has(one.name.value)) return one;
      if (one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === GRAPHS)
        return { ...one, values: [...(one.values ?? []), ...added] };
      if (one.kind === Kind.INTERFACE_TYPE_DEFINITION && one.name.value === name) return asObject(one);
      if (one.kind === Kind.OBJECT_TYPE_DEFINITION && interfacesOf(one).includes(name)) return asType(one);
      return visit(shared(one), {
        FieldDefinition: shared,
        EnumValueDefinition: shared,
        InputValueDefinition: shared,
      });
    }),
  };
}

/**
 * A fetch of objects by their types as one by their interface, or several where it asks different things of them.
 * @param interfaces that the subgraph has in place of types, by the types; none if it knows all types that it is asked for
 */
function byInterface(node: FetchNode, interfaces: ReadonlyMap<string, string>): PlanNode {
  const operation = operationOf(node);
  const { selections } = selectionOf(node, operation);
  const groups = new Map<string, { readonly set: SelectionSetNode; readonly requires: Fragment[] }>();
  for (const [type, name] of interfaces) {
    const asked = selections.filter(
      (one) =>
        one.kind === Kind.INLINE_FRAGMENT && [type, name].includes(one.typeCondition?.name.value ?? ''),
    );
    const requires = (node.requires ?? []).flatMap((one): Fragment[] =>
      one.kind === 'InlineFragment' && [type, name].includes(one.typeCondition ?? '')
        ? [{ ...one, typeCondition: type }]
        : [],
    );
    if (asked.length === 0 || requires.length === 0) continue;
    const set = visit<SelectionSetNode>(setOf(asked), {
      InlineFragment: (fragment) =>
        fragment.typeCondition?.name.value === type
          ? { ...fragment, typeCondition: namedType(name) }
          : undefined,
    });
    const group = groups.get(print(set)) ?? { set, requires: [] };
    group.requires.push(...requires);
    groups.set(print(set), group);
  }
  const nodes = [...groups.values()].map(({ set, requires }): FetchNode => {
    const rewrites = [...new Set(requires.map(({ typeCondition }) => typeCondition ?? ''))].map(
      (type): FetchDataRewrite => ({
        kind: 'ValueSetter',
        path: [`... on ${type}`, '__typename'],
        setValueTo: interfaces.get(type),
      }),
    );
    const inputRewrites = [...(node.inputRewrites ?? []), ...rewrites];
    return { ...withSelection(node, operation, set), requires, inputRewrites };
  });
  const [only, ...more] = nodes;
  if (!only) return node;
  return more.length === 0 ? only : { kind: 'Parallel', nodes };
}

type Fragment = Extract<QueryPlanSelectionNode, { kind: 'InlineFragment' }>;

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

const isOfObject = (join: ConstDirectiveNode): boolean => argumentOf(join, 'isInterfaceObject') === true;
const hasGraph = (join: ConstDirectiveNode): boolean => argumentOf(join, 'graph') !== undefined;
