import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Viewer } from '../../platform/viewer.ts';
import type { AccessRule, Annotations } from '../supergraph/annotations.ts';

/** What an operation asks for that not everyone may see. */
export interface OperationAccess {
  /** Every rule that it meets, once. */
  readonly rules: readonly AccessRule[];
  /** Its fields that are under rules: all of them must hold, by their place in `rules`. */
  readonly fields: ReadonlyMap<FieldNode, readonly number[]>;
}

/**
 * Says which of these policies hold for a viewer (`@policy`); asked once per operation that needs some.
 * A policy that it does not return does not hold.
 */
export type PolicyEvaluator = (
  policies: readonly string[],
  viewer: Viewer,
) => Iterable<string> | Promise<Iterable<string>>;

/** The policy of a name holds for those who have the scope of that name. */
export const policiesAreScopes: PolicyEvaluator = (policies, { scopes }) =>
  policies.filter((policy) => scopes.includes(policy));

/**
 * Finds the rules that an operation meets. A field is under the rules of its type, of itself, and of what it returns.
 * Where it is asked of an interface, it is under the rules of every type that may stand there: which one it will be is
 * known only when the answer comes.
 * @param definitions the operation, and all fragments that it spreads
 * @returns undefined if it meets none
 */
export function compileAccess(
  schema: GraphQLSchema,
  { access }: Annotations,
  definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[],
): OperationAccess | undefined {
  if (access.size === 0) return undefined;
  const places = new Map<string, number>();
  const rules: AccessRule[] = [];
  const placeOf = (rule: AccessRule): number => {
    const key = JSON.stringify([rule.authenticated, rule.scopes, rule.policies]);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, rules.length);
    return rules.push(rule) - 1;
  };
  const fields = new Map<FieldNode, number[]>();
  // as `visit` with a `TypeInfo` would, in a tenth of its time: every operation that is new comes here
  const look = ({ selections }: SelectionSetNode, parent: GraphQLCompositeType): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        look(selection.selectionSet, conditionOf(schema, selection.typeCondition) ?? parent);
        continue;
      }
      const name = selection.name.value;
      const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
      // introspection: the name of a type tells nothing of the object
      if (!field) continue;
      const needs = new Set<number>();
      const need = (coordinate: string): void => {
        const rule = access.get(coordinate);
        if (rule) needs.add(placeOf(rule));
      };
      for (const type of [parent, ...(isAbstractType(parent) ? schema.getPossibleTypes(parent) : [])]) {
        need(type.name);
        need(`${type.name}.${name}`);
      }
      const returned = getNamedType(field.type);
      need(returned.name);
      if (needs.size > 0) fields.set(selection, [...needs]);
      if (selection.selectionSet && isCompositeType(returned)) look(selection.selectionSet, returned);
    }
  };
  for (const definition of definitions) {
    const type =
      definition.kind === Kind.OPERATION_DEFINITION
        ? schema.getRootType(definition.operation)
        : conditionOf(schema, definition.typeCondition);
    if (type) look(definition.selectionSet, type);
  }
  return fields.size > 0 ? { rules, fields } : undefined;
}

function conditionOf(
  schema: GraphQLSchema,
  named: NamedTypeNode | undefined,
): GraphQLCompositeType | undefined {
  const type = named && schema.getType(named.name.value);
  return isCompositeType(type) ? type : undefined;
}

/** @returns the places of the rules that do not hold for a viewer, in order */
export async function failingRules(
  { rules }: OperationAccess,
  viewer: Viewer,
  evaluatePolicies: PolicyEvaluator,
): Promise<number[]> {
  const asked = new Set(rules.flatMap(({ policies }) => policies?.flat() ?? []));
  const granted = new Set(asked.size > 0 ? await evaluatePolicies([...asked], viewer) : []);
  const signedIn = isSignedIn(viewer);
  const holds = ({ authenticated, scopes, policies }: AccessRule): boolean =>
    (!authenticated || signedIn) &&
    (!scopes || scopes.some((all) => all.every((scope) => viewer.scopes.includes(scope)))) &&
    (!policies || policies.some((all) => all.every((policy) => granted.has(policy))));
  return rules.flatMap((rule, place) => (holds(rule) ? [] : [place]));
}

/** Whether a viewer is a user or shows an API key. */
export const isSignedIn = ({ userId, apiKeyId }: Viewer): boolean =>
  userId !== undefined || apiKeyId !== undefined;
