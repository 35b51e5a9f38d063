import { buildSchema, type Schema } from '@apollo/federation-internals';
import {
  assertValidSchema,
  buildASTSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  print,
  printSchema,
  visit,
  type DirectiveDefinitionNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
} from 'graphql';
import { namedTypeOf } from './definitions.ts';
import { SupergraphError } from './supergraph-error.ts';

/** A subset of the schema for some clients: a contract, as GraphOS has them, by `@tag`. */
export interface Contract {
  /** Part of its addresses: `/<name>/graphql`. */
  readonly name: string;
  /**
   * Tags of what is shown. A field is shown if it, or its type, has one of them; what it needs (enums, inputs, scalars,
   * unions) comes along. Without any, all is shown that is not excluded.
   */
  readonly include: readonly string[];
  /** Tags of what is not shown, whatever else includes it. */
  readonly exclude: readonly string[];
}

/** The schema that clients of a contract see: in graphql-js's form and in Apollo's. */
export interface ContractSchema {
  readonly apiSchema: GraphQLSchema;
  readonly api: Schema;
}

type Tags = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads `VARIANTS`: `partner:include=partner;mobile:exclude=internal|beta,include=public`.
 * @throws for a text that is not in this form
 */
export function parseContracts(text: string): Contract[] {
  const names = new Set<string>();
  return text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const [, name, filters = ''] = /^([A-Za-z][\w-]*)\s*:\s*(.+)$/.exec(one) ?? [];
      if (name === undefined) throw new Error(`"${one}" is not name:include=tag or name:exclude=tag|tag`);
      if (names.has(name))
        throw new Error(`the variant "${name}" is there twice: separate its filters by a comma`);
      names.add(name);
      const read = filters.split(',').map((filter) => {
        const [, kind, listed = ''] = /^\s*(include|exclude)\s*=\s*([^=]+?)\s*$/.exec(filter) ?? [];
        const tags = listed.split('|').map((tag) => tag.trim());
        // what is not understood must not be passed over: it may be what keeps something from being shown
        if (kind === undefined || tags.includes(''))
          throw new Error(`"${filter.trim()}" in "${one}" is not include=tag|tag or exclude=tag|tag`);
        return { kind, tags };
      });
      const tagsOf = (wanted: string): string[] =>
        read.flatMap(({ kind, tags }) => (kind === wanted ? tags : []));
      const contract = { name, include: tagsOf('include'), exclude: tagsOf('exclude') };
      if (contract.include.length + contract.exclude.length === 0)
        throw new Error(`the variant "${name}" neither includes nor excludes a tag`);
      return contract;
    });
}

/**
 * Leaves out of a schema what a contract does not show, all that would then be of no use (types without fields,
 * fields that cannot be called, what an interface can no longer promise), and types that no field leads to.
 * @param tags by coordinate
 * @throws {SupergraphError} naming the contract, if nothing is left to ask for, or what is left is no schema: where a
 * default is a value that is not shown, for instance
 */
export function contractSchema(schema: GraphQLSchema, tags: Tags, contract: Contract): ContractSchema {
  const hidden = hide(schema, tags, contract);
  const shown = reachable(schema, hidden);
  const query = schema.getQueryType();
  if (!query || hidden.has(query.name))
    throw new SupergraphError(`The variant "${contract.name}" has no query left to show.`);
  const sdl = visit(parse(printSchema(schema)), {
    enter(node) {
      if (!('name' in node) || !node.name || !definitions.has(node.kind)) return undefined;
      return shown.has(node.name.value) ? undefined : null;
    },
    FieldDefinition: (node, _key, _parent, _path, ancestors) => {
      const coordinate = `${typeNameOf(ancestors)}.${node.name.value}`;
      if (hidden.has(coordinate)) return null;
      return {
        ...node,
        arguments: node.arguments?.filter(({ name }) => !hidden.has(`${coordinate}(${name.value}:)`)) ?? [],
      };
    },
    InputValueDefinition: (node, _key, _parent, _path, ancestors) =>
      hidden.has(`${typeNameOf(ancestors)}.${node.name.value}`) ? null : undefined,
    EnumValueDefinition: (node, _key, _parent, _path, ancestors) =>
      hidden.has(`${typeNameOf(ancestors)}.${node.name.value}`) ? null : undefined,
    NamedType: (node, key) => (typeof key === 'number' && !shown.has(node.name.value) ? null : undefined),
    DirectiveDefinition: (node) => withShownArguments(node, shown),
    OperationTypeDefinition: (node) => (shown.has(node.type.name.value) ? undefined : null),
  });
  try {
    const apiSchema = buildASTSchema(sdl);
    assertValidSchema(apiSchema);
    return { apiSchema, api: buildSchema(print(sdl)) };
  } catch (error) {
    throw new SupergraphError(
      `The variant "${contract.name}" is not a valid schema: ${(error as Error).message}`,
    );
  }
}

/** What contracts name that nothing in the schema has: misspelled, it shows what was not to be shown, or hides the rest. */
export function unusedTags(
  contracts: readonly Contract[],
  tags: Tags,
): { readonly variant: string; readonly tag: string }[] {
  const used = new Set([...tags.values()].flatMap((own) => [...own]));
  return contracts.flatMap(({ name, include, exclude }) =>
    [...include, ...exclude].filter((tag) => !used.has(tag)).map((tag) => ({ variant: name, tag })),
  );
}

/** A directive without the arguments whose types are not shown; null if it cannot be used without them. */
function withShownArguments(
  node: DirectiveDefinitionNode,
  shown: ReadonlySet<string>,
): DirectiveDefinitionNode | null {
  const isShown = ({ type }: InputValueDefinitionNode): boolean => shown.has(namedTypeOf(type));
  const args = node.arguments ?? [];
  if (args.some((one) => !isShown(one) && one.type.kind === Kind.NON_NULL_TYPE && !one.defaultValue))
    return null;
  return { ...node, arguments: args.filter(isShown) };
}

