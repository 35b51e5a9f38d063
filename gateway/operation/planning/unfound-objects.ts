import type { QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isObjectType } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { mapFetches } from './plan-fetches.ts';
import { joinsOf } from './refetch.ts';
import { possibleTypes } from './unmet-requirements.ts';

/**
 * Whether some fetch of a plan asks a subgraph for objects by a key with which it finds none (`resolvable: false`). The
 * planner makes such plans where an object that stands for an interface is asked for something by one of its types.
 */
export function asksInVain(plan: QueryPlan, supergraph: Supergraph): boolean {
  const { supergraphSchema: schema } = supergraph;
  const joins = joinsOf(supergraph);
  const isFound = (subgraph: string, name: string): boolean => {
    const type = schema.getType(name);
    const names = [name, ...(isObjectType(type) ? type.getInterfaces().map((one) => one.name) : [])];
    return names.some((one) => joins.keys(subgraph, one).length > 0);
  };
  const isInVain = (subgraph: string, one: QueryPlanSelectionNode): boolean => {
    const name = one.kind === 'InlineFragment' ? one.typeCondition : undefined;
    return (
      name !== undefined && ![name, ...possibleTypes(schema, name)].some((type) => isFound(subgraph, type))
    );
  };
  let found = false;
  mapFetches(plan, (node) => {
    found ||= node.requires?.some((one) => isInVain(node.serviceName, one)) ?? false;
    return node;
  });
  return found;
}
