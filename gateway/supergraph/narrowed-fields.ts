import { getNamedType, isAbstractType, isInterfaceType, type GraphQLSchema } from 'graphql';
import { joins, nameIn, typesWithFields, type TypeWithFields } from './joins.ts';

/**
 * Fields that return an interface or a union, and of which some subgraph says that its objects are of one of its types,
 * as it may: the object's type is not asked for there, since the subgraph knows no other.
 * @param schema the supergraph's
 * @returns by coordinate: `Type.field`; those of an interface, too, if they are fields of one of its types
 */
export function narrowedFields(schema: GraphQLSchema): ReadonlySet<string> {
  const isNarrowed = (type: TypeWithFields, name: string): boolean => {
    const field = type.getFields()[name];
    const returned = getNamedType(field?.type);
    if (!field || !isAbstractType(returned)) return false;
    return (
      joins(field, 'field').some((join) => 'type' in join && nameIn(join['type']) !== returned.name) ||
      (isInterfaceType(type) && schema.getPossibleTypes(type).some((one) => isNarrowed(one, name)))
    );
  };
  return new Set(
    typesWithFields(schema).flatMap((type) =>
      Object.keys(type.getFields())
        .filter((name) => isNarrowed(type, name))
        .map((name) => `${type.name}.${name}`),
    ),
  );
}