const definitions = new Set<string>([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
]);

/** The type that a node is defined in. */
const typeNameOf = (ancestors: readonly unknown[]): string => {
  for (const ancestor of ancestors.toReversed())
    if (typeof ancestor === 'object' && ancestor !== null && 'kind' in ancestor && 'name' in ancestor)
      if (definitions.has(String(ancestor.kind))) return (ancestor.name as { value: string }).value;
  return '';
};

/** Coordinates of all that the contract does not show, and of all that cannot be without it. */
function hide(schema: GraphQLSchema, tags: Tags, { include, exclude }: Contract): Set<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const has = (coordinate: string, wanted: readonly string[]): boolean =>
    wanted.some((tag) => tags.get(coordinate)?.has(tag));
  const hidden = new Set<string>();
  const consider = (coordinate: string): void => {
    if (has(coordinate, exclude)) hidden.add(coordinate);
  };
  const included = (type: string, field: string): boolean =>
    include.length === 0 || has(type, include) || has(`${type}.${field}`, include);

  for (const type of types) {
    consider(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) consider(`${type.name}.${name}`);
    else if (isInputObjectType(type))
      for (const name of Object.keys(type.getFields())) consider(`${type.name}.${name}`);
    else if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${field.name}`;
        consider(coordinate);
        for (const { name } of field.args) consider(`${coordinate}(${name}:)`);
        // what an interface shows, its types show too
        const owners = [type.name, ...type.getInterfaces().map(({ name }) => name)];
        if (!owners.some((owner) => included(owner, field.name))) hidden.add(coordinate);
      }
  }
  let before: number;
  do {
    before = hidden.size;
    for (const type of types) hideUseless(schema, type, hidden);
  } while (hidden.size > before);
  return hidden;
}

/** One round over a type: hides what has become useless by what is hidden. */
function hideUseless(schema: GraphQLSchema, type: GraphQLNamedType, hidden: Set<string>): void {
  const isHidden = (name: string): boolean => hidden.has(name);
  const isRequired = (input: GraphQLArgument | GraphQLInputField): boolean =>
    isNonNullType(input.type) && input.defaultValue === undefined;

  if (isEnumType(type)) {
    if (type.getValues().every(({ name }) => isHidden(`${type.name}.${name}`))) hidden.add(type.name);
  } else if (isUnionType(type)) {
    if (type.getTypes().every(({ name }) => isHidden(name))) hidden.add(type.name);
  } else if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    for (const field of fields)
      if (isHidden(getNamedType(field.type).name)) hidden.add(`${type.name}.${field.name}`);
    const left = fields.filter(({ name }) => !isHidden(`${type.name}.${name}`));
    const lacking = fields.some((field) => isRequired(field) && isHidden(`${type.name}.${field.name}`));
    if (left.length === 0 || lacking) hidden.add(type.name);
  } else if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values(type.getFields());
    for (const field of fields) {
      const coordinate = `${type.name}.${field.name}`;
      if (isHidden(type.name) || isHidden(getNamedType(field.type).name)) hidden.add(coordinate);
      for (const argument of field.args) {
        const place = `${coordinate}(${argument.name}:)`;
        if (isHidden(getNamedType(argument.type).name)) hidden.add(place);
        if (isRequired(argument) && isHidden(place)) hidden.add(coordinate);
      }
      if (isInterfaceType(type)) hideUnpromised(schema, type.name, field.name, hidden);
    }
    if (fields.every(({ name }) => isHidden(`${type.name}.${name}`))) hidden.add(type.name);
  }
}

/** An interface can promise a field, or an argument of it, only if all that implement it and are shown show it. */
function hideUnpromised(schema: GraphQLSchema, name: string, field: string, hidden: Set<string>): void {
  const type = schema.getType(name);
  if (!isInterfaceType(type)) return;
  const { objects, interfaces } = schema.getImplementations(type);
  const shown = [...objects, ...interfaces].filter((one) => !hidden.has(one.name));
  if (shown.some((one) => hidden.has(`${one.name}.${field}`))) hidden.add(`${name}.${field}`);
  for (const { name: argument } of type.getFields()[field]?.args ?? []) {
    const places = [name, ...shown.map((one) => one.name)].map((owner) => `${owner}.${field}(${argument}:)`);
    if (places.some((place) => hidden.has(place))) for (const place of places) hidden.add(place);
  }
}

/** Names of the types that can be met on the way from a root, or that clients' directives need. */
function reachable(schema: GraphQLSchema, hidden: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const visitType = (type: GraphQLNamedType): void => {
    if (found.has(type.name) || hidden.has(type.name)) return;
    found.add(type.name);
    if (isUnionType(type)) type.getTypes().forEach(visitType);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        if (!hidden.has(`${type.name}.${field.name}`)) visitType(getNamedType(field.type));
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    type.getInterfaces().forEach(visitType);
    if (isInterfaceType(type)) schema.getPossibleTypes(type).forEach(visitType);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (hidden.has(coordinate)) continue;
      visitType(getNamedType(field.type));
      for (const { name, type: argument } of field.args)
        if (!hidden.has(`${coordinate}(${name}:)`)) visitType(getNamedType(argument));
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root) visitType(root);
  for (const { args } of schema.getDirectives()) for (const { type } of args) visitType(getNamedType(type));
  for (const type of Object.values(schema.getTypeMap()))
    if (isSpecifiedScalarType(type)) found.add(type.name);
  return found;
}
