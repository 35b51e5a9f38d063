import {
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { conditionsOf } from '../../operation/conditions.ts';
import { operationIn } from '../../operation/fragments.ts';
import type { Variables } from '../../operation/variable-values.ts';
import { isLeafValue, objectTypeOf } from '../compiled/completion.ts';
import { isObject, own, type JsonObject } from '../compiled/json.ts';
import { createSelections, type RuntimeType, type Selections } from '../compiled/selections.ts';

/**
 * Whether a value is all that a fetch asked for, and of its types.
 * @param typename of the entity; undefined for root fields
 */
export type Fits = (value: unknown, typename: string | undefined) => boolean;

/**
 * The shape of what a fetch brings, for each call by its variables. What is not of it costs whoever asked for it an
 * error or a value, and must not do so to others. The types are the supergraph's, which promise no more than those of
 * the subgraph.
 * @param isOfEntities whether values are entities: one of them may be null, if that leaves no field without a value that
 * must have one
 */
export function compileShape(
  schema: GraphQLSchema,
  document: DocumentNode,
  isOfEntities: boolean,
): (variables: Variables) => Fits {
  const operation = operationIn(document, undefined);
  const [entities] = operation.selectionSet.selections;
  const root = isOfEntities && entities?.kind === Kind.FIELD ? entities.selectionSet : operation.selectionSet;
  const sets: readonly SelectionSetNode[] = root ? [root] : [];
  const conditions = conditionsOf(document, operation);
  /** Of a document without conditions. */
  let only: Selections | undefined;
  const selectionsWith = (variables: Variables): Selections => {
    if (only) return only;
    const values = conditions.names.map(
      (name) => [name, conditions.valueOf(name, variables) === true] as const,
    );
    const selections = createSelections(schema, document, new Map(values));
    if (values.length === 0) only = selections;
    return selections;
  };

  return (variables) => {
    const selections = selectionsWith(variables);
    return (value, typename) => {
      const type = typename === undefined ? schema.getQueryType() : schema.getType(typename);
      if (!isObjectType(type) && !isInterfaceType(type)) return false;
      if (value === null && isOfEntities)
        return selections
          .of(type, sets)
          .fields.every(({ name }) => !isNonNullType(type.getFields()[name]?.type));
      return value !== null && valueFits(schema, selections, type, value, sets);
    };
  };
}

function valueFits(
  schema: GraphQLSchema,
  selections: Selections,
  type: GraphQLOutputType,
  value: unknown,
  sets: readonly SelectionSetNode[],
): boolean {
  if (isNonNullType(type)) return value !== null && valueFits(schema, selections, type.ofType, value, sets);
  if (value === null) return true;
  if (isListType(type))
    return (
      Array.isArray(value) && value.every((one) => valueFits(schema, selections, type.ofType, one, sets))
    );
  if (isLeafType(type)) return isLeafValue(type, value);
  if (!isObject(value)) return false;
  const runtimeType = objectTypeOf(schema, type, value);
  return runtimeType !== undefined && objectFits(schema, selections, runtimeType, value, sets);
}

const objectFits = (
  schema: GraphQLSchema,
  selections: Selections,
  type: RuntimeType,
  object: JsonObject,
  sets: readonly SelectionSetNode[],
): boolean =>
  selections.of(type, sets).fields.every((field) => {
    const value = own(object, field.source);
    if (field.name === '__typename') return typeof value === 'string';
    const declared = type.getFields()[field.name];
    return (
      !declared || (value !== undefined && valueFits(schema, selections, declared.type, value, field.sets))
    );
  });
