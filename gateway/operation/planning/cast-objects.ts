import {
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentAt } from '../fragments.ts';
import { namedType, setOf } from '../nodes.ts';

/**
 * The document for the planner, with objects of an interface cast to the ones that stand for them before they are to one of
 * their types, where a subgraph has some of them by those and others by types that it knows: `stocked { ... on Milk { fat } }`
 * becomes `stocked { ... on Product { ... on Milk { fat } } }`. By itself the planner takes it that the subgraph has no milk.
 * It would take such a fragment away again if there were no condition on it.
 * @param standing names of interfaces that objects of others stand for, by those others
 * @param schema what clients see
 */
export function withCastObjects(
  document: DocumentNode,
  standing: ReadonlyMap<string, ReadonlySet<string>>,
  schema: GraphQLSchema,
): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  /** The fragment for the objects that stand for an interface, by each type of which it asks something. */
  const castTo = (name: string, one: FragmentSpreadNode | InlineFragmentNode): InlineFragmentNode[] => {
    const fragment = fragmentAt(document, one);
    const [cast, type] = [name, fragment?.typeCondition?.name.value ?? ''].map((each) =>
      schema.getType(each),
    );
    // one on the interface itself, or on another that all of its objects have, needs no cast
    if (!fragment || !isInterfaceType(cast) || !isCompositeType(type) || covers(schema, type, cast))
      return [];
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const parts = types
      .filter((each) => schema.isSubType(cast, each))
      .map((each) => fragmentOn(each.name, one.directives, fragment.selectionSet));
    return parts.length === 0 ? [] : [fragmentOn(name, [ALWAYS], setOf(parts))];
  };
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: {
        leave(set) {
          const names = standing.get(typeInfo.getParentType()?.name ?? '');
          if (!names) return undefined;
          return setOf(
            set.selections.flatMap((one): SelectionNode[] => {
              if (one.kind === Kind.FIELD) return [one];
              const casts = [...names].flatMap((name) => castTo(name, one));
              const condition = fragmentAt(document, one)?.typeCondition?.name.value;
              return casts.length > 0 && isObjectType(schema.getType(condition ?? ''))
                ? casts
                : [one, ...casts];
            }),
          );
        },
      },
    }),
  );
}

const covers = (schema: GraphQLSchema, type: GraphQLCompositeType, cast: GraphQLInterfaceType): boolean =>
  type === cast || (isAbstractType(type) && schema.isSubType(type, cast));

const fragmentOn = (
  name: string,
  directives: readonly DirectiveNode[] | undefined,
  selectionSet: SelectionSetNode,
): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: namedType(name),
  ...(directives && { directives }),
  selectionSet,
});

const ALWAYS: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'include' },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'if' },
      value: { kind: Kind.BOOLEAN, value: true },
    },
  ],
};
