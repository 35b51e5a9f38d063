import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  isAbstractType,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { hasFields, isType, typesOf, type WithFields } from '../supergraph/definitions.ts';
import { argumentOf, graphOf, interfacesIn, joinsIn, subgraphNames } from '../supergraph/joins.ts';
import { operationOf, withOperation } from './fetch-operation.ts';
import { joinField, withArgument } from './graph-apart.ts';
import { namedType, setOf, TYPE_NAME } from './nodes.ts';
import { mapFetches } from './plan-fetches.ts';

interface NarrowedInterfaces {
  readonly document: DocumentNode;
  /** An operation as it is to be planned. */
  ask(text: DocumentNode): DocumentNode;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
}

/**
 * Where all objects that a subgraph has of one interface stand for another (`@interfaceObject`), which implements it, the
 * planner can ask neither for their type nor by it. So it is given a supergraph in which the subgraph has them of the
 * other interface, and its plan is put back: what it asks of them, it asks by a fragment.
 * @param document a supergraph
 * @returns the same document if there are none such
 */
export function withNarrowedInterfaces(
  document: DocumentNode,
  { apiSchema, supergraphSchema: schema }: Pick<Supergraph, 'apiSchema' | 'supergraphSchema'>,
): NarrowedInterfaces {
  const objects = objectsOfInterfaces(document);
  const narrow = new Map(
    [...objects].flatMap(([id, [first, ...more]]) =>
      first === OWN || more.length > 0 ? [] : [[id, first] as const],
    ),
  );
  const ask: NarrowedInterfaces['ask'] = (text) => withTypesByFragments(text, objects, apiSchema);
  const names = subgraphNames(schema);
  /** The interface that a field's objects are taken to be of, by `subgraph Type.field`. */
  const fields = new Map<string, string>();
  const withNarrowedField = (type: WithFields, field: FieldDefinitionNode): FieldDefinitionNode => {
    const own = joinsIn(field, 'field');
    const isEverywhere = own.length === 0;
    const joins = isEverywhere
      ? [...new Set(joinsIn(type, 'type').map(graphOf))].map((one) => joinField(one))
      : own;
    const narrowed = joins.map((join): ConstDirectiveNode => {
      const declared = String(argumentOf(join, 'type') ?? print(field.type));
      const name = /\w+/.exec(declared)?.[0] ?? '';
      const other = narrow.get(`${graphOf(join)} ${name}`);
      if (other === undefined) return join;
      fields.set(`${names.get(graphOf(join))} ${type.name.value}.${field.name.value}`, other);
      return withArgument(join, 'type', { kind: Kind.STRING, value: declared.replace(name, other) });
    });
    if (narrowed.every((join, at) => join === joins[at])) return field;
    const rest = field.directives?.filter((one) => !own.includes(one)) ?? [];
    return { ...field, directives: [...rest, ...narrowed] };
  };
  const definitions = document.definitions.map((one): DefinitionNode =>
    isType(one) && hasFields(one)
      ? { ...one, fields: (one.fields ?? []).map((field) => withNarrowedField(one, field)) }
      : one,
  );
  if (fields.size === 0) return { document, ask, restore: (plan) => plan };
  return {
    document: { ...document, definitions },
    ask,
    restore: (plan) => mapFetches(plan, (node) => byFragments(node, fields, schema)),
  };
}

/** Stands for objects of types that a subgraph knows. */
const OWN = '';

/**
 * What objects a subgraph has of interfaces, by `GRAPH Interface`: those of which some stand for other interfaces, with
 * the names of these.
 */
function objectsOfInterfaces(document: DocumentNode): Map<string, Set<string>> {
  const objects = new Map<string, Set<string>>();
  for (const type of typesOf(document).values())
    for (const join of hasFields(type) ? joinsIn(type, 'type') : []) {
      const isObject = argumentOf(join, 'isInterfaceObject') === true;
      if (type.kind === Kind.INTERFACE_TYPE_DEFINITION && !isObject) continue;
      for (const name of interfacesIn(graphOf(join), type)) {
        const id = `${graphOf(join)} ${name}`;
        objects.set(id, (objects.get(id) ?? new Set()).add(isObject ? type.name.value : OWN));
      }
    }
  return new Map([...objects].filter(([, names]) => names.size > 1 || !names.has(OWN)));
}

/** The same operation, but that it asks for `__typename` of such interfaces by those of their objects. */
function withTypesByFragments(
  text: DocumentNode,
  objects: ReadonlyMap<string, ReadonlySet<string>>,
  schema: GraphQLSchema,
): DocumentNode {
  if (objects.size === 0) return text;
  const others = new Map<string, Set<string>>();
  for (const [id, names] of objects) {
    const [, name = ''] = id.split(' ');
    const visible = [...names].filter((one) => schema.getType(one));
    others.set(name, new Set([...(others.get(name) ?? []), ...visible]));
  }
  const typeInfo = new TypeInfo(schema);
  return visit(
    text,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: {
        leave({ selections }) {
          const type = typeInfo.getParentType();
          const known = others.get(type?.name ?? '');
          if (!isAbstractType(type) || !known) return undefined;
          const own = [...known];
          const rest = schema
            .getPossibleTypes(type)
            .filter((one) => !own.some((name) => isOf(schema, one, name)));
          return setOf(
            selections.flatMap((one): readonly SelectionNode[] =>
              one.kind === Kind.FIELD && one.name.value === '__typename'
                ? [...own, ...rest.map(({ name }) => name)].map((name) => fragmentOn(name, setOf([one])))
                : [one],
            ),
          );
        },
      },
    }),
  );
}

const isOf = (schema: GraphQLSchema, type: GraphQLObjectType, name: string): boolean => {
  const other = schema.getType(name);
  return isAbstractType(other) && schema.isSubType(other, type);
};

const fragmentOn = (name: string, selectionSet: SelectionSetNode): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: namedType(name),
  selectionSet,
});

function byFragments(node: FetchNode, fields: ReadonlyMap<string, string>, schema: GraphQLSchema): FetchNode {
  const typeInfo = new TypeInfo(schema);
  const operation = operationOf(node);
  let isChanged = false;
  const changed = visit(
    operation,
    visitWithTypeInfo(typeInfo, {
      Field: {
        leave(field) {
          const { name, selectionSet } = field;
          const other = fields.get(`${node.serviceName} ${typeInfo.getParentType()?.name}.${name.value}`);
          if (other === undefined || !selectionSet) return undefined;
          isChanged = true;
          return { ...field, selectionSet: setOf([TYPE_NAME, fragmentOn(other, selectionSet)]) };
        },
      },
    }),
  );
  return isChanged ? withOperation(node, { kind: Kind.DOCUMENT, definitions: [changed] }) : node;
}
