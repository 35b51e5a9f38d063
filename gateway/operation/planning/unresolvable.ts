import {
  getNamedType,
  GraphQLError,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { conditionOf, wantedBy } from '../conditions.ts';
import { keyOf, operationIn, withoutSpreads } from '../fragments.ts';
import { TYPE_NAME } from '../nodes.ts';

/**
 * The document for the planner, with the type asked of objects where it would not ask by itself:
 * - of those that no subgraph knows it of. The planner takes it that there are no such objects and leaves out what it
 *   would ask of them, so that they are null without an error. Asked for the type, their subgraph has to say what is wrong;
 * - of those of an interface that a subgraph has as one object, where some of its types are hidden from clients. Those
 *   objects are to be null, and their subgraph gives them without knowing what they are.
 * @returns the same document if there are none in it
 */
export const withAskedTypes = (
  document: DocumentNode,
  { apiSchema, typelessFields, veiledInterfaces }: Supergraph,
): DocumentNode =>
  typelessFields.size === 0 && veiledInterfaces.size === 0
    ? document
    : withTypeOf(
        document,
        apiSchema,
        (field, returned) => typelessFields.has(field) || veiledInterfaces.has(returned),
      );

/**
 * The document for the planner, with the type asked of objects that some subgraph knows as of one type only, and the
 * client as of several. The planner does not ask that subgraph for it, and the answer would not tell.
 * @returns the same document if there are none in it
 */
export const withNarrowedTypes = (
  document: DocumentNode,
  { apiSchema, narrowedFields }: Supergraph,
): DocumentNode =>
  narrowedFields.size === 0
    ? document
    : withTypeOf(document, apiSchema, (field) => narrowedFields.has(field));

/** @param isAsked whether objects of a field, by its coordinate, and of a type are asked for theirs */
function withTypeOf(
  document: DocumentNode,
  schema: GraphQLSchema,
  isAsked: (field: string, returned: string) => boolean,
): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const { selectionSet, name } = node;
        const field = `${typeInfo.getParentType()?.name}.${name.value}`;
        if (!selectionSet || !isAsked(field, getNamedType(typeInfo.getType())?.name ?? '')) return undefined;
        return {
          ...node,
          selectionSet: { ...selectionSet, selections: [TYPE_NAME, ...selectionSet.selections] },
        };
      },
    }),
  );
}

/**
 * What to tell of an operation that has no plan although it asks for something; empty if it does not.
 * @param name of the operation; undefined if it is the document's only one
 */
export function unplannedErrors(document: DocumentNode, name: string | undefined): GraphQLError[] {
  const asked = fieldsIn(withoutSpreads(document, operationIn(document, name).selectionSet), new Map());
  const byKey = new Map(asked.map((node) => [keyOf(node), node]));
  return [...byKey]
    .filter(([, { name }]) => !name.value.startsWith('__'))
    .map(([key, nodes]) => new GraphQLError(`No subgraph can resolve what is asked of "${key}".`, { nodes }));
}

/**
 * Fields that are asked for with some values of the variables, and something of their objects.
 * @param values of variables, without which nothing of the set is asked for
 */
function fieldsIn({ selections }: SelectionSetNode, values: ReadonlyMap<string, boolean>): FieldNode[] {
  return selections.flatMap((one) => {
    const own = valuesFor(one, values);
    if (!own) return [];
    if (one.kind === Kind.FIELD)
      return one.selectionSet && fieldsIn(one.selectionSet, own).length === 0 ? [] : [one];
    return one.kind === Kind.INLINE_FRAGMENT ? fieldsIn(one.selectionSet, own) : [];
  });
}

/**
 * Values of variables with which a selection is asked for.
 * @param around without which nothing around it is
 * @returns undefined if there are none
 */
export function valuesFor(
  { directives = [] }: SelectionNode,
  around: ReadonlyMap<string, boolean>,
): ReadonlyMap<string, boolean> | undefined {
  const values = new Map(around);
  for (const directive of directives) {
    const condition = conditionOf(directive);
    if (!condition) continue;
    const wanted = wantedBy(directive);
    const value =
      condition.kind === Kind.BOOLEAN ? condition.value : (values.get(condition.name.value) ?? wanted);
    if (value !== wanted) return undefined;
    if (condition.kind === Kind.VARIABLE) values.set(condition.name.value, wanted);
  }
  return values;
}
