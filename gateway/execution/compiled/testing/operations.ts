import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';
import type { Random } from './random.ts';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface OperationOptions {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** About how many fields it may have. Planning takes longer than in proportion. */
  readonly size: number;
  /** How deep its fields may lie below the root. */
  readonly depth: number;
}

/** Names that every object inherits: a careless executor finds functions under them, or changes prototypes. */
const trickyAliases = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
/** Names of variables that are used elsewhere: by the planner, by subgraphs, by every object. */
const trickyVariables = [
  'id',
  'first',
  'constructor',
  'toString',
  'hasOwnProperty',
  'contextualArgument_1_0',
  'if',
];

/**
 * An operation that is well-formed and mostly valid: with fragments, aliases, conditions, variables, several levels.
 * What breaks a rule (two fields that cannot be merged under one key) is for the caller to leave out.
 */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  { kind, size, depth: deepest }: OperationOptions,
): GeneratedOperation {
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];
  let budget = 1 + random.below(size);

  const declare = (type: string, value: unknown, byDefault?: string): string => {
    const tricky = random.pick(trickyVariables);
    const isFree = random.chance(10) && !definitions.some((one) => one.startsWith(`$${tricky}:`));
    const name = isFree ? tricky : `v${definitions.length}`;
    definitions.push(`$${name}: ${type}${byDefault === undefined ? '' : ` = ${byDefault}`}`);
    if (value !== undefined) variables[name] = value;
    return `$${name}`;
  };

  const condition = (): string => {
    if (!random.chance(12)) return '';
    const [one, other] = random.pick([
      ['skip', 'include'],
      ['include', 'skip'],
    ] as const);
    return `${conditionOf(one)}${random.chance(8) ? conditionOf(other) : ''}`;
  };

  const conditionOf = (directive: 'skip' | 'include'): string => {
    const literal = random.pick(['true', 'false']);
    if (random.chance(25)) return ` @${directive}(if: ${literal})`;
    const reuse = definitions.find((one) => one.includes('Boolean!'))?.split(':')[0];
    const variable =
      reuse !== undefined && random.chance(50)
        ? reuse
        : random.chance(30)
          ? declare(
              random.pick(['Boolean!', 'Boolean']),
              random.chance(50) ? undefined : random.chance(50),
              literal,
            )
          : declare('Boolean!', random.chance(50));
    return ` @${directive}(if: ${variable})`;
  };

  const input = (type: GraphQLInputType, depth = 2): unknown =>
    !isNonNullType(type) && random.chance(4) ? null : valueOf(type, depth);

  const valueOf = (type: GraphQLInputType, depth: number): unknown => {
    if (isNonNullType(type)) return valueOf(type.ofType, depth);
    if (isListType(type)) return Array.from({ length: random.below(3) }, () => input(type.ofType, depth));
    if (isEnumType(type)) return new EnumValue(random.pick(type.getValues()).name);
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields())
          .filter((one) => isRequiredInputField(one) || (depth > 0 && random.chance(40)))
          .map((one) => [one.name, input(one.type, depth - 1)]),
      );
    switch (type.name) {
      case 'Int':
        return random.below(5);
      case 'Float':
        return random.below(5) / 2;
      case 'Boolean':
        return random.chance(50);
      case 'ID':
      case 'String':
        return String(random.below(12));
      default:
        return '2026-01-01T00:00:00Z';
    }
  };

  const argument = ({ name, type, defaultValue }: GraphQLArgument): string | undefined => {
    const required = isNonNullType(type) && defaultValue === undefined;
    if (!required && random.chance(60)) return undefined;
    const value = input(type);
    if (random.chance(60)) return `${name}: ${written(value)}`;
    // a variable inside of a value
    if (isListType(type) && random.chance(20)) {
      const element = type.ofType;
      return `${name}: [${declare(String(element), plain(input(element)))}]`;
    }
    if (!required && random.chance(20))
      return `${name}: ${declare(String(type), random.chance(50) ? undefined : plain(value), written(value))}`;
    return `${name}: ${declare(String(type), plain(value))}`;
  };

  const field = (definition: GraphQLField<unknown, unknown>, depth: number): string => {
    const { name, type, args } = definition;
    const sent = args.map(argument).filter((one) => one !== undefined);
    const alias = random.chance(8)
      ? `${random.pick([...trickyAliases, 'id', 'sku', 'name', 'price', 'a'])}: `
      : sent.length > 0
        ? `a${random.below(100)}: `
        : '';
    const named = getNamedType(type);
    const below = isCompositeType(named) ? ` { ${selection(named, depth - 1)} }` : '';
    // the same field twice: both selections are one
    const again =
      below !== '' && sent.length === 0 && alias === '' && budget > 0 && random.chance(4)
        ? ` ${name}${condition()} { ${selection(named as GraphQLCompositeType, depth - 1)} }`
        : '';
    return `${alias}${name}${sent.length > 0 ? `(${sent.join(', ')})` : ''}${condition()}${below}${again}`;
  };

  const selection = (type: GraphQLCompositeType, depth: number): string => {
    const parts: string[] = [];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const open = fields.filter((one) => depth > 0 || !isCompositeType(getNamedType(one.type)));
    const wanted = 1 + random.below(4);
    for (let count = 0; count < wanted && open.length > 0 && budget > 0; count++) {
      budget -= 1;
      parts.push(field(random.pick(open), depth));
    }
    if (random.chance(12)) parts.push(random.pick(['__typename', '__typename', 'kind: __typename']));
    if (isAbstractType(type) && depth >= 0)
      for (const possible of schema.getPossibleTypes(type))
        if (random.chance(55) && budget > 0) parts.push(fragment(possible, depth));
    if ('getInterfaces' in type && random.chance(10)) {
      const [one] = type.getInterfaces();
      if (one) parts.push(fragment(one, depth));
    }
    if (random.chance(10) && budget > 0) parts.push(fragment(type, depth));
    return parts.length > 0 ? parts.join(' ') : '__typename';
  };

  const fragment = (type: GraphQLCompositeType, depth: number): string => {
    const body = selection(type, depth);
    if (random.chance(10)) return `...${condition()} { ${body} }`;
    if (random.chance(70)) return `... on ${type.name}${condition()} { ${body} }`;
    const name = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${body} }`;
    return `...${name}${condition()}`;
  };

  const root = schema.getRootType(kind as OperationTypeNode);
  if (!root) throw new Error(`The schema has no type for a ${kind}.`);
  const fields = Object.values(root.getFields());
  const depth = (): number => 1 + random.below(deepest);
  // a subscription has one field, and none of introspection (https://spec.graphql.org/October2021/#sec-Single-root-field)
  const parts = Array.from({ length: kind === 'subscription' ? 1 : 1 + random.below(3) }, () =>
    field(random.pick(fields), depth()),
  );
  if (kind === 'query' && random.chance(4)) parts.push('__type(name: "Query") { name kind }');
  if (kind !== 'subscription' && random.chance(5)) parts.push('__typename');
  const head = definitions.length > 0 ? `(${definitions.join(', ')})` : '';
  const name = random.chance(50) ? ' Generated' : '';
  return {
    query: `${kind}${head === '' ? name : `${name === '' ? ' ' : name}${head}`} { ${parts.join(' ')} }\n${fragments.join('\n')}`,
    variables,
  };
}

/** The name of an enum's value, which is written without quotes. */
class EnumValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value as a variable has it. */
const plain = (value: unknown): unknown => {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
};

/** A value as it stands in a document. */
const written = (value: unknown): string => {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${written(one)}`)
    .join(', ')} }`;
};
