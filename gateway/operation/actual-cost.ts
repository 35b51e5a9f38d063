import {
  getNamedType,
  isCompositeType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from './conditions.ts';
import { createWeights, MUTATION, type CostOptions } from './cost.ts';
import { keyOf } from './fragments.ts';
import { variableValues, valueWith, type Variables } from './variable-values.ts';

/** Fields under one response key: which they are where several types have their own is not told by the answer. */
interface Asked {
  readonly node: FieldNode;
  readonly parent: GraphQLCompositeType;
  readonly selections: [SelectionSetNode, GraphQLCompositeType][];
}

/**
 * What an answer cost: weighed as an estimate is, with lists as long as they came to be and nulls for nothing.
 * @param variables as the client sent them
 */
export function actualCost(
  options: CostOptions,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  data: unknown,
  variables: Variables,
): number {
  const { schema } = options;
  const weights = createWeights(options);
  const valueOf = variableValues(operation);
  const conditions = new Map(
    operation.variableDefinitions?.map(({ variable: { name } }) => [
      name.value,
      valueOf(name.value, variables) === true,
    ]),
  );
  const typeNamed = (name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType => {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : otherwise;
  };

  const collect = (
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    into: Map<string, Asked>,
  ): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = keyOf(selection);
        const asked = into.get(key) ?? { node: selection, parent, selections: [] };
        into.set(key, asked);
        const field = 'getFields' in parent ? parent.getFields()[selection.name.value] : undefined;
        const type = field && getNamedType(field.type);
        if (selection.selectionSet && isCompositeType(type))
          asked.selections.push([selection.selectionSet, type]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, typeNamed(selection.typeCondition?.name.value, parent), into);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment)
          collect(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value, parent), into);
      }
    }
  };

  const ofObject = (value: object, sets: readonly [SelectionSetNode, GraphQLCompositeType][]): number => {
    const fields = new Map<string, Asked>();
    for (const [set, type] of sets) collect(set, type, fields);
    let total = 0;
    for (const [key, asked] of fields)
      if (Object.hasOwn(value, key)) total += ofField((value as Record<string, unknown>)[key], asked);
    return total;
  };

  const ofField = (value: unknown, { node, parent, selections }: Asked): number => {
    const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 0;
    const own = weights.ofField(parent, field.name, getNamedType(field.type));
    let total = 0;
    for (const { name, value: given } of node.arguments ?? []) {
      const argument = field.args.find((one) => one.name === name.value);
      if (argument)
        total += weights.ofInput(
          argument.type,
          valueWith(given, variables, valueOf),
          weights.ofArgument(parent, field, argument),
        );
    }
    const ofItem = (item: unknown): number => {
      if (item === null || item === undefined) return 0;
      if (Array.isArray(item)) return item.reduce<number>((items, one) => items + ofItem(one), 0);
      return own + (typeof item === 'object' ? ofObject(item, selections) : 0);
    };
    return total + ofItem(value);
  };

  const root = schema.getRootType(operation.operation);
  if (!root || typeof data !== 'object' || data === null) return 0;
  const base = operation.operation === 'mutation' ? MUTATION : 0;
  return base + ofObject(data, [[operation.selectionSet, root]]);
}
