import {
  isInterfaceType,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { joins, typesWithFields } from '../../supergraph/joins.ts';
import { keyOf, withoutSpreads } from '../fragments.ts';
import { setOf, TYPE_NAME } from '../nodes.ts';

/** Names of the fields that are to be asked of all objects of an interface, by the interface. */
type Hoisted = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What a subgraph has of an object that stands for an interface (`@interfaceObject`), and does not find again by any key.
 * @param schema the supergraph's
 */
export function fieldsOfUnfound(schema: GraphQLSchema): Hoisted {
  const hoisted = new Map<string, Set<string>>();
  for (const type of typesWithFields(schema).filter(isInterfaceType)) {
    const own = joins(type, 'type');
    const graphs = own.flatMap(({ graph, isInterfaceObject }) => (isInterfaceObject === true ? [graph] : []));
    const unfound = new Set(
      graphs.filter((graph) => own.every((one) => one['graph'] !== graph || one['resolvable'] === false)),
    );
    if (unfound.size === 0) continue;
    const isOfUnfound = ({ graph, external }: Record<string, unknown>): boolean =>
      unfound.has(graph) && external !== true;
    const fields = Object.values(type.getFields()).filter((field) => {
      const sources = joins(field, 'field');
      return (sources.length > 0 ? sources : own).some(isOfUnfound);
    });
    hoisted.set(type.name, new Set(fields.map(({ name }) => name)));
  }
  return hoisted;
}

/**
 * The document for the planner, with such fields asked of all objects where the client asks objects of one type for them:
 * `guests { ... on Admiral { seat } }` becomes `guests { seat ... on Admiral { __typename } }`. The subgraph has to be asked
 * where it gives the objects, before anybody knows their type. A key under which types have different fields stays.
 * @param schema what clients see
 */
export function withHoistedFields(
  document: DocumentNode,
  hoisted: Hoisted,
  schema: GraphQLSchema,
): DocumentNode {
  const whole = visit(document, {
    OperationDefinition: (one) => ({ ...one, selectionSet: withoutSpreads(document, one.selectionSet) }),
    FragmentDefinition: () => null,
  });
  const typeInfo = new TypeInfo(schema);
  return visit(
    whole,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: {
        leave(set) {
          const fields = hoisted.get(typeInfo.getParentType()?.name ?? '');
          return fields && withHoisted(set, fields);
        },
      },
    }),
  );
}

function withHoisted(set: SelectionSetNode, fields: ReadonlySet<string>): SelectionSetNode {
  const asked = new Map<string, Set<string>>();
  for (const field of fieldsIn(set)) {
    const key = keyOf(field);
    const { name, arguments: given = [] } = field;
    asked.set(key, (asked.get(key) ?? new Set()).add([name, ...given].map(print).join(' ')));
  }
  const isHoisted = (field: FieldNode): boolean =>
    fields.has(field.name.value) && asked.get(keyOf(field))?.size === 1;
  return setOf(
    set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind !== Kind.INLINE_FRAGMENT) return [one];
      const hoisted = partOf(one.selectionSet, false, isHoisted);
      if (hoisted.length === 0) return [one];
      const rest = partOf(one.selectionSet, true, (field) => !isHoisted(field));
      return [fragmentLike(one, false, hoisted), fragmentLike(one, true, [TYPE_NAME, ...rest])];
    }),
  );
}

/** All fields that objects of a set are asked for, of whatever type they are. */
const fieldsIn = ({ selections }: SelectionSetNode): FieldNode[] =>
  selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one];
    return one.kind === Kind.INLINE_FRAGMENT ? fieldsIn(one.selectionSet) : [];
  });

/** What a set has of some fields, under their conditions, whatever the object's type is or only if it is that of the fragment. */
function partOf(
  { selections }: SelectionSetNode,
  byType: boolean,
  isIn: (field: FieldNode) => boolean,
): SelectionNode[] {
  return selections.flatMap((one): SelectionNode[] => {
    if (one.kind === Kind.FIELD) return isIn(one) ? [one] : [];
    if (one.kind !== Kind.INLINE_FRAGMENT) return [];
    const part = partOf(one.selectionSet, byType, isIn);
    return part.length === 0 ? [] : [fragmentLike(one, byType, part)];
  });
}

const fragmentLike = (
  { typeCondition, directives }: InlineFragmentNode,
  byType: boolean,
  selections: readonly SelectionNode[],
): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  ...(byType && typeCondition && { typeCondition }),
  ...(directives && { directives }),
  selectionSet: setOf(selections),
});
