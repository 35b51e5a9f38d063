import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** One place in a schema where a client may write a text of its own. */
export interface StringArgument {
  /** `Mutation.login(input.email)` */
  readonly name: string;
  readonly type: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** From the argument inwards: `['input', 'email']` */
  readonly path: readonly string[];
}

/** Every argument, and every field of an input in an argument, that takes a String or an ID. */
export function stringArguments(schema: GraphQLSchema): StringArgument[] {
  const found: StringArgument[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !('getFields' in type) || isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields()) as GraphQLField<unknown, unknown>[]) {
      const look = (given: GraphQLInputType, path: readonly string[]): void => {
        const named = getNamedType(given);
        if (isInputObjectType(named))
          for (const inner of Object.values(named.getFields())) look(inner.type, [...path, inner.name]);
        else if (named.name === 'String' || named.name === 'ID')
          found.push({ name: `${type.name}.${field.name}(${path.join('.')})`, type: type.name, field, path });
      };
      for (const argument of field.args) look(argument.type, [argument.name]);
    }
  }
  return found;
}

/**
 * Values for a field's arguments, with `text` in one place and whatever the schema demands in all others.
 * @param sample what to write there, by the argument's or input field's name; undefined where any value will do
 */
export function argumentsWith(
  { field, path: [first = '', ...inner] }: StringArgument,
  text: string,
  sample: (name: string) => unknown,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, type } of field.args) {
    if (name === first) values[name] = withText(type, inner, text, sample);
    else if (isNonNullType(type) || sample(name) !== undefined) values[name] = anyValue(type, name, sample);
  }
  return values;
}

function withText(
  given: GraphQLInputType,
  [key, ...inner]: readonly string[],
  text: string,
  sample: (name: string) => unknown,
): unknown {
  const type = getNullableType(given);
  if (isListType(type))
    return [withText(type.ofType, key === undefined ? [] : [key, ...inner], text, sample)];
  if (key === undefined || !isInputObjectType(type)) return text;
  const value = anyObject(Object.values(type.getFields()), sample);
  const at = type.getFields()[key];
  if (at) value[key] = withText(at.type, inner, text, sample);
  return value;
}

const anyObject = (
  fields: readonly GraphQLInputField[],
  sample: (name: string) => unknown,
): Record<string, unknown> =>
  Object.fromEntries(
    fields
      .filter(({ type }) => isNonNullType(type))
      .map(({ name, type }) => [name, anyValue(type, name, sample)]),
  );

const scalars: Record<string, unknown> = { String: 'text', ID: 'none', Int: 1, Float: 1, BigInt: 1000 };

function anyValue(given: GraphQLInputType, name: string, sample: (name: string) => unknown): unknown {
  const type = getNullableType(given);
  const sampled = sample(name);
  if (sampled !== undefined) return sampled;
  if (isListType(type)) return [anyValue(type.ofType, name, sample)];
  if (isInputObjectType(type)) return anyObject(Object.values(type.getFields()), sample);
  if (isEnumType(type)) return type.getValues()[0]?.name;
  const value = scalars[type.name] ?? (type.name === 'Boolean' ? false : undefined);
  if (value === undefined) throw new Error(`Say what an argument of type ${type.name} may be.`);
  return value;
}
