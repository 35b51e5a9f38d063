import type { QueryPlan } from '@apollo/query-planner';
import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { operationOf, selectionOf, withSelection } from './fetch-operation.ts';
import { keyOf } from '../fragments.ts';
import { setOf } from '../nodes.ts';
import { mapFetches } from './plan-fetches.ts';

/**
 * The plan with all the aliases that it speaks of. Where a subgraph has different types for fields of one key, the planner
 * asks for one of them under another key, and says that this is to be renamed; but it does not give it that key in a
 * fragment without a type, which is one of a condition only, and the subgraph refuses both.
 */
export const withConditionalAliases = (plan: QueryPlan): QueryPlan =>
  mapFetches(plan, (node) => {
    const renamers = (node.outputRewrites ?? []).filter((one) => one.kind === 'KeyRenamer');
    if (renamers.length === 0) return node;
    const operation = operationOf(node);
    const before = selectionOf(node, operation);
    const after = renamers.reduce((set, { path, renameKeyTo }) => withAlias(set, path, renameKeyTo), before);
    return after === before ? node : withSelection(node, operation, after);
  });

/** @param path to the field by response keys and `... on Type`, its own new key last */
function withAlias(set: SelectionSetNode, path: readonly string[], key: string): SelectionSetNode {
  const [first = '', ...rest] = path;
  const selections = set.selections.map((one): SelectionNode => {
    if (one.kind === Kind.FIELD && rest.length === 0)
      return keyOf(one) === key ? { ...one, alias: { kind: Kind.NAME, value: first } } : one;
    if (one.kind === Kind.FRAGMENT_SPREAD || !one.selectionSet) return one;
    const step = one.kind === Kind.FIELD ? keyOf(one) : nameOf(one.typeCondition?.name.value);
    const left = step === undefined ? path : step === first && rest.length > 0 ? rest : undefined;
    const selectionSet = left && withAlias(one.selectionSet, left, key);
    return !selectionSet || selectionSet === one.selectionSet ? one : { ...one, selectionSet };
  });
  return selections.every((one, at) => one === set.selections[at]) ? set : setOf(selections);
}

const nameOf = (type: string | undefined): string | undefined =>
  type === undefined ? type : `... on ${type}`;
