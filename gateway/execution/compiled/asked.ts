import { Kind, type DocumentNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { conditionsOf, isCondition, isIncluded } from '../../operation/conditions.ts';
import { fragmentAt, operationIn } from '../../operation/fragments.ts';

/**
 * Whether a fetch asks for anything at all: all its fields may be under conditions of their own, which the planner only
 * takes together where they are the same.
 * @param selectionSet what it asks of its objects
 * @returns undefined if it does in any case
 */
export function compileIsAsked(
  document: DocumentNode,
  selectionSet: SelectionSetNode,
): ((variables: Record<string, unknown>) => boolean) | undefined {
  const has = (set: SelectionSetNode, isThere: (selection: SelectionNode) => boolean): boolean =>
    set.selections.some((one) => {
      if (!isThere(one)) return false;
      if (one.kind === Kind.FIELD) return true;
      const fragment = fragmentAt(document, one);
      return fragment !== undefined && has(fragment.selectionSet, isThere);
    });
  if (has(selectionSet, ({ directives = [] }) => !directives.some(isCondition))) return undefined;
  const { names, valueOf } = conditionsOf(document, operationIn(document, undefined));
  return (variables) => {
    const values = new Map(names.map((name) => [name, valueOf(name, variables) === true] as const));
    return has(selectionSet, (one) => isIncluded(one, values));
  };
}
