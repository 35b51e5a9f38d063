import {
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** The definition of a type that has fields. */
export type WithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Definitions of types, by their names. */
export type Types = ReadonlyMap<string, TypeDefinitionNode>;

export const typesOf = ({ definitions }: DocumentNode): Types =>
  new Map(definitions.filter(isType).map((one) => [one.name.value, one]));

export const isType = (node: DefinitionNode): node is TypeDefinitionNode =>
  'name' in node && node.kind.endsWith('TypeDefinition');

export const hasFields = (type: TypeDefinitionNode): type is WithFields =>
  type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION;

/** The fields of a type; none if it has none, or is none. */
export const fieldsOf = (type: TypeDefinitionNode | undefined): readonly FieldDefinitionNode[] =>
  (type && hasFields(type) && type.fields) || [];

/** Names of the interfaces that a type implements. */
export const interfacesOf = (type: TypeDefinitionNode | undefined): string[] =>
  type && hasFields(type) ? (type.interfaces ?? []).map(({ name }) => name.value) : [];

/** The name of the type behind lists and non-null types. */
export const namedTypeOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
