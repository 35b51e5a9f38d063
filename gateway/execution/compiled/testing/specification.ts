import {
  buildSchema,
  execute,
  GraphQLInterfaceType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  printSchema,
  printType,
  type ExecutionResult,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import type { PreparedOperation } from '../../../operation/operation.ts';
import { isObject, own, type JsonObject } from '../json.ts';

/** The type that stands for an interface where the type of an object is not known, and not asked for. */
const UNRESOLVED = '__unresolved';

/**
 * What the specification makes of data that subgraphs sent, as graphql-js completes it
 * (https://spec.graphql.org/October2021/#sec-Value-Completion). Two things are added: leaves are not coerced from one
 * type to another, since a subgraph has done that already, and an object behind an interface may be of unknown type as
 * long as its name is not asked for, as is the case for interface objects.
 * @param data with keys as they were planned; so has the result
 */
export function completeBySpecification(
  { supergraph, planned, name }: Pick<PreparedOperation, 'supergraph' | 'planned' | 'name'>,
  data: unknown,
  variables: Record<string, unknown>,
): ExecutionResult {
  return execute({
    schema: checkingSchema(supergraph.apiSchema),
    document: planned,
    rootValue: data,
    variableValues: variables,
    operationName: name,
    fieldResolver: (source: JsonObject, _arguments, _context, { path, returnType }) =>
      strict(returnType, own(source, String(path.key))),
    typeResolver: (value: unknown, _context, info, type) => runtimeType(value, info, type.name),
  }) as ExecutionResult;
}

const checking = new WeakMap<GraphQLSchema, GraphQLSchema>();

function checkingSchema(api: GraphQLSchema): GraphQLSchema {
  const known = checking.get(api);
  if (known) return known;
  const interfaces = Object.values(api.getTypeMap()).filter(isInterfaceType);
  const unresolved = interfaces.map((one) => {
    const all = [one, ...one.getInterfaces()].map(({ name }) => name).join(' & ');
    return printType(
      new GraphQLInterfaceType({ ...one.toConfig(), interfaces: [], description: '' }),
    ).replace(`interface ${one.name}`, `type ${one.name}${UNRESOLVED} implements ${all}`);
  });
  const schema = buildSchema([printSchema(api), ...unresolved].join('\n'), {
    assumeValid: true,
    assumeValidSDL: true,
  });
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__') && !type.name.endsWith(UNRESOLVED))
      type.isTypeOf = (value: unknown) => {
        if (!isObject(value)) return false;
        const name = own(value, '__typename') ?? undefined;
        return (
          name === undefined || name === type.name || type.getInterfaces().some((one) => one.name === name)
        );
      };
  checking.set(api, schema);
  return schema;
}

function runtimeType(value: unknown, info: GraphQLResolveInfo, declared: string): string | undefined {
  if (!isObject(value)) return undefined;
  const name = own(value, '__typename') ?? declared;
  if (typeof name !== 'string') return undefined;
  const type = info.schema.getType(name);
  if (isObjectType(type)) return name;
  const wanted = info.schema.getType(declared);
  if (!isInterfaceType(type) || !isInterfaceType(wanted)) return undefined;
  const stand = info.schema.getType(`${name}${UNRESOLVED}`);
  if (!isObjectType(stand) || !info.schema.isSubType(wanted, stand)) return undefined;
  const fields = collectSubfields(info.schema, info.fragments, info.variableValues, stand, info.fieldNodes);
  const asksTypename = [...fields.values()].some(([node]) => node?.name.value === '__typename');
  return asksTypename ? undefined : stand.name;
}

/** A value of which the leaves that are not of their type can be coerced to nothing. */
function strict(type: GraphQLOutputType, value: unknown): unknown {
  if (isNonNullType(type)) return strict(type.ofType, value);
  if (isListType(type))
    return Array.isArray(value) ? value.map((element) => strict(type.ofType, element)) : value;
  if (!isLeafType(type) || value === null || value === undefined) return value;
  return isOfLeafType(type.name, isEnumType(type), value) ? value : { of: 'no type' };
}

function isOfLeafType(name: string, isEnum: boolean, value: unknown): boolean {
  if (isEnum) return typeof value === 'string';
  switch (name) {
    case 'String':
      return typeof value === 'string';
    case 'ID':
      return typeof value === 'string' || Number.isInteger(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Int':
    case 'Float':
      return typeof value === 'number';
    default:
      return true;
  }
}
