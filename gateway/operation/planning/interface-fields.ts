import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type SelectionSetNode,
  type TypeDefinitionNode,
} from 'graphql';
import {
  fieldsOf,
  hasFields,
  interfacesOf,
  isType,
  namedTypeOf,
  typesOf,
} from '../../supergraph/definitions.ts';
import { argumentOf, fieldSet, graphOf, interfacesIn, joinsIn } from '../../supergraph/joins.ts';
import { joinField } from './graph-apart.ts';

/** A field that a subgraph has of a type. */
export interface OwnField {
  readonly graph: string;
  readonly type: string;
  readonly field: string;
}

/**
 * The supergraph without some subgraphs' fields of interfaces, which are asked of each type by itself then: of the types'
 * fields the planner sees what they require and where they come from, of the interface's it sees nothing.
 * @param fields of types, as interfaces of the same subgraph have them
 * @returns the same document if no interface has them
 */
export function withoutInterfaceFields(document: DocumentNode, fields: readonly OwnField[]): DocumentNode {
  const types = typesOf(document);
  const left = new Map<string, Set<string>>();
  for (const { graph, type, field } of fields)
    for (const one of interfacesIn(graph, types.get(type))) {
      const id = `${one}.${field}`;
      left.set(id, (left.get(id) ?? new Set()).add(graph));
    }
  return left.size === 0 ? document : without(document, left);
}

/** @param left subgraphs that are to have a field no more, by `Type.field` */
function without(document: DocumentNode, left: ReadonlyMap<string, ReadonlySet<string>>): DocumentNode {
  const withoutJoins = (type: TypeDefinitionNode, field: FieldDefinitionNode): FieldDefinitionNode => {
    const graphs = left.get(`${type.name.value}.${field.name.value}`);
    if (!graphs) return field;
    const joins = joinsIn(field, 'field');
    const all = joins.length > 0 ? joins : graphsOf(type).map(joinField);
    const rest = all.filter((join) => !graphs.has(graphOf(join)));
    const others = field.directives?.filter((one) => !joins.includes(one)) ?? [];
    return { ...field, directives: [...others, ...(rest.length > 0 ? rest : [joinField()])] };
  };
  const withoutFields = (type: InterfaceTypeDefinitionNode): InterfaceTypeDefinitionNode => ({
    ...type,
    fields: type.fields?.map((field) => withoutJoins(type, field)) ?? [],
  });
  return withStandIns({
    ...document,
    definitions: document.definitions.map((one) =>
      one.kind === Kind.INTERFACE_TYPE_DEFINITION ? withoutFields(one) : one,
    ),
  });
}

/** A field that nobody asks for. */
const STAND_IN = '_standIn';

/** The supergraph in which each subgraph has its interfaces still, though it may have none of their fields any more. */
function withStandIns(document: DocumentNode): DocumentNode {
  const bare = new Map<string, readonly string[]>();
  for (const [name, type] of typesOf(document)) {
    if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const graphs = graphsOf(type).filter(
      (graph) => !fieldsOf(type).some((field) => isIn(graph, type, field)),
    );
    if (graphs.length > 0) bare.set(name, graphs);
  }
  if (bare.size === 0) return document;
  return {
    ...document,
    definitions: document.definitions.map((one) => {
      if (!isType(one) || !hasFields(one)) return one;
      const names = [one.name.value, ...interfacesOf(one)];
      if (!names.some((name) => bare.has(name))) return one;
      const own = graphsOf(one).filter((graph) => names.some((name) => bare.get(name)?.includes(graph)));
      return { ...one, fields: [...fieldsOf(one), standIn(own)] };
    }),
  };
}

const standIn = (graphs: readonly string[]): FieldDefinitionNode => ({
  kind: Kind.FIELD_DEFINITION,
  name: { kind: Kind.NAME, value: STAND_IN },
  type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'Int' } },
  directives: graphs.length > 0 ? graphs.map(joinField) : [joinField()],
});

const graphsOf = (type: TypeDefinitionNode): string[] => [...new Set(joinsIn(type, 'type').map(graphOf))];

const isIn = (graph: string, type: TypeDefinitionNode, field: FieldDefinitionNode): boolean => {
  const joins = joinsIn(field, 'field');
  return (joins.length > 0 ? joins : joinsIn(type, 'type')).some((join) => graphOf(join) === graph);
};

/**
 * The supergraph in which a field that some subgraph takes over for some viewers (`@override` with a label) is asked of
 * each type by itself. Of an interface the planner asks for it wherever an interface has it, whoever the viewer is.
 * @returns the same document if no interface has such a field
 */
export function withLabelsByType(document: DocumentNode): DocumentNode {
  const fields: OwnField[] = [];
  for (const [type, definition] of typesOf(document))
    for (const field of fieldsOf(definition))
      for (const join of joinsIn(field, 'field'))
        if (argumentOf(join, 'overrideLabel') !== undefined)
          fields.push({ graph: graphOf(join), type, field: field.name.value });
  return withoutInterfaceFields(
    document,
    fields.filter((one) => !isNamed(document, one)),
  );
}

/**
 * Whether the subgraph names the field of an interface in what it requires or provides, for which the interface has to
 * have it. A field of the same name elsewhere, of the type itself too, is another.
 */
export function isNamed(document: DocumentNode, { graph, type, field }: OwnField): boolean {
  const types = typesOf(document);
  const interfaces = interfacesIn(graph, types.get(type));
  const isIn = (on: string, { selections }: SelectionSetNode): boolean =>
    selections.some((one) => {
      if (one.kind === Kind.INLINE_FRAGMENT)
        return isIn(one.typeCondition?.name.value ?? on, one.selectionSet);
      if (one.kind !== Kind.FIELD) return false;
      if (one.name.value === field && interfaces.includes(on)) return true;
      const definition = fieldsOf(types.get(on)).find(({ name }) => name.value === one.name.value);
      return !!definition && !!one.selectionSet && isIn(namedTypeOf(definition.type), one.selectionSet);
    });
  const names = (on: string, text: unknown): boolean => typeof text === 'string' && isIn(on, fieldSet(text));
  return [...types].some(([on, definition]) =>
    fieldsOf(definition).some((one) =>
      joinsIn(one, 'field').some(
        (join) =>
          graphOf(join) === graph &&
          (names(on, argumentOf(join, 'requires')) ||
            names(namedTypeOf(one.type), argumentOf(join, 'provides'))),
      ),
    ),
  );
}
