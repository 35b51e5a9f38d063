import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isNonNullType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLInterfaceType,
  type GraphQLSchema,
} from 'graphql';

/**
 * Selects every field of a type, and of the types below it as far as `depth` reaches; fields of objects beyond that
 * are left out. Arguments are given to connections only: `first: 2`.
 */
export function selectAll(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const own = fieldsOf(schema, type, depth);
  const possible = isInterfaceType(type)
    ? schema.getPossibleTypes(type).map((implementation) => {
        const more = Object.keys(implementation.getFields()).filter((name) => !(name in type.getFields()));
        const extra = fieldsOf(schema, implementation, depth, more);
        return extra === '' ? '' : `... on ${implementation.name} { ${extra} }`;
      })
    : [];
  return [isInterfaceType(type) ? '__typename' : '', own, ...possible].filter(Boolean).join(' ');
}

function fieldsOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  depth: number,
  only?: readonly string[],
): string {
  return Object.values(type.getFields())
    .filter((field) => only === undefined || only.includes(field.name))
    .map((field) => {
      const named = getNamedType(field.type);
      const page = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
      if (field.args.some((argument) => isNonNullType(argument.type))) return '';
      if (isLeafType(named)) return `${field.name}${page}`;
      if (depth === 0) return '';
      const below = selectAll(schema, named, depth - 1);
      return below === '' ? '' : `${field.name}${page} { ${below} }`;
    })
    .filter(Boolean)
    .join(' ');
}

/** Paths of all nulls in an answer; indexes of lists are left out, so that `a.b` stands for each of them. */
export function nullPaths(value: unknown, path: string[] = []): string[] {
  if (value === null) return [path.join('.')];
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => nullPaths(item, path)))];
  if (typeof value !== 'object') return [];
  return [...new Set(Object.entries(value).flatMap(([key, below]) => nullPaths(below, [...path, key])))];
}
