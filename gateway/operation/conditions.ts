import {
  Kind,
  visit,
  type BooleanValueNode,
  type DirectiveNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableNode,
} from 'graphql';
import { variableValues, type ValueOf } from './variable-values.ts';

/** Whether a directive is `@skip` or `@include` (https://spec.graphql.org/October2021/#sec--skip). */
export const isCondition = ({ name: { value } }: DirectiveNode): boolean =>
  value === 'skip' || value === 'include';

/**
 * On what a directive makes its selection hang: a constant or a variable.
 * @returns undefined if the directive is neither `@skip` nor `@include`
 */
export function conditionOf(directive: DirectiveNode): BooleanValueNode | VariableNode | undefined {
  if (!isCondition(directive)) return undefined;
  const value = directive.arguments?.find((one) => one.name.value === 'if')?.value;
  return value?.kind === Kind.VARIABLE || value?.kind === Kind.BOOLEAN ? value : undefined;
}

/** The value of its condition with which `@skip` or `@include` lets its selection be there. */
export const wantedBy = ({ name }: DirectiveNode): boolean => name.value === 'include';

/**
 * Whether a selection is there.
 * @param values of the variables that conditions hang on; one without a value counts as false
 */
export function isIncluded({ directives }: SelectionNode, values: ReadonlyMap<string, boolean>): boolean {
  if (directives === undefined) return true;
  for (const directive of directives) {
    const condition = conditionOf(directive);
    if (!condition) continue;
    const value =
      condition.kind === Kind.BOOLEAN ? condition.value : values.get(condition.name.value) === true;
    if (value !== wantedBy(directive)) return false;
  }
  return true;
}

/** The variables that `@skip` and `@include` of an operation hang on. */
export interface Conditions {
  readonly names: readonly string[];
  /** The value of one of them; no boolean if the client sent none that is, and none is the default. */
  readonly valueOf: ValueOf;
}

/** @param document with the operation and its fragments; what only other operations in it hang on is left out */
export function conditionsOf(document: DocumentNode, operation: OperationDefinitionNode): Conditions {
  const declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.VARIABLE && declared.has(condition.name.value))
        names.add(condition.name.value);
    },
  });
  return { names: [...names], valueOf: variableValues(operation) };
}
