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
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { withoutSpreads } from './fragments.ts';
import type { PartPlan } from './planning/part-plans.ts';
import { variableValues, type Variables } from './variable-values.ts';

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

/** An operation with the parts of it that are deferred under certain conditions. */
export interface DeferredForm {
  /** The operation alone, without spreads, and each `@defer` with a label of ours: every part has one place in it. */
  readonly definition: OperationDefinitionNode;
  /** What is not deferred first. */
  readonly parts: readonly PartPlan[];
  /** The client's labels by ours. */
  readonly labels: ReadonlyMap<string, string | undefined>;
}

/** What of an operation may be deferred. */
export interface Deferral {
  /** @returns undefined if nothing is to be deferred, or too much */
  form(variables: Variables): DeferredForm | undefined;
}

/** Fragments that may be deferred, spreads counted; an operation with more is answered whole. */
const MOST_DEFERRED = 50;
/** Sets of conditions that an operation keeps its parts for; under others it is answered whole. */
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

/**
 * The deferred forms of an operation, which are made when they are first wanted.
 * @param definition of the document, as it was planned, but with `@defer`
 * @param partsOf the parts of an operation whose deferred fragments have labels of ours
 */
export function createDeferral(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  partsOf: (labelled: OperationDefinitionNode) => readonly PartPlan[],
): Deferral {
  const { labelled, fragments } = withOwnLabels(document, definition);
  const valueOf = variableValues(definition);
  const isDeferred = (condition: ValueNode | undefined, variables: Variables): boolean =>
    condition?.kind === Kind.VARIABLE
      ? valueOf(condition.name.value, variables) === true
      : condition?.kind !== Kind.BOOLEAN || condition.value;
  const forms = new Map<string, DeferredForm>();
  return {
    form(variables) {
      const deferred = fragments.filter(({ condition }) => isDeferred(condition, variables));
      if (deferred.length === 0 || deferred.length > MOST_DEFERRED) return undefined;
      const key = deferred.map(({ own }) => own).join();
      let form = forms.get(key);
      if (form || forms.size === MOST_FORMS) return form;
      const labels = new Map(deferred.map(({ own, label }) => [own, label]));
      const only = withOnly(labelled, labels);
      form = { definition: only, parts: partsOf(only), labels };
      forms.set(key, form);
      return form;
    },
  };
}

/** A fragment that may be deferred. */
interface Deferrable {
  readonly own: string;
  /** The client's label. */
  readonly label: string | undefined;
  readonly condition: ValueNode | undefined;
}

function withOwnLabels(
  document: DocumentNode,
  definition: OperationDefinitionNode,
): { labelled: OperationDefinitionNode; fragments: readonly Deferrable[] } {
  const fragments: Deferrable[] = [];
  const whole = { ...definition, selectionSet: withoutSpreads(document, definition.selectionSet) };
  const labelled = visit(whole, {
    Directive(directive) {
      if (!isDefer(directive)) return undefined;
      const own = `deferred${fragments.length}`;
      const label = argumentOf(directive, 'label');
      fragments.push({
        own,
        label: label?.kind === Kind.STRING ? label.value : undefined,
        condition: argumentOf(directive, 'if'),
      });
      const name = { kind: Kind.NAME, value: 'label' } as const;
      return {
        ...directive,
        arguments: [{ kind: Kind.ARGUMENT, name, value: { kind: Kind.STRING, value: own } }],
      };
    },
  });
  return { labelled, fragments };
}

/** The operation with those of its deferred fragments that have one of the labels. */
const withOnly = (
  labelled: OperationDefinitionNode,
  labels: ReadonlyMap<string, unknown>,
): OperationDefinitionNode =>
  visit(labelled, {
    Directive(directive) {
      const label = isDefer(directive) ? argumentOf(directive, 'label') : undefined;
      return label?.kind === Kind.STRING && !labels.has(label.value) ? null : undefined;
    },
  });

/** The label of a fragment in a document whose deferred fragments have labels of ours. */
export function deferLabel({ directives }: InlineFragmentNode): string | undefined {
  const label = directives?.filter(isDefer).map((directive) => argumentOf(directive, 'label'))[0];
  return label?.kind === Kind.STRING ? label.value : undefined;
}

const argumentOf = (directive: DirectiveNode, name: string): ValueNode | undefined =>
  directive.arguments?.find((one) => one.name.value === name)?.value;
