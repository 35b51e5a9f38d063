import {
  buildASTSchema,
  execute,
  isAbstractType,
  GraphQLInterfaceType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  printSchema,
  printType,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type TypeNode,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { pathToArray } from 'graphql/jsutils/Path.js';
import type { PreparedOperation } from '../../../operation/operation.ts';
import { publicPath } from '../errors.ts';
import { isObject, own, type JsonObject } from '../json.ts';
import { valueAt, type Path } from './values.ts';

/** The type that stands for an interface where the type of an object is not known, and not asked for. */
const UNRESOLVED = '__unresolved';

type Operation = Pick<PreparedOperation, 'supergraph' | 'planned' | 'name'>;

/**
 * What the specification makes of data that subgraphs sent, as graphql-js completes it
 * (https://spec.graphql.org/October2021/#sec-Value-Completion). Three things are added: leaves are not coerced from one
 * type to another, since a subgraph has done that already, an object behind an interface may be of unknown type as
 * long as its name is not asked for, as is the case for interface objects, and what clients do not see is null.
 * @param data with keys as they were planned; so has the result
 */
export const completeBySpecification = (
  operation: Operation,
  data: unknown,
  variables: Record<string, unknown>,
): ExecutionResult => completeOver(checkingSchemas(operation).strict, operation, data, variables);

/** A value that does not fit. */
export interface ValueFault {
  /** With the client's keys. */
  readonly path: Path;
  /** Undefined if there is none. */
  readonly value: unknown;
  /** Where there is null for it: there, or around it as far as null is not possible (6.4.4 Handling Field Errors). */
  readonly voids: Path;
}

/**
 * All values that do not fit, those too that graphql-js passes over since another has voided what is around them.
 * @returns `isEmpty`: whether nothing at all came of what was asked
 */
export function findValueFaults(
  operation: Operation,
  data: unknown,
  variables: Record<string, unknown>,
): { readonly faults: readonly ValueFault[]; readonly isEmpty: boolean } {
  const { strict: schema, lenient } = checkingSchemas(operation);
  /** Places that may not be null. */
  const firm = new Set<string>();
  const found: { path: Path; value: unknown }[] = [];
  const check = (type: GraphQLOutputType, value: unknown, path: Path): void => {
    if (isNonNullType(type)) firm.add(JSON.stringify(path));
    if (isNonNullType(type) && (value === null || value === undefined)) found.push({ path, value });
    const of = isNonNullType(type) ? type.ofType : type;
    if (isListType(of) && Array.isArray(value))
      for (const [index, one] of value.entries()) check(of.ofType, one, [...path, index]);
  };
  let isEmpty = true;
  const { errors = [] } = completeOver(lenient, operation, data, variables, (value, info) => {
    const parent = schema.getType(info.parentType.name);
    const field = isObjectType(parent) ? parent.getFields()[info.fieldName] : undefined;
    if (info.path.prev === undefined && value !== undefined) isEmpty = false;
    if (field) check(field.type, value, pathToArray(info.path));
  });
  for (const { path = [] } of errors) found.push({ path, value: valueAt(data, path) });
  const faults = found.map(({ path, value }) => {
    let voids = path;
    while (firm.has(JSON.stringify(voids))) voids = voids.slice(0, -1);
    return { path: publicPath(path), value, voids: publicPath(voids) };
  });
  return { faults, isEmpty };
}

/** @param see is shown every value of a field */
const completeOver = (
  schema: GraphQLSchema,
  { planned, name, supergraph }: Operation,
  data: unknown,
  variables: Record<string, unknown>,
  see: (value: unknown, info: GraphQLResolveInfo) => void = () => undefined,
): ExecutionResult => {
  const hidden = hiddenNames(supergraph.sdl);
  const isHidden = (type: GraphQLOutputType, value: unknown): boolean => {
    if (isEnumType(type)) return hidden.has(`${type.name}.${String(value)}`);
    const name = isAbstractType(type) && isObject(value) ? own(value, '__typename') : undefined;
    if (typeof name !== 'string' || !hidden.has(name)) return false;
    const [declared, object] = [type.toString(), name].map((one) => supergraph.supergraphSchema.getType(one));
    return (
      isAbstractType(declared) &&
      isObjectType(object) &&
      supergraph.supergraphSchema.isSubType(declared, object)
    );
  };
  return execute({
    schema,
    document: planned,
    rootValue: data,
    variableValues: variables,
    operationName: name,
    fieldResolver: (source: JsonObject, _arguments, _context, info) => {
      const value = withoutHidden(info.returnType, own(source, String(info.path.key)), isHidden);
      see(value, info);
      return strict(info.returnType, value);
    },
    typeResolver: (value: unknown, _context, info, type) => runtimeType(value, info, type.name),
  }) as ExecutionResult;
};

const hiddenBySdl = new Map<string, ReadonlySet<string>>();

/** Types, and values of enums as `Enum.VALUE`, that clients do not see. */
function hiddenNames(sdl: string): ReadonlySet<string> {
  const known = hiddenBySdl.get(sdl);
  if (known) return known;
  const names = new Set<string>();
  const isHidden = ({
    directives = [],
  }: {
    readonly directives?: readonly ConstDirectiveNode[] | undefined;
  }) => directives.some(({ name }) => name.value === 'inaccessible');
  for (const one of parse(sdl, { noLocation: true }).definitions) {
    if (one.kind === Kind.OBJECT_TYPE_DEFINITION && isHidden(one)) names.add(one.name.value);
    if (one.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    for (const value of one.values ?? [])
      if (isHidden(value)) names.add(`${one.name.value}.${value.name.value}`);
  }
  hiddenBySdl.set(sdl, names);
  return names;
}

function withoutHidden(
  type: GraphQLOutputType,
  value: unknown,
  isHidden: (type: GraphQLOutputType, value: unknown) => boolean,
): unknown {
  if (isNonNullType(type)) return withoutHidden(type.ofType, value, isHidden);
  if (isListType(type) && Array.isArray(value))
    return value.map((one) => withoutHidden(type.ofType, one, isHidden));
  return isHidden(type, value) ? null : value;
}

/** The client's schema, and the same where everything may be null. */
interface CheckingSchemas {
  readonly strict: GraphQLSchema;
  readonly lenient: GraphQLSchema;
}

const checking = new WeakMap<GraphQLSchema, CheckingSchemas>();

function checkingSchemas({ supergraph: { apiSchema: api } }: Operation): CheckingSchemas {
  let known = checking.get(api);
  if (!known) {
    const types = withUnresolved(api);
    const nullable = visit(types, {
      FieldDefinition: (field) => ({ ...field, type: withoutNonNull(field.type) }),
    });
    checking.set(api, (known = { strict: checkingSchema(types), lenient: checkingSchema(nullable) }));
  }
  return known;
}

function withoutNonNull(type: TypeNode): TypeNode {
  if (type.kind === Kind.NON_NULL_TYPE) return withoutNonNull(type.type);
  return type.kind === Kind.LIST_TYPE ? { ...type, type: withoutNonNull(type.type) } : type;
}

/** The types, and one for each interface that stands for it where more is not known. */
function withUnresolved(api: GraphQLSchema): DocumentNode {
  const interfaces = Object.values(api.getTypeMap()).filter(isInterfaceType);
  const unresolved = interfaces.map((one) => {
    const all = [one, ...one.getInterfaces()].map(({ name }) => name).join(' & ');
    return printType(
      new GraphQLInterfaceType({ ...one.toConfig(), interfaces: [], description: '' }),
    ).replace(`interface ${one.name}`, `type ${one.name}${UNRESOLVED} implements ${all}`);
  });
  return parse([printSchema(api), ...unresolved].join('\n'), { noLocation: true });
}

function checkingSchema(types: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(types, { assumeValid: true, assumeValidSDL: true });
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__') && !type.name.endsWith(UNRESOLVED))
      type.isTypeOf = (value: unknown) => {
        if (!isObject(value)) return false;
        const name = own(value, '__typename') ?? undefined;
        return (
          name === undefined || name === type.name || type.getInterfaces().some((one) => one.name === name)
        );
      };
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
