import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as Model,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
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
import type { Supergraph } from '../supergraph/apollo-gateway.ts';
import { restoreNode, restoreOperation, type RequiredUse, type SeparatedUses } from './restored-plan.ts';

/**
 * `@requires(fields: "price(currency: \"USD\")")` beside another that names the same field with other arguments is
 * more than the planner can keep apart: it asks for one of the two, and sends it for both. So it is given a
 * supergraph in which each such use is a field of its own, without arguments (`price__required0`), and its plan is
 * put back: subgraphs are asked for the real field under that key, and get it under its real name. What needs two
 * values of one field takes two fetches.
 */
export interface Planning {
  readonly api: Schema;
  readonly planner: QueryPlanner;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
}

const known = new WeakMap<Supergraph, Planning>();

/** What to plan with: the supergraph as it is, if no `@requires` of it has arguments. */
export function planningOf(supergraph: Supergraph): Planning {
  let planning = known.get(supergraph);
  if (!planning) known.set(supergraph, (planning = createPlanning(supergraph)));
  return planning;
}

function createPlanning({ sdl, api, planner }: Supergraph): Planning {
  if (!/requires: "[^"\\]*\(/.test(sdl)) return { api, planner, restore: (plan) => plan };
  const { document, uses, usedBy } = separate(parse(sdl, { noLocation: true }));
  const model = Model.build(print(document), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const restore = (plan: QueryPlan): QueryPlan => {
    if (!plan.node) return plan;
    const { node } = plan;
    if (node.kind !== 'Subscription') return { ...plan, node: restoreNode(node, uses, usedBy) };
    const primary = restoreOperation(node.primary, uses);
    return {
      ...plan,
      node: { ...node, primary, ...(node.rest && { rest: restoreNode(node.rest, uses, usedBy) }) },
    };
  };
  const { config } = planner as unknown as { config: ConstructorParameters<typeof QueryPlanner>[1] };
  return {
    api: model.apiSchema(),
    planner: new QueryPlanner(model, config),
    restore,
  };
}

// ---- the supergraph for the planner

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
  const usedBy = new Map<string, Set<string>>();

  const fieldOf = (type: string, name: string): FieldDefinitionNode | undefined =>
    types.get(type)?.fields?.find((one) => one.name.value === name);

  /** A field of its own for one use, on the type and, for an interface, on all that implement it. */
  const nameFor = (type: string, field: FieldNode): string => {
    const key = `${field.name.value} ${(field.arguments ?? []).map(print).sort().join()}`;
    const name = names.get(key) ?? `${field.name.value}__required${names.size}`;
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

  const separateSet = (type: string, set: SelectionSetNode, found: Set<string>): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((one): SelectionNode => {
      if (one.kind === Kind.INLINE_FRAGMENT)
        return {
          ...one,
          selectionSet: separateSet(one.typeCondition?.name.value ?? type, one.selectionSet, found),
        };
      if (one.kind !== Kind.FIELD) return one;
      const definition = fieldOf(type, one.name.value);
      const below =
        one.selectionSet && definition && separateSet(nameOf(definition.type), one.selectionSet, found);
      const field: FieldNode = { ...one, ...(below && { selectionSet: below }) };
      if (!definition || (one.arguments ?? []).length === 0) return field;
      const name = nameFor(type, one);
      found.add(name);
      return { ...field, name: { kind: Kind.NAME, value: name }, arguments: [] };
    }),
  });

  const separateRequires = (type: string, field: FieldDefinitionNode): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((directive): ConstDirectiveNode => ({
      ...directive,
      arguments: (directive.arguments ?? []).map((argument) => {
        if (argument.name.value !== 'requires' || argument.value.kind !== Kind.STRING) return argument;
        const found = new Set<string>();
        const [operation] = parse(`{ ${argument.value.value} }`, { noLocation: true }).definitions;
        if (operation?.kind !== Kind.OPERATION_DEFINITION) return argument;
        const text = stripIgnoredCharacters(print(separateSet(type, operation.selectionSet, found))).slice(
          1,
          -1,
        );
        if (found.size > 0) usedBy.set(`${type}.${field.name.value}`, found);
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
