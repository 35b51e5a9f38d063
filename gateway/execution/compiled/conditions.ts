import { Kind, visit, type DirectiveNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import type { DocumentNode } from 'graphql';
import { own } from './json.ts';

/** The variables that `@skip` and `@include` of an operation hang on. */
export interface Conditions {
  readonly names: readonly string[];
  /** The value of one of them: a boolean, or null where the client sent none and none is the default. */
  valueOf(name: string, variables: Record<string, unknown>): unknown;
}

export function conditionsOf(document: DocumentNode, operation: OperationDefinitionNode): Conditions {
  const defaults = new Map<string, unknown>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    defaults.set(variable.name.value, defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : null);
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const value = argumentOf(directive);
      if (value?.kind === Kind.VARIABLE && defaults.has(value.name.value)) names.add(value.name.value);
    },
  });
  return {
    names: [...names],
    valueOf: (name, variables) =>
      own(variables, name) ?? (own(variables, name) === null ? null : defaults.get(name)),
  };
}

/**
 * Whether a selection is there (https://spec.graphql.org/October2021/#sec--skip).
 * @param values of the variables that conditions hang on
 */
export function isIncluded({ directives }: SelectionNode, values: ReadonlyMap<string, boolean>): boolean {
  return (
    directives === undefined ||
    directives.every((directive) => {
      const value = argumentOf(directive);
      if (value?.kind !== Kind.BOOLEAN && value?.kind !== Kind.VARIABLE) return true;
      const holds = value.kind === Kind.BOOLEAN ? value.value : values.get(value.name.value) === true;
      return directive.name.value === 'include' ? holds : !holds;
    })
  );
}

const argumentOf = ({ name, arguments: given }: DirectiveNode) =>
  name.value === 'skip' || name.value === 'include'
    ? given?.find((one) => one.name.value === 'if')?.value
    : undefined;
