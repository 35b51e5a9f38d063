import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../fragments.ts';
import { namedType, setOf } from '../nodes.ts';

/** Selections that a document may come to: with each level there are as many times more as an object may have types. */
const MOST_SELECTIONS = 10_000;

/**
 * The document with a fragment for each object type in place of one on another abstract type than that of the objects: on
 * a `Media` that may be a `Film` or a `Book`, `... on Node { id }` becomes `... on Film { id } ... on Book { id }`, as far
 * as those are nodes; fragments that fit no object are left out. It says the same, and the planner finds a way where it
 * otherwise fails by an assertion of its own: an interface object knows nothing of other interfaces, and the planner does
 * not ask for the type to make something of such a fragment.
 * @returns undefined if it would be too long
 */
export function withPossibleTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode | undefined {
  const fragments = fragmentsOf(document);
  let count = 0;
  const possibleTypes = (type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type];

  /** What is asked of objects of a type; empty if that is nothing. */
  const narrowed = ({ selections }: SelectionSetNode, parent: GraphQLCompositeType): SelectionNode[] =>
    selections.flatMap((one): SelectionNode[] => {
      count += 1;
      if (count > MOST_SELECTIONS) return [];
      if (one.kind === Kind.FIELD) {
        if (!one.selectionSet || !('getFields' in parent)) return [one];
        const type = getNamedType(parent.getFields()[one.name.value]?.type);
        const inner = isCompositeType(type) ? narrowed(one.selectionSet, type) : [];
        // an object of which nothing is asked is answered all the same
        return [inner.length > 0 ? { ...one, selectionSet: setOf(inner) } : one];
      }
      const fragment = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one;
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      const type = typeCondition ? schema.getType(typeCondition.name.value) : parent;
      if (!isCompositeType(type)) return [];
      const isSame = type === parent;
      const types = possibleTypes(parent).filter((possible) => possibleTypes(type).includes(possible));
      return (isSame ? [type] : types).flatMap((narrow): InlineFragmentNode[] => {
        const inner = narrowed(selectionSet, narrow);
        if (inner.length === 0) return [];
        return [
          {
            kind: Kind.INLINE_FRAGMENT,
            ...(!isSame && { typeCondition: namedType(narrow.name) }),
            ...(one.directives && { directives: one.directives }),
            selectionSet: setOf(inner),
          },
        ];
      });
    });

  const whole = visit(document, {
    FragmentDefinition: () => null,
    OperationDefinition(operation) {
      const root = schema.getRootType(operation.operation);
      if (!isObjectType(root)) return false;
      return { ...operation, selectionSet: setOf(narrowed(operation.selectionSet, root)) };
    },
    SelectionSet: () => false,
  });
  return count > MOST_SELECTIONS ? undefined : whole;
}
