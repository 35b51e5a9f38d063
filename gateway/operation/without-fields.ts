import {
  GraphQLError,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  getNamedType,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { keyOf, spreadFragments } from './fragments.ts';
import { TYPE_NAME } from './nodes.ts';

/** An operation without some of its fields, and the way back from its result to what the client asked for. */
export interface Reduced {
  /** The operation first, then the fragments that it still spreads. */
  readonly definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[];
  /**
   * Puts the fields that were left out in their places, as nulls with an error each; a null where none may be takes
   * the object around it along (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors).
   * @param variables coerced
   */
  restore(result: ExecutionResult, variables: Record<string, unknown>): ExecutionResult;
}

/** At most so many errors tell of fields that were left out, however many objects lack them. */
const MOST_ERRORS = 100;

/**
 * Leaves fields out of an operation.
 * @param definitions the operation first, then all fragments that it spreads
 * @param left the fields to leave out, as they are in `definitions`
 * @param errorOf the error for such a field, without its path
 */
export function withoutFields(
  schema: GraphQLSchema,
  definitions: readonly [OperationDefinitionNode, ...FragmentDefinitionNode[]],
  left: ReadonlySet<FieldNode>,
  errorOf: (node: FieldNode) => GraphQLError,
): Reduced {
  const typeKey = unusedKey(definitions);
  const reduced = definitions.map((definition) => reduce(schema, definition, left, typeKey));
  const [operation, ...fragments] = reduced as [OperationDefinitionNode, ...FragmentDefinitionNode[]];
  const used = spreadFragments(operation, new Map(fragments.map((one) => [one.name.value, one])));
  return {
    definitions: [operation, ...used],
    restore: createRestore(schema, definitions, left, errorOf, typeKey),
  };
}

/** A response key that the operation has no other use for: it asks for the type of an object. */
function unusedKey(definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[]): string {
  const keys = new Set<string>();
  for (const definition of definitions) visit(definition, { Field: (node) => void keys.add(keyOf(node)) });
  let key = '_type';
  while (keys.has(key)) key += '_';
  return key;
}

/** The definition without the fields; what is abstract then tells its type, and nothing is left empty. */
function reduce<Definition extends OperationDefinitionNode | FragmentDefinitionNode>(
  schema: GraphQLSchema,
  definition: Definition,
  left: ReadonlySet<FieldNode>,
  typeKey: string,
): Definition {
  const typeInfo = new TypeInfo(schema);
  const asksType: FieldNode = { ...TYPE_NAME, alias: { kind: Kind.NAME, value: typeKey } };
  const filter = (set: SelectionSetNode, tell: boolean): SelectionSetNode => {
    const selections = set.selections.filter((one) => one.kind !== Kind.FIELD || !left.has(one));
    return { ...set, selections: tell || selections.length === 0 ? [asksType, ...selections] : selections };
  };
  return visit(
    definition,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => (left.has(node) ? false : undefined),
      // the whole must come at once, to have nulls put in their places
      Directive: (node) => (node.name.value === 'defer' ? null : undefined),
      SelectionSet(set, _key, parent) {
        const returned = getNamedType(typeInfo.getType());
        const ofField =
          !!parent && !Array.isArray(parent) && (parent as { kind: string }).kind === Kind.FIELD;
        return filter(set, ofField && isAbstractType(returned));
      },
    }),
  ) as Definition;
}

function createRestore(
  schema: GraphQLSchema,
  [operation, ...fragments]: readonly [OperationDefinitionNode, ...FragmentDefinitionNode[]],
  left: ReadonlySet<FieldNode>,
  errorOf: (node: FieldNode) => GraphQLError,
  typeKey: string,
): Reduced['restore'] {
  const byName = Object.fromEntries(fragments.map((one) => [one.name.value, one]));
  const root = schema.getRootType(operation.operation);

  return (result, variables) => {
    const { data } = result;
    if (!root || data === undefined || data === null) return result;
    const errors: GraphQLError[] = [];
    const path: (string | number)[] = [];

    /** @returns undefined if the null of a field takes the object along */
    const object = (
      type: GraphQLObjectType,
      value: Record<string, unknown>,
      fields: Map<string, readonly FieldNode[]>,
    ): Record<string, unknown> | undefined => {
      const whole: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const [key, nodes] of fields) {
        const [node] = nodes;
        const field = node && type.getFields()[node.name.value];
        if (!node || !field) {
          // a type's name is asked for by a field that was left out, too, where another brings the object
          whole[key] = node?.name.value === '__typename' ? type.name : value[key];
          continue;
        }
        path.push(key);
        let completed: unknown = null;
        if (nodes.every((one) => left.has(one)) || !Object.hasOwn(value, key)) {
          const { message, extensions } = errorOf(node);
          if (errors.length < MOST_ERRORS)
            errors.push(new GraphQLError(message, { nodes: nodes.slice(0, 1), path: [...path], extensions }));
        } else completed = complete(field.type, value[key], nodes);
        path.pop();
        if (completed === null && isNonNullType(field.type)) return undefined;
        whole[key] = completed;
      }
      return whole;
    };

    const complete = (type: GraphQLOutputType, value: unknown, nodes: readonly FieldNode[]): unknown => {
      if (value === null || value === undefined) return null;
      if (isNonNullType(type)) return complete(type.ofType, value, nodes);
      if (isLeafType(type)) return value;
      if (isListType(type)) {
        const items: unknown[] = [];
        for (const [index, item] of (value as unknown[]).entries()) {
          path.push(index);
          const completed = complete(type.ofType, item, nodes);
          path.pop();
          if (completed === null && isNonNullType(type.ofType)) return null;
          items.push(completed);
        }
        return items;
      }
      const fields = value as Record<string, unknown>;
      const runtime = isObjectType(type) ? type : schema.getType(String(fields[typeKey]));
      if (!isCompositeType(type) || !isObjectType(runtime)) return null;
      return object(runtime, fields, collectSubfields(schema, byName, variables, runtime, nodes)) ?? null;
    };

    const fields = collectFields(schema, byName, variables, root, operation.selectionSet);
    const whole = object(root, data as Record<string, unknown>, fields) ?? null;
    const all = [...(result.errors ?? []), ...errors];
    return { ...result, data: whole, ...(all.length > 0 && { errors: all }) };
  };
}
