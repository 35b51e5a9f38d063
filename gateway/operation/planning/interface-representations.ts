import type { FetchDataRewrite, FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isAbstractType, isObjectType } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { mapFetches } from './plan-fetches.ts';
import { joinsOf, type Joins } from './refetch.ts';

type Fragment = Extract<QueryPlanSelectionNode, { kind: 'InlineFragment' }>;

/**
 * What is sent of objects of an interface that a subgraph has as one object (`@interfaceObject`). Where a plan names
 * fields of the interface beside fields of some of its types, it means those types, but would have
 * - objects of the other types sent along without a key, which the subgraph refuses, and all others with them;
 * - objects of a type that requires something sent under the interface's name, for which a subgraph that knows the
 *   type itself passes over what it requires.
 * @returns the same plan if no subgraph has an interface object
 */
export function withOwnTypes(plan: QueryPlan, supergraph: Supergraph): QueryPlan {
  const joins = joinsOf(supergraph);
  if (!joins.hasInterfaceObjects) return plan;
  return mapFetches(plan, (node) => mend(node, supergraph, joins));
}

function mend(node: FetchNode, { supergraphSchema }: Supergraph, joins: Joins): FetchNode {
  const { requires, inputRewrites, serviceName } = node;
  const fragments = requires?.filter((one): one is Fragment => one.kind === 'InlineFragment') ?? [];
  if (!requires || fragments.length < 2 || fragments.length < requires.length) return node;

  const typesOf = ({ typeCondition }: Fragment): string[] => {
    const type = typeCondition === undefined ? undefined : supergraphSchema.getType(typeCondition);
    if (isObjectType(type)) return [type.name];
    return isAbstractType(type) ? supergraphSchema.getPossibleTypes(type).map(({ name }) => name) : [];
  };
  const isOfObject = ({ typeCondition = '' }: Fragment): boolean =>
    isObjectType(supergraphSchema.getType(typeCondition));
  /** Whether all that is sent of objects of a type has a key by which the subgraph finds them. */
  const hasKey = (name: string): boolean => {
    const fields = new Set(
      fragments.filter((one) => typesOf(one).includes(name)).flatMap((one) => [...fieldsOf(one)]),
    );
    const type = supergraphSchema.getType(name);
    const interfaces = isObjectType(type) ? type.getInterfaces() : [];
    return [name, ...interfaces.map((one) => one.name)].some((one) =>
      joins.keys(serviceName, one).some((key) => key.every((field) => fields.has(field))),
    );
  };
  const found = new Set(fragments.flatMap(typesOf).filter(hasKey));

  const withKeys = fragments.flatMap((fragment): Fragment[] => {
    const types = typesOf(fragment);
    const sent = types.filter((type) => found.has(type));
    if (sent.length === 0 || sent.length === types.length) return [fragment];
    return sent.map((typeCondition) => ({ ...fragment, typeCondition }));
  });

  /** Types that require something of their own of this subgraph, which knows them. */
  const own = new Set(
    fragments
      .filter(isOfObject)
      .filter((one) => {
        const others = fragments.filter(
          (other) => !isOfObject(other) && typesOf(other).includes(one.typeCondition ?? ''),
        );
        const named = new Set(others.flatMap((other) => [...fieldsOf(other)]));
        return others.length > 0 && [...fieldsOf(one)].some((field) => !named.has(field));
      })
      .map(({ typeCondition = '' }) => typeCondition)
      .filter((type) => joins.keys(serviceName, type).length > 0),
  );
  const rewrites = inputRewrites?.flatMap((rewrite): FetchDataRewrite[] => {
    const [at, field, ...rest] = rewrite.path;
    const fragment = fragments.find(({ typeCondition = '' }) => at === `... on ${typeCondition}`);
    if (rewrite.kind !== 'ValueSetter' || field !== '__typename' || rest.length > 0 || !fragment)
      return [rewrite];
    const types = typesOf(fragment);
    if (isOfObject(fragment) || !types.some((type) => own.has(type))) return [rewrite];
    return types
      .filter((type) => !own.has(type))
      .map((type) => ({ ...rewrite, path: [`... on ${type}`, field] }));
  });
  return { ...node, requires: withKeys, ...(rewrites && { inputRewrites: rewrites }) };
}

const fieldsOf = ({ selections }: Fragment): Set<string> =>
  new Set(selections.flatMap((one) => (one.kind === 'Field' ? [one.name] : [])));
