import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  type DefinitionNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import type { QueryPlan } from '@apollo/query-planner';
import { standInKey } from './private-keys.ts';
import {
  restoreUses,
  within,
  type Place,
  type Required,
  type RequiredUse,
  type SeparatedUses,
} from './restored-plan.ts';

/**
 * `@requires(fields: "price(currency: \"USD\")")` beside another that names the same field with other arguments is
 * more than the planner can keep apart: it asks for one of the two, and sends it for both. So it is given a
 * supergraph in which each such use is a field of its own, without arguments (`price__required0`), and its plan is
 * put back: subgraphs are asked for the real field under that key, and get it under its real name. What needs two
 * values of one field takes two fetches.
 * @returns the same document if no `@requires` of it has arguments
 */
export function withSeparateUses(document: DocumentNode): {
  readonly document: DocumentNode;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
} {
  const separated = separate(document);
  if (separated.uses.size === 0) return { document, restore: (plan) => plan };
  return { document: separated.document, restore: (plan) => restoreUses(plan, separated) };
}

interface Separated extends SeparatedUses {
  readonly document: DocumentNode;
}

type WithFields = Extract<DefinitionNode, { fields?: readonly FieldDefinitionNode[] }>;

function separate(document: DocumentNode): Separated {
  const types = new Map<string, WithFields>();
  for (const one of document.definitions)
    if (one.kind === Kind.OBJECT_TYPE_DEFINITION || one.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(one.name.value, one);
  const uses = new Map<string, RequiredUse>();
  const names = new Map<string, string>();
  const added = new Map<string, FieldDefinitionNode[]>();
  const usedBy = new Map<string, Required>();

  const fieldOf = (type: string, name: string): FieldDefinitionNode | undefined =>
    types.get(type)?.fields?.find((one) => one.name.value === name);

  /** A field of its own for one use, on the type and, for an interface, on all that implement it. */
  const nameFor = (type: string, field: FieldNode): string => {
    const key = `${field.name.value} ${(field.arguments ?? []).map(print).sort().join()}`;
    const name = names.get(key) ?? standInKey(field.name.value, names.size);
    names.set(key, name);
    uses.set(name, { name: field.name.value, arguments: field.arguments ?? [] });
    for (const [owner, definition] of types) {
      const implementing =
        'interfaces' in definition && definition.interfaces?.some((one) => one.name.value === type);
      if (owner !== type && !implementing) continue;
      const original = fieldOf(owner, field.name.value);
      const list = added.get(owner) ?? [];
      if (!original || list.some((one) => one.name.value === name)) continue;
      added.set(owner, [
        ...list,
        {
          kind: Kind.FIELD_DEFINITION,
          name: { kind: Kind.NAME, value: name },
          type: original.type,
          directives: (original.directives ?? []).filter((one) => one.name.value === 'join__field'),
        },
      ]);
    }
    return name;
  };

  const separateSet = (
    type: string,
    set: SelectionSetNode,
    required: Map<string, string>,
    at: Place = { real: '', separate: '' },
  ): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((one): SelectionNode => {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value ?? type;
        return { ...one, selectionSet: separateSet(condition, one.selectionSet, required, at) };
      }
      if (one.kind !== Kind.FIELD) return one;
      const definition = fieldOf(type, one.name.value);
      const separate = definition && (one.arguments ?? []).length > 0 ? nameFor(type, one) : one.name.value;
      const place = within(at, one.name.value, separate);
      required.set(place.real, place.separate);
      const below =
        one.selectionSet &&
        definition &&
        separateSet(nameOf(definition.type), one.selectionSet, required, place);
      return {
        ...one,
        ...(below && { selectionSet: below }),
        ...(separate !== one.name.value && { name: { kind: Kind.NAME, value: separate }, arguments: [] }),
      };
    }),
  });

  const separateRequires = (type: string, field: FieldDefinitionNode): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((directive): ConstDirectiveNode => ({
      ...directive,
      arguments: (directive.arguments ?? []).map((argument) => {
        if (argument.name.value !== 'requires' || argument.value.kind !== Kind.STRING) return argument;
        const required = new Map<string, string>();
        const [operation] = parse(`{ ${argument.value.value} }`, { noLocation: true }).definitions;
        if (operation?.kind !== Kind.OPERATION_DEFINITION) return argument;
        const separate = separateSet(type, operation.selectionSet, required);
        const text = stripIgnoredCharacters(print(separate)).slice(1, -1);
        usedBy.set(`${type}.${field.name.value}`, required);
        return { ...argument, value: { ...argument.value, value: text } };
      }),
    })),
  });

  const changed = [...types.values()].map((definition) => ({
    definition,
    fields: definition.fields?.map((field) => separateRequires(definition.name.value, field)) ?? [],
  }));
  const byDefinition = new Map<DefinitionNode, DefinitionNode>(
    changed.map(({ definition, fields }) => [
      definition,
      { ...definition, fields: [...fields, ...(added.get(definition.name.value) ?? [])] },
    ]),
  );
  return {
    document: { ...document, definitions: document.definitions.map((one) => byDefinition.get(one) ?? one) },
    uses,
    usedBy,
  };
}

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
