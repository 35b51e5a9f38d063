import {
  Kind,
  print,
  stripIgnoredCharacters,
  type DefinitionNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { QueryPlan } from '@apollo/query-planner';
import {
  hasFields,
  interfacesOf,
  isType,
  namedTypeOf,
  type WithFields,
} from '../../supergraph/definitions.ts';
import { argumentOf, fieldSet, graphOf, isExternal, isExternalIn, joinsIn } from '../../supergraph/joins.ts';
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
 *
 * Where a field requires one that requires others, the planner may also ask a subgraph for what that subgraph only requires
 * of others (`@external`). There, each subgraph's uses of such fields are fields of their own, which no third one has.
 * @returns the same document if it has no such uses
 */
export function withSeparateUses(
  document: DocumentNode,
  which: SeparateUses,
): {
  readonly document: DocumentNode;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
} {
  const separated = separate(document, which);
  if (separated.uses.size === 0) return { document, restore: (plan) => plan };
  return { document: separated.document, restore: (plan) => restoreUses(plan, separated) };
}

/** Which uses of fields by `@requires` are fields of their own. */
export type SeparateUses = 'with arguments' | 'of other subgraphs';

interface Separated extends SeparatedUses {
  readonly document: DocumentNode;
}

/** A field that stands for one use of another. */
interface StandIn {
  readonly owner: string;
  readonly name: string;
  readonly original: FieldDefinitionNode;
  readonly graph: string;
}

function separate(document: DocumentNode, which: SeparateUses): Separated {
  const ofOthers = which === 'of other subgraphs';
  const types = new Map(
    document.definitions
      .filter(isType)
      .filter(hasFields)
      .map((one) => [one.name.value, one]),
  );
  const uses = new Map<string, RequiredUse>();
  const names = new Map<string, string>();
  const added = new Map<string, StandIn>();
  const usedBy = new Map<string, Required>();

  const fieldOf = (type: string, name: string): FieldDefinitionNode | undefined =>
    types.get(type)?.fields?.find((one) => one.name.value === name);

  /** A field of its own for one use, on the type and, for an interface, on all that implement it. */
  const nameFor = (type: string, field: FieldNode, graph: string): string => {
    const key = `${field.name.value} ${(field.arguments ?? []).map(print).sort().join()} ${ofOthers ? graph : ''}`;
    const name = names.get(key) ?? standInKey(field.name.value, names.size);
    names.set(key, name);
    uses.set(name, { name: field.name.value, arguments: field.arguments ?? [] });
    for (const [owner, definition] of types) {
      if (owner !== type && !interfacesOf(definition).includes(type)) continue;
      const original = fieldOf(owner, field.name.value);
      if (original) added.set(`${owner}.${name}`, { owner, name, original, graph });
    }
    return name;
  };

  const separateSet = (
    type: string,
    set: SelectionSetNode,
    graph: string,
    required: Map<string, string>,
    at: Place = { real: '', separate: '' },
  ): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((one): SelectionNode => {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value ?? type;
        return { ...one, selectionSet: separateSet(condition, one.selectionSet, graph, required, at) };
      }
      if (one.kind !== Kind.FIELD) return one;
      const definition = fieldOf(type, one.name.value);
      const isSeparate =
        (one.arguments ?? []).length > 0 || (ofOthers && definition && isExternalIn(graph, definition));
      const separate = definition && isSeparate ? nameFor(type, one, graph) : one.name.value;
      const place = within(at, one.name.value, separate);
      required.set(place.real, place.separate);
      const below =
        one.selectionSet &&
        definition &&
        separateSet(namedTypeOf(definition.type), one.selectionSet, graph, required, place);
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
        const separate = separateSet(type, fieldSet(argument.value.value), graphOf(directive), required);
        const text = stripIgnoredCharacters(print(separate)).slice(1, -1);
        usedBy.set(`${type}.${field.name.value}`, required);
        return { ...argument, value: { ...argument.value, value: text } };
      }),
    })),
  });

  const fieldsOf = new Map(
    [...types].map(([name, { fields = [] }]) => [name, fields.map((field) => separateRequires(name, field))]),
  );
  const standIns = [...added.values()].map(({ owner, name, original, graph }) => {
    const real = fieldsOf.get(owner)?.find((one) => one.name.value === original.name.value) ?? original;
    const needed = usedBy.get(`${owner}.${original.name.value}`);
    if (needed) usedBy.set(`${owner}.${name}`, needed);
    const field: FieldDefinitionNode = {
      kind: Kind.FIELD_DEFINITION,
      name: { kind: Kind.NAME, value: name },
      type: real.type,
      directives: joinsIn(real, 'field').filter(
        (join) => !ofOthers || graphOf(join) === graph || !isExternal(join),
      ),
    };
    return { owner, field };
  });
  if (ofOthers)
    for (const [name, type] of types)
      fieldsOf.set(name, fieldsOf.get(name)?.map((field) => withoutUses(types, type, field)) ?? []);
  for (const { owner, field } of standIns) fieldsOf.get(owner)?.push(field);
  const byDefinition = new Map<DefinitionNode, DefinitionNode>(
    [...types].map(([name, definition]) => [definition, { ...definition, fields: fieldsOf.get(name) ?? [] }]),
  );
  return {
    document: { ...document, definitions: document.definitions.map((one) => byDefinition.get(one) ?? one) },
    uses,
    usedBy,
  };
}

/**
 * The field without the subgraphs that have it only of others: what requires it has fields of its own. It stays where a
 * subgraph finds objects by it, provides it, or has it by an interface.
 */
function withoutUses(
  types: ReadonlyMap<string, WithFields>,
  type: WithFields,
  field: FieldDefinitionNode,
): FieldDefinitionNode {
  const named = new RegExp(`\\b${field.name.value}\\b`);
  const isNamed = (join: ConstDirectiveNode, argument: 'key' | 'provides', graph: string): boolean => {
    const text = argumentOf(join, argument);
    return graphOf(join) === graph && typeof text === 'string' && named.test(text);
  };
  const isNeeded = (graph: string): boolean =>
    joinsIn(type, 'type').some((join) => isNamed(join, 'key', graph)) ||
    joinsIn(type, 'implements').some(
      (join) =>
        graphOf(join) === graph &&
        types
          .get(String(argumentOf(join, 'interface')))
          ?.fields?.some(({ name }) => name.value === field.name.value),
    ) ||
    [...types.values()].some(({ fields = [] }) =>
      fields.some((one) => joinsIn(one, 'field').some((join) => isNamed(join, 'provides', graph))),
    );
  const isUse = (join: ConstDirectiveNode): boolean => isExternal(join) && !isNeeded(graphOf(join));
  return { ...field, directives: field.directives?.filter((one) => !isUse(one)) ?? [] };
}
