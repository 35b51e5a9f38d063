import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from './fragments.ts';

/**
 * The variables of conditions at or around fields that require others (`@requires`). The planner has what such a field requires fetched
 * under the field's conditions, but takes it for required by all that the same call asks of the object: where they do not
 * hold, the object could not be asked for anything. Coming back to the field's subgraph, it also forgets conditions. So these
 * conditions are decided before it plans: there is a plan for each combination of values that is asked for.
 * @param requiring names of fields that require others
 * @returns names; none if all such conditions are constants; undefined if there are no such conditions
 */
export function decidingVariables(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  requiring: ReadonlySet<string>,
): readonly string[] | undefined {
  if (requiring.size === 0) return undefined;
  const fragments = fragmentsOf(document);
  const known = new Map<SelectionSetNode, Set<string> | undefined>();
  /** @returns variables, and the empty string for constants; undefined if no field of the set requires others */
  const around = (set: SelectionSetNode): Set<string> | undefined => {
    if (known.has(set)) return known.get(set);
    let found: Set<string> | undefined;
    for (const one of set.selections) {
      const inner =
        one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value)?.selectionSet : one.selectionSet;
      const below = inner && around(inner);
      if (!below && !(one.kind === Kind.FIELD && requiring.has(one.name.value))) continue;
      found = new Set([...(found ?? []), ...(below ?? []), ...conditionsOf(one)]);
    }
    known.set(set, found);
    return found;
  };
  const found = around(definition.selectionSet);
  if (!found || found.size === 0) return undefined;
  return [...found].filter((name) => name !== '');
}

const conditionsOf = ({ directives = [] }: SelectionNode): string[] =>
  directives.flatMap((one) => {
    const value = conditionOf(one);
    return value === undefined ? [] : [value.kind === Kind.VARIABLE ? value.name.value : ''];
  });

/**
 * The values of the variables that decide, as an operation is asked with them.
 * @param variables as they were sent
 */
export function decisionsOf(
  names: readonly string[],
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Map<string, boolean> {
  const valueOf = (name: string): boolean => {
    if (Object.hasOwn(variables, name)) return variables[name] === true;
    const { defaultValue } = variableDefinitions.find((one) => one.variable.name.value === name) ?? {};
    return defaultValue?.kind === Kind.BOOLEAN && defaultValue.value;
  };
  return new Map(names.map((name) => [name, valueOf(name)]));
}

/**
 * The document with conditions decided: without the selections that are not asked for, and without the conditions of
 * those that are. Constants are decided, too.
 * @param values of variables; conditions that hang on others stay as they are
 */
export function withDecidedConditions(
  document: DocumentNode,
  values: ReadonlyMap<string, boolean>,
): DocumentNode {
  const decide = (node: SelectionNode): SelectionNode | null | undefined => {
    const { directives = [] } = node;
    const left: DirectiveNode[] = [];
    for (const one of directives) {
      const condition = conditionOf(one);
      const value = condition?.kind === Kind.VARIABLE ? values.get(condition.name.value) : condition?.value;
      if (value === undefined) left.push(one);
      else if (value !== (one.name.value === 'include')) return null;
    }
    return left.length === directives.length ? undefined : { ...node, directives: left };
  };
  return visit(document, {
    Field: decide,
    InlineFragment: decide,
    FragmentSpread: decide,
    SelectionSet: {
      leave: (set) => (set.selections.length === 0 ? { ...set, selections: [TYPE_NAME] } : undefined),
    },
  });
}

/** Stands where nothing else is left. */
const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function conditionOf({ name, arguments: given = [] }: DirectiveNode) {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  const value = given.find((one) => one.name.value === 'if')?.value;
  return value?.kind === Kind.VARIABLE || value?.kind === Kind.BOOLEAN ? value : undefined;
}
