import {
  isAbstractType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql';
import { fragmentsOf } from './fragments.ts';

/**
 * The document with a fragment for each object type in place of one on an abstract type: on a `Media` that may be a `Film`
 * or a `Book`, `... on Node { id }` becomes `... on Film { id } ... on Book { id }`, as far as those are nodes. It says
 * the same, and the planner finds a way where it otherwise fails by an assertion of its own: an interface object knows
 * nothing of other interfaces, and the planner does not ask for the type to make something of such a fragment.
 * @returns the same document if there are none in it
 */
export function withPossibleTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const fragments = fragmentsOf(document);
  const typeInfo = new TypeInfo(schema);
  const possibleTypes = (type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const expand = (one: SelectionNode, parent: GraphQLCompositeType): readonly SelectionNode[] => {
    if (one.kind === Kind.FIELD) return [one];
    const fragment = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one;
    const type = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
    if (!fragment || !isAbstractType(type) || type === parent) return [one];
    const both = possibleTypes(parent).filter((possible) => schema.isSubType(type, possible));
    if (both.length === 0) return [one];
    return both.map(({ name }) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
      ...(one.directives && { directives: one.directives }),
      selectionSet: fragment.selectionSet,
    }));
  };
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet(set) {
        const parent = typeInfo.getParentType();
        if (!parent) return undefined;
        const selections = set.selections.flatMap((one) => expand(one, parent));
        const isSame = selections.every((one, index) => one === set.selections[index]);
        return isSame ? undefined : { ...set, selections };
      },
    }),
  );
}
