import { getNamedType, isInterfaceType, type GraphQLSchema } from 'graphql';
import { joins, typesWithFields } from './joins.ts';

/**
 * Fields that return an interface and come from subgraphs only that have no type of it, though others have: no object
 * that they may hold has a type that is known.
 * @param schema the supergraph's
 * @returns by coordinate: `Type.field`
 */
export function typelessFields(schema: GraphQLSchema): ReadonlySet<string> {
  const types = typesWithFields(schema);
  const typeless = new Map(
    types.filter(isInterfaceType).map((type) => {
      const implemented = new Set(
        schema.getPossibleTypes(type).flatMap((one) =>
          joins(one, 'implements')
            .filter((join) => join['interface'] === type.name)
            .map(({ graph }) => graph),
        ),
      );
      const graphs = joins(type, 'type').filter((join) => join['isInterfaceObject'] !== true);
      return [
        type,
        new Set(graphs.map(({ graph }) => graph).filter((graph) => !implemented.has(graph))),
      ] as const;
    }),
  );
  const found = new Set<string>();
  for (const type of types)
    for (const field of Object.values(type.getFields())) {
      const returned = getNamedType(field.type);
      const without = isInterfaceType(returned) ? typeless.get(returned) : undefined;
      if (!without || without.size === 0) continue;
      const own = joins(field, 'field');
      const sources = (own.length > 0 ? own : joins(type, 'type')).filter(
        (join) => join['external'] !== true,
      );
      if (sources.length > 0 && sources.every(({ graph }) => without.has(graph)))
        found.add(`${type.name}.${field.name}`);
    }
  return found;
}
