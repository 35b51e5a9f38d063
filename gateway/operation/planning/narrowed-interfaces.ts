import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  doTypesOverlap,
  isAbstractType,
  isCompositeType,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import {
  fieldsOf,
  hasFields,
  interfacesOf,
  isType,
  typesOf,
  type WithFields,
} from '../../supergraph/definitions.ts';
import {
  argumentOf,
  graphOf,
  interfacesIn,
  isExternal,
  joinsIn,
  nameIn,
  subgraphNames,
} from '../../supergraph/joins.ts';
import { operationOf, withOperation } from './fetch-operation.ts';
import { fragmentAt } from '../fragments.ts';
import { joinField, withArgument } from './graph-apart.ts';
import { namedType, setOf, TYPE_NAME } from '../nodes.ts';
import { mapFetches } from './plan-fetches.ts';

interface NarrowedInterfaces {
  readonly document: DocumentNode;
  /** An operation as it is to be planned. @param schema what it is planned by, as clients see it */
  ask(text: DocumentNode, schema: GraphQLSchema): DocumentNode;
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
  const isVisible = (type: string): boolean => apiSchema.getType(type) !== undefined;
  const { definitions, fields } = narrowedFields(document, objects, isVisible);
  const names = subgraphNames(schema);
  const byName = new Map(
    [...fields].map(([id, other]) => {
      const [graph, coordinate = ''] = id.split(' ');
      return [`${names.get(graph)} ${coordinate}`, other];
    }),
  );
  return {
    document: fields.size === 0 ? document : { ...document, definitions },
    ask: (text, api) => withTypesByFragments(text, objects, api),
    restore: (plan) =>
      fields.size === 0 ? plan : mapFetches(plan, (node) => byFragments(node, byName, schema, isVisible)),
  };
}

/**
 * The supergraph's definitions with the interfaces that objects stand for as types of fields: of a subgraph's, and where all
 * have them so and clients see them, of clients'.
 * @returns `fields`: what their objects stand for, by `GRAPH Type.field`
 */
function narrowedFields(
  document: DocumentNode,
  objects: ReadonlyMap<string, ReadonlySet<string>>,
  isVisible: (type: string) => boolean,
): { definitions: DefinitionNode[]; fields: Map<string, string> } {
  const fields = new Map<string, string>();
  /** By `Type.field`. */
  const everywhere = new Map<string, string>();
  const withNarrowedJoins = (type: WithFields, field: FieldDefinitionNode): FieldDefinitionNode => {
    const own = joinsIn(field, 'field');
    const joins =
      own.length > 0 ? own : [...new Set(joinsIn(type, 'type').map(graphOf))].map((one) => joinField(one));
    const id = `${type.name.value}.${field.name.value}`;
    const typeOf = (join: ConstDirectiveNode): string => {
      const type = argumentOf(join, 'type');
      return typeof type === 'string' ? type : print(field.type);
    };
    const narrowed = joins.map((join): ConstDirectiveNode => {
      const declared = typeOf(join);
      const [other, ...more] = objects.get(`${graphOf(join)} ${nameIn(declared)}`) ?? [];
      if (other === undefined || other === OWN || more.length > 0) return join;
      fields.set(`${graphOf(join)} ${id}`, other);
      return withArgument(join, 'type', {
        kind: Kind.STRING,
        value: declared.replace(nameIn(declared), other),
      });
    });
    if (narrowed.every((join, at) => join === joins[at])) return field;
    const [other, ...others] = new Set(narrowed.filter(isSource).map((join) => nameIn(typeOf(join))));
    if (other !== undefined && others.length === 0 && isVisible(other)) everywhere.set(id, other);
    const rest = field.directives?.filter((one) => !own.includes(one)) ?? [];
    return { ...field, directives: [...rest, ...narrowed] };
  };
  const withNarrowedType = (type: WithFields, field: FieldDefinitionNode): FieldDefinitionNode => {
    // a field of an interface object is said of its types, too, without a subgraph
    const owners = joinsIn(field, 'field').some(isSource) ? [type.name.value] : interfacesOf(type);
    const [other] = owners.flatMap((one) => everywhere.get(`${one}.${field.name.value}`) ?? []);
    return other === undefined ? field : withType(field, renamed(field.type, other));
  };
  const joined = mapFields(document.definitions, withNarrowedJoins);
  return { definitions: mapFields(joined, withNarrowedType), fields };
}

