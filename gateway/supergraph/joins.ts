import {
  isEnumType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** A part of a supergraph's document. */
export interface Joined {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

interface Annotated {
  readonly astNode?: Joined | null | undefined;
}

/** The enum in which a supergraph has its subgraphs. */
export const GRAPHS = 'join__Graph';

/**
 * Arguments of the directives on a part of a supergraph's schema that tell of its subgraphs
 * (https://specs.apollo.dev/join/v0.3).
 * @param name without `join__`
 */
export const joins = (
  { astNode }: Annotated,
  name: 'type' | 'field' | 'implements' | 'unionMember' | 'graph',
) => joinsIn(astNode ?? {}, name).map(argumentsOf);

/** A type that has fields. */
export type TypeWithFields = GraphQLObjectType | GraphQLInterfaceType;

/** All types of a schema that have fields, but those of introspection. */
export const typesWithFields = (schema: GraphQLSchema): TypeWithFields[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => !isIntrospectionType(type));

/** Names of subgraphs, by those that they have in the supergraph. */
export function subgraphNames(schema: GraphQLSchema): Map<unknown, string> {
  const graphs = schema.getType(GRAPHS);
  if (!isEnumType(graphs)) return new Map();
  return new Map(
    graphs
      .getValues()
      .flatMap((value) => joins(value, 'graph').map(({ name }) => [value.name, String(name)])),
  );
}

/** The subgraphs of a supergraph's document. */
export const graphsIn = ({ definitions }: DocumentNode): readonly EnumValueDefinitionNode[] =>
  definitions.flatMap((one) =>
    one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === GRAPHS ? (one.values ?? []) : [],
  );

/** Values of a directive's arguments, by their names. */
export const argumentsOf = ({ arguments: given = [] }: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

/** Value of a directive's argument; undefined if it is null or not given. */
export function argumentOf({ arguments: given }: ConstDirectiveNode, name: string): unknown {
  const value = given?.find((one) => one.name.value === name)?.value;
  return value && (valueFromASTUntyped(value) ?? undefined);
}

/** What a key or `@requires` names: a selection set without its braces (https://specs.apollo.dev/federation/v2.3#FieldSet). */
export function fieldSet(text: string): SelectionSetNode {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`"${text}" is no field set.`);
  return operation.selectionSet;
}

/** @param name without `join__` */
export const joinsIn = ({ directives = [] }: Joined, name: string): ConstDirectiveNode[] =>
  directives.filter((one) => one.name.value === `join__${name}`);

/** The subgraph that a `@join__…` is about, by its name in the supergraph. */
export const graphOf = (join: ConstDirectiveNode): string => String(argumentOf(join, 'graph'));

/** Whether a `@join__field` says that the subgraph has the field of others only. */
export const isExternal = (join: ConstDirectiveNode): boolean => argumentOf(join, 'external') === true;

/** Whether the subgraph has the field of others only. */
export const isExternalIn = (graph: string, field: Joined): boolean =>
  joinsIn(field, 'field').some((join) => graphOf(join) === graph && isExternal(join));

/** Names of the interfaces that a type implements in a subgraph. */
export const interfacesIn = (graph: string, type: Joined = {}): string[] =>
  joinsIn(type, 'implements')
    .filter((join) => graphOf(join) === graph)
    .map((join) => String(argumentOf(join, 'interface')));

/** The name in a reference to a type, as `@join__field` has it: `Film` in `[Film!]!`. */
export const nameIn = (type: unknown): string => String(type).replace(/[[\]!]/g, '');
