import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { argumentOf, graphOf } from '../../supergraph/joins.ts';

/**
 * Where a field needs something of another subgraph first (`@requires`), the planner comes back to the field's own
 * subgraph by the first key of the type there, even if that one is declared with `resolvable: false` and so finds no
 * object. So it is given a subgraph's resolvable keys before its others.
 * @param document a supergraph
 * @returns the same document if no type needs it
 */
export function withResolvableKeysFirst(document: DocumentNode): DocumentNode {
  return visit(document, {
    enter(node) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION)
        return node.kind === Kind.DOCUMENT ? undefined : false;
      const { directives = [] } = node;
      const late = directives.filter(isUnresolvable);
      const isLate = (key: ConstDirectiveNode, at: number): boolean =>
        isKey(key) &&
        !isUnresolvable(key) &&
        late.some((one) => directives.indexOf(one) < at && graphOf(one) === graphOf(key));
      if (!directives.some(isLate)) return false;
      return { ...node, directives: [...directives.filter((one) => !isUnresolvable(one)), ...late] };
    },
  });
}

const isKey = ({ name }: ConstDirectiveNode): boolean => name.value === 'join__type';
const isUnresolvable = (key: ConstDirectiveNode): boolean =>
  isKey(key) && argumentOf(key, 'resolvable') === false;