const mapFields = (
  definitions: readonly DefinitionNode[],
  map: (type: WithFields, field: FieldDefinitionNode) => FieldDefinitionNode,
): DefinitionNode[] =>
  definitions.map((one) =>
    isType(one) && hasFields(one) ? { ...one, fields: fieldsOf(one).map((field) => map(one, field)) } : one,
  );

/** Whether some subgraph gives a field. */
const isSource = (join: ConstDirectiveNode): boolean =>
  argumentOf(join, 'graph') !== undefined && !isExternal(join);

const renamed = (type: TypeNode, name: string): TypeNode =>
  visit<TypeNode>(type, { NamedType: () => namedType(name) });

/** The field with another type, which subgraphs that have it with that before still have it with. */
const withType = (field: FieldDefinitionNode, type: TypeNode): FieldDefinitionNode => ({
  ...field,
  type,
  directives: (field.directives ?? []).map((one) => {
    const isPlain = one.name.value === 'join__field' && argumentOf(one, 'graph') !== undefined;
    if (!isPlain || argumentOf(one, 'type') !== undefined) return one;
    return withArgument(one, 'type', { kind: Kind.STRING, value: print(field.type) });
  }),
});

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

/** Names of the interfaces that objects stand for beside others of the same one, by that. @param document a supergraph */
export function standingBeside(document: DocumentNode): Map<string, ReadonlySet<string>> {
  const standing = new Map<string, ReadonlySet<string>>();
  for (const [id, names] of objectsOfInterfaces(document)) {
    const [, name = ''] = id.split(' ');
    const others = [...names].filter((one) => one !== OWN);
    if (names.size > 1) standing.set(name, new Set([...(standing.get(name) ?? []), ...others]));
  }
  return standing;
}

/**
 * The supergraph with all that is hidden from clients (`@inaccessible`), if some interface is that objects stand for beside
 * others: to ask for their types, one has to name it.
 * @param schema what clients see
 * @returns the same document if none is
 */
export function withNamesOfStanding(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const names = [...standingBeside(document).values()].flatMap((some) => [...some]);
  if (names.every((name) => schema.getType(name))) return document;
  // another document in any case: a contract leaves types out without a directive
  return {
    ...visit(document, { Directive: ({ name }) => (name.value === 'inaccessible' ? null : undefined) }),
  };
}

/**
 * The same operation, but that it asks for `__typename` of such interfaces by those of their objects, and without fragments
 * that fit no object of a field that was narrowed.
 */
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
  const fits = (one: SelectionNode, type: GraphQLCompositeType): boolean => {
    const condition = one.kind === Kind.FIELD ? undefined : fragmentAt(text, one)?.typeCondition;
    const other = condition && schema.getType(condition.name.value);
    return !isCompositeType(other) || doTypesOverlap(schema, type, other);
  };
  return visit(
    text,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: {
        leave(set) {
          const type = typeInfo.getParentType();
          if (!isAbstractType(type)) return undefined;
          const fitting = set.selections.filter((one) => fits(one, type));
          const selections = fitting.length > 0 ? fitting : [TYPE_NAME];
          const known = others.get(type.name);
          if (!known) return fitting.length === set.selections.length ? undefined : setOf(selections);
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

function byFragments(
  node: FetchNode,
  fields: ReadonlyMap<string, string>,
  schema: GraphQLSchema,
  isVisible: (type: string) => boolean,
): FetchNode {
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
          const fragment = fragmentOn(other, selectionSet);
          // by the type, the client's own fragments on it are told to be of the object
          return { ...field, selectionSet: setOf(isVisible(other) ? [TYPE_NAME, fragment] : [fragment]) };
        },
      },
    }),
  );
  return isChanged ? withOperation(node, { kind: Kind.DOCUMENT, definitions: [changed] }) : node;
}
