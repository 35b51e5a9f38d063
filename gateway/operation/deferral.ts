import type { QueryPlan } from '@apollo/query-planner';
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** https://github.com/graphql/defer-stream-wg/blob/main/spec-drafts/Section%203%20--%20Type%20System.md#defer */
const deferDirective = new GraphQLDirective({
  name: 'defer',
  description: 'What a fragment asks for may come later than the rest of the answer.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'Whether it is deferred.',
    },
    label: {
      type: GraphQLString,
      description: 'Comes back with each part that the fragment is answered in.',
    },
  },
});

/** A schema that knows `@defer`. */
export function withDeferDirective(schema: GraphQLSchema): GraphQLSchema {
  const others = schema.getDirectives().filter(({ name }) => name !== deferDirective.name);
  return new GraphQLSchema({ ...schema.toConfig(), directives: [...others, deferDirective] });
}

/** An operation with the parts of it that are deferred under certain conditions, planned so. */
export interface DeferredForm {
  /** Without spreads, and each `@defer` with a label of ours, so that every part has one place in it. */
  readonly planned: DocumentNode;
  readonly plan: QueryPlan;
  /** The client's labels by ours. */
  readonly labels: ReadonlyMap<string, string | undefined>;
}

/** What of an operation may be deferred. */
export interface Deferral {
  /** @returns undefined if nothing is to be deferred, or too much */
  form(variables: Readonly<Record<string, unknown>>): DeferredForm | undefined;
}

/** Fragments that may be deferred, spreads counted; an operation with more is answered whole. */
const MOST_DEFERRED = 50;
/** Sets of conditions that an operation keeps a plan for; under others it is answered whole. */
const MOST_FORMS = 16;

const isDefer = ({ name }: DirectiveNode): boolean => name.value === deferDirective.name;

export function asksToDefer(document: DocumentNode): boolean {
  let found = false;
  visit(document, { Directive: (directive) => void (found ||= isDefer(directive)) });
  return found;
}

/** The document as one that wants its answer whole. */
export const withoutDefer = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: (directive) => (isDefer(directive) ? null : undefined) });

/** Which fragments are due on an object is known from its type, which must be there before they are. */
export const withTypeNames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field(node) {
      const { name, selectionSet } = node;
      if (name.value.startsWith('__')) return false;
      if (!selectionSet) return undefined;
      const typeName = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
      return {
        ...node,
        selectionSet: { ...selectionSet, selections: [typeName, ...selectionSet.selections] },
      };
    },
  });

/**
 * The deferred forms of an operation, which are planned when they are first wanted.
 * @param plan plans a document, with what is deferred in it apart; undefined if that cannot be done
 */
export function createDeferral(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  plan: (deferred: DocumentNode) => Pick<DeferredForm, 'planned' | 'plan'> | undefined,
): Deferral {
  const forms = new Map<string, DeferredForm | undefined>();
  return {
    form(variables) {
      const { operation, labels } = withOwnLabels(document, definition, variables);
      if (labels.size === 0 || labels.size > MOST_DEFERRED) return undefined;
      const key = [...labels.keys()].join();
      if (!forms.has(key)) {
        if (forms.size === MOST_FORMS) return undefined;
        const planned = plan({ kind: Kind.DOCUMENT, definitions: [operation] });
        forms.set(key, planned && { ...planned, labels });
      }
      return forms.get(key);
    },
  };
}

function withOwnLabels(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): { operation: OperationDefinitionNode; labels: Map<string, string | undefined> } {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const labels = new Map<string, string | undefined>();
  let count = 0;

  const labeled = (directive: DirectiveNode): DirectiveNode[] => {
    if (!isDefer(directive)) return [directive];
    // those that are not deferred count too: the labels tell the form
    const own = `deferred${count++}`;
    if (!isDeferred(directive, definition, variables)) return [];
    const label = argumentOf(directive, 'label');
    labels.set(own, label?.kind === Kind.STRING ? label.value : undefined);
    const name = { kind: Kind.NAME, value: 'label' } as const;
    const value = { kind: Kind.STRING, value: own } as const;
    return [{ ...directive, arguments: [{ kind: Kind.ARGUMENT, name, value }] }];
  };
  const expand = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.FIELD)
        return [one.selectionSet ? { ...one, selectionSet: expand(one.selectionSet) } : one];
      const directives = (one.directives ?? []).flatMap(labeled);
      if (one.kind === Kind.INLINE_FRAGMENT)
        return [{ ...one, directives, selectionSet: expand(one.selectionSet) }];
      const fragment = fragments.get(one.name.value);
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: expand(selectionSet) }];
    }),
  });
  return { operation: { ...definition, selectionSet: expand(definition.selectionSet) }, labels };
}

function isDeferred(
  directive: DirectiveNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const condition = argumentOf(directive, 'if');
  if (condition?.kind === Kind.BOOLEAN) return condition.value;
  if (condition?.kind !== Kind.VARIABLE) return true;
  const name = condition.name.value;
  if (Object.hasOwn(variables, name)) return variables[name] === true;
  const { defaultValue } = variableDefinitions.find(({ variable }) => variable.name.value === name) ?? {};
  return defaultValue?.kind === Kind.BOOLEAN && defaultValue.value;
}

const argumentOf = (directive: DirectiveNode, name: string) =>
  directive.arguments?.find((one) => one.name.value === name)?.value;
