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
import { operationIn, withoutSpreads } from './fragments.ts';

/** A selection that has, or is, a field that requires others, with the conditions under which it is asked for. */
export interface Deciding {
  readonly conditions: readonly { readonly variable: string; readonly wanted: boolean }[];
  readonly below: readonly Deciding[];
}

/**
 * Conditions at or around fields that require others (`@requires`). The planner has what such a field requires fetched
 * under the field's conditions, but takes it for required by all that the same call asks of the object: where they do not
 * hold, the object could not be asked for anything. Coming back to the field's subgraph, it also forgets conditions. So these
 * conditions are decided before it plans: there is a plan for each combination of values that makes a difference.
 * @param requiring names of fields that require others
 * @returns undefined if there are none; without any of variables if all are constants
 */
export function decidingConditions(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  requiring: ReadonlySet<string>,
): Deciding | undefined {
  const below = requires(document, definition, requiring)
    ? within(withoutSpreads(document, definition.selectionSet), requiring)
    : undefined;
  return below && below.length > 0 ? { conditions: [], below } : undefined;
}

/** Whether the operation asks for fields that require others. */
function requires(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  requiring: ReadonlySet<string>,
): boolean {
  let found = false;
  if (requiring.size > 0)
    for (const one of [
      definition,
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ])
      visit(one, { Field: ({ name }) => void (found ||= requiring.has(name.value)) });
  return found;
}

/** @returns undefined if no field of the set requires others; empty if those that do are under no condition */
function within({ selections }: SelectionSetNode, requiring: ReadonlySet<string>): Deciding[] | undefined {
  let found: Deciding[] | undefined;
  for (const one of selections) {
    const below = 'selectionSet' in one && one.selectionSet ? within(one.selectionSet, requiring) : undefined;
    if (!below && !(one.kind === Kind.FIELD && requiring.has(one.name.value))) continue;
    found ??= [];
    const conditional = (one.directives ?? []).filter((directive) => conditionOf(directive));
    const conditions = conditional.flatMap((directive) => {
      const value = conditionOf(directive);
      const wanted = directive.name.value === 'include';
      return value?.kind === Kind.VARIABLE ? [{ variable: value.name.value, wanted }] : [];
    });
    if (conditional.length > 0) found.push({ conditions, below: below ?? [] });
    else found.push(...(below ?? []));
  }
  return found;
}

/**
 * The values of the variables that make a difference, as an operation is asked with them: those of conditions within what
 * is not asked for do not.
 * @param variables as they were sent
 */
export function decisionsOf(
  deciding: Deciding,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Map<string, boolean> {
  const decisions = new Map<string, boolean>();
  const valueOf = (name: string): boolean => {
    if (Object.hasOwn(variables, name)) return variables[name] === true;
    const { defaultValue } = variableDefinitions.find(({ variable }) => variable.name.value === name) ?? {};
    return defaultValue?.kind === Kind.BOOLEAN && defaultValue.value;
  };
  const decide = ({ conditions, below }: Deciding): void => {
    for (const { variable, wanted } of conditions) {
      const value = valueOf(variable);
      decisions.set(variable, value);
      if (value !== wanted) return;
    }
    below.forEach(decide);
  };
  decide(deciding);
  return decisions;
}

/**
 * The operation with conditions decided: without the selections that are not asked for, and without the conditions of
 * those that are. Constants are decided, too. An object of which nothing is left is asked for its type.
 * @param name of the operation; undefined if it is the document's only one
 * @param values of variables; conditions that hang on others stay as they are
 */
export function withDecidedConditions(
  document: DocumentNode,
  name: string | undefined,
  values: ReadonlyMap<string, boolean>,
): DocumentNode {
  const operation = operationIn(document, name);
  const whole = { ...operation, selectionSet: withoutSpreads(document, operation.selectionSet) };
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
  const decided = visit(whole, {
    Field: {
      enter: decide,
      leave: (node) => (node.selectionSet?.selections.length === 0 ? withType(node) : undefined),
    },
    InlineFragment: {
      enter: decide,
      leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
    },
    OperationDefinition: {
      leave: (node) => (node.selectionSet.selections.length === 0 ? withType(node) : undefined),
    },
  });
  return { ...document, definitions: [decided] };
}

const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const withType = <Node extends FieldNode | OperationDefinitionNode>(node: Node): Node => ({
  ...node,
  selectionSet: { kind: Kind.SELECTION_SET, selections: [TYPE_NAME] },
});

function conditionOf({ name, arguments: given = [] }: DirectiveNode) {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  const value = given.find((one) => one.name.value === 'if')?.value;
  return value?.kind === Kind.VARIABLE || value?.kind === Kind.BOOLEAN ? value : undefined;
}
