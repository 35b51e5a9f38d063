import { getNamedType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { joins, typesWithFields, type TypeWithFields } from './joins.ts';

/**
 * Fields that return an interface and come from subgraphs only that have no type of it, though others have: no object
 * that they may hold has a type that is known.
 * @param schema the supergraph's
 * @returns by coordinate: `Type.field`
 */
export function typelessFields(schema: GraphQLSchema): ReadonlySet<string> {
  const types = typesWithFields(schema);
  /** Where a type is more than an interface: of an object's type, or of an interface that stands for one. */
  const isOfObjects = (type: TypeWithFields, graph: unknown): boolean =>
    isObjectType(type) ||
    joins(type, 'type').some((join) => join['graph'] === graph && join['isInterfaceObject'] === true);
  const typeless = new Map(
    types.filter(isInterfaceType).map((type) => {
      const { objects, interfaces } = schema.getImplementations(type);
      const implemented = new Set(
        [...objects, ...interfaces].flatMap((one) =>
          joins(one, 'implements')
            .filter((join) => join['interface'] === type.name && isOfObjects(one, join['graph']))
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
