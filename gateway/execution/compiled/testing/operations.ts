import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from './random.ts';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Names that every object inherits: a careless executor finds functions under them, or changes prototypes. */
const trickyAliases = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];

/**
 * An operation that is well-formed and mostly valid: with fragments, aliases, conditions, variables, several levels.
 * What breaks a rule (two fields that cannot be merged under one key) is for the caller to leave out.
 */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  kind: 'query' | 'mutation',
): GeneratedOperation {
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];
  let budget = 4 + random.below(20);

  const declare = (type: string, value: unknown, byDefault?: string): string => {
    const name = `v${definitions.length}`;
    definitions.push(`$${name}: ${type}${byDefault === undefined ? '' : ` = ${byDefault}`}`);
    if (value !== undefined) variables[name] = value;
    return `$${name}`;
  };

  const condition = (): string => {
    if (!random.chance(12)) return '';
    const directive = random.pick(['skip', 'include']);
    const literal = random.pick(['true', 'false']);
    if (random.chance(25)) return ` @${directive}(if: ${literal})`;
    const reuse = definitions.findIndex((one) => one.includes('Boolean!'));
    const variable =
      reuse >= 0 && random.chance(50)
        ? `$v${reuse}`
        : random.chance(30)
          ? declare('Boolean!', random.chance(50) ? undefined : random.chance(50), literal)
          : declare('Boolean!', random.chance(50));
    return ` @${directive}(if: ${variable})`;
  };

  const input = (type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return input(type.ofType) ?? 'x';
    if (isListType(type)) return [input(type.ofType)].filter((one) => one !== null);
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields())
          .filter((field) => isNonNullType(field.type))
          .map((field) => [field.name, input(field.type)]),
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
    // enums and objects are written as they are only in variables
    const simple = typeof value !== 'object' && !isEnumType(getNamedType(type));
    if (simple && random.chance(60)) return `${name}: ${JSON.stringify(value)}`;
    return `${name}: ${declare(String(type), value)}`;
  };

  const field = (definition: GraphQLField<unknown, unknown>, depth: number): string => {
    const { name, type, args } = definition;
    const given = args.map(argument).filter((one) => one !== undefined);
    const alias = random.chance(8)
      ? `${random.pick([...trickyAliases, 'id', 'sku', 'name', 'price', 'a'])}: `
      : given.length > 0
        ? `a${random.below(100)}: `
        : '';
    const named = getNamedType(type);
    const below = isCompositeType(named) ? ` { ${selection(named, depth - 1)} }` : '';
    return `${alias}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition()}${below}`;
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
    if (random.chance(70)) return `... on ${type.name}${condition()} { ${body} }`;
    const name = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${body} }`;
    return `...${name}${condition()}`;
  };

  const root = schema.getRootType(kind as never) as GraphQLObjectType;
  const fields = Object.values(root.getFields());
  const parts = Array.from({ length: 1 + random.below(3) }, () =>
    field(random.pick(fields), 1 + random.below(5)),
  );
  if (kind === 'query' && random.chance(4)) parts.push('__type(name: "Query") { name kind }');
  if (random.chance(5)) parts.push('__typename');
  const head = definitions.length > 0 ? `(${definitions.join(', ')})` : '';
  const name = random.chance(50) ? ' Generated' : '';
  return {
    query: `${kind}${head === '' ? name : `${name === '' ? ' ' : name}${head}`} { ${parts.join(' ')} }\n${fragments.join('\n')}`,
    variables,
  };
}
