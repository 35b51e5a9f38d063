import { Kind, valueFromASTUntyped, type OperationDefinitionNode, type ValueNode } from 'graphql';

/** Values of variables by name, as a client sends them. */
export type Variables = Readonly<Record<string, unknown>>;

/** The value of a variable: what was sent, null too, else its default; undefined if there is neither. */
export type ValueOf = (name: string, variables: Variables) => unknown;

/** How the variables of an operation come by their values: `ValueOf` for any that a client may send. */
export function variableValues({ variableDefinitions = [] }: OperationDefinitionNode): ValueOf {
  const defaults = new Map<string, unknown>();
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue) defaults.set(variable.name.value, valueFromASTUntyped(defaultValue));
  return (name, variables) => {
    // what all objects inherit (`constructor`) was not sent
    const sent = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return sent === undefined ? defaults.get(name) : sent;
  };
}

/** What a value in a document stands for, with what its variables have. */
export function valueWith(value: ValueNode, variables: Variables, valueOf: ValueOf): unknown {
  if (value.kind === Kind.VARIABLE) return valueOf(value.name.value, variables);
  if (value.kind === Kind.LIST) return value.values.map((one) => valueWith(one, variables, valueOf));
  if (value.kind === Kind.OBJECT)
    return Object.fromEntries(
      value.fields.map((field) => [field.name.value, valueWith(field.value, variables, valueOf)]),
    );
  return valueFromASTUntyped(value);
}
