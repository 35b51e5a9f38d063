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
import { conditionOf, wantedBy } from '../conditions.ts';
import { operationIn, withoutSpreads } from '../fragments.ts';
import { setOf, TYPE_NAME } from '../nodes.ts';
import { variableValues, type Variables } from '../variable-values.ts';

/**
 * The values of the variables that make a difference to an operation's plan, as it is asked with them: those of conditions
 * within what is not asked for do not.
 * @param variables as they were sent
 */
export type Decide = (variables: Variables) => Map<string, boolean>;

/** A selection that has, or is, a field that requires others, with the conditions under which it is asked for. */
interface Deciding {
  readonly conditions: readonly { readonly variable: string; readonly wanted: boolean }[];
  readonly below: readonly Deciding[];
}

/**
 * Conditions at or around fields that require others (`@requires`). The planner has what such a field requires fetched
 * under the field's conditions, but takes it for required by all that the same call asks of the object: where they do not
 * hold, the object could not be asked for anything. Coming back to the field's subgraph, it also forgets conditions. So these
 * conditions are decided before it plans: there is a plan for each combination of values that makes a difference.
 * @param requiring names of fields that require others
 * @returns undefined if there are none; decides nothing if all are constants
 */
export function decidingConditions(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  requiring: ReadonlySet<string>,
): Decide | undefined {
  const deciding = requires(document, definition, requiring)
    ? within(withoutSpreads(document, definition.selectionSet), requiring)
    : undefined;
  if (!deciding || deciding.length === 0) return undefined;
  const valueOf = variableValues(definition);
  return (variables) => {
    const decisions = new Map<string, boolean>();
    const decide = ({ conditions, below }: Deciding): void => {
      for (const { variable, wanted } of conditions) {
        const value = valueOf(variable, variables) === true;
        decisions.set(variable, value);
        if (value !== wanted) return;
      }
      below.forEach(decide);
    };
    deciding.forEach(decide);
    return decisions;
  };
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
      return value?.kind === Kind.VARIABLE
        ? [{ variable: value.name.value, wanted: wantedBy(directive) }]
        : [];
    });
    if (conditional.length > 0) found.push({ conditions, below: below ?? [] });
    else found.push(...(below ?? []));
  }
  return found;
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
      else if (value !== wantedBy(one)) return null;
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

const withType = <Node extends FieldNode | OperationDefinitionNode>(node: Node): Node => ({
  ...node,
  selectionSet: setOf([TYPE_NAME]),
});
