import {
  coerceInputValue,
  GraphQLError,
  isInputObjectType,
  isInputType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Variables } from './variable-values.ts';

/** Errors that are told; then the rest is not looked at. */
const MOST_ERRORS = 10;
/** Characters of a value that a message repeats, roughly. */
const LONGEST_VALUE = 1_000;

const tooMany = new Error('there are too many errors');

/**
 * The values of an operation's variables (https://spec.graphql.org/October2021/#CoerceVariableValues()). As
 * `getVariableValues` of graphql-js, whose messages repeat a value whole, once for each field that is wrong in it: that
 * takes seconds, and makes an answer of ten times the request.
 */
export function coercedVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Variables,
): { readonly coerced: Record<string, unknown>; readonly errors: readonly GraphQLError[] } {
  const coerced = Object.create(null) as Record<string, unknown>;
  const errors: GraphQLError[] = [];
  // one value may have many faults
  let shown: Map<unknown, string> | undefined;
  const show = (value: unknown): string => {
    const known = shown?.get(value) ?? repeated(value);
    (shown ??= new Map()).set(value, known);
    return known;
  };
  const fail = (message: string, nodes: VariableDefinitionNode, originalError?: GraphQLError): void => {
    if (errors.length === MOST_ERRORS) throw tooMany;
    errors.push(new GraphQLError(message, { nodes, originalError: originalError ?? null }));
  };
  const coerce = (definition: VariableDefinitionNode, name: string, type: GraphQLInputType): void => {
    if (!Object.hasOwn(variables, name)) {
      if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
      else if (isNonNullType(type))
        fail(`Variable "$${name}" of required type "${inspect(type)}" was not provided.`, definition);
      return;
    }
    const value = variables[name];
    if (value === null && isNonNullType(type))
      return fail(`Variable "$${name}" of non-null type "${inspect(type)}" must not be null.`, definition);
    const own = hasInheritedNames(schema) ? withoutPrototypes(value) : value;
    coerced[name] = coerceInputValue(own, type, (path, invalid, error) => {
      const at = path.length === 0 ? '' : ` at "${name}${path.map(pathElement).join('')}"`;
      fail(
        `Variable "$${name}" got invalid value ${show(invalid)}${at}; ${error.message}`,
        definition,
        error,
      );
    });
  };
  try {
    for (const definition of definitions) {
      const type = typeFromAST(schema, definition.type);
      // any other is refused by validation
      if (isInputType(type)) coerce(definition, definition.variable.name.value, type);
    }
  } catch (error) {
    if (error !== tooMany) throw error;
    errors.push(
      new GraphQLError('Too many errors processing variables, error limit reached. Execution aborted.'),
    );
  }
  return { coerced, errors };
}

/** Whether an input object has a field (`constructor`, `toString`) that every object of JavaScript seems to have. */
function hasInheritedNames(schema: GraphQLSchema): boolean {
  const known = inheritedNames.get(schema);
  if (known !== undefined) return known;
  const has = Object.values(schema.getTypeMap()).some(
    (type) =>
      isInputObjectType(type) && Object.keys(type.getFields()).some((name) => name in Object.prototype),
  );
  inheritedNames.set(schema, has);
  return has;
}
const inheritedNames = new WeakMap<GraphQLSchema, boolean>();

/** graphql-js takes what an object inherits for what was sent: here it inherits nothing. */
function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  const own = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(value)) own[name] = withoutPrototypes(inner);
  return own;
}

const pathElement = (key: string | number): string => (typeof key === 'number' ? `[${key}]` : `.${key}`);

/** A value for a message. */
const repeated = (value: unknown): string =>
  left(value, LONGEST_VALUE) > 0 ? inspect(value) : '(too long to be repeated)';

/** What is left of so many characters when a value has been written, roughly; no more is looked at than that takes. */
function left(value: unknown, characters: number): number {
  if (typeof value === 'string') return characters - value.length;
  if (typeof value !== 'object' || value === null) return characters - 1;
  let rest = characters;
  for (const key in value) {
    if (rest <= 0) break;
    rest = left((value as Record<string, unknown>)[key], rest - key.length);
  }
  return rest;
}
