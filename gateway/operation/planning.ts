import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as Model,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, print } from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { withOperationDirectives } from '../supergraph/operation-directives.ts';
import { withSeparateUses } from './required-arguments.ts';
import { withResolvableKeysFirst } from './resolvable-keys.ts';

/** What operations of one supergraph are planned with. */
export interface Planning {
  readonly api: Schema;
  readonly planner: QueryPlanner;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
}

/** What a supergraph has that is worth a closer look: keys that find nothing, and arguments in `@requires`. */
const MENDABLE = /resolvable: false|requires: "(?:[^"\\]|\\.)*\(/;

const known = new WeakMap<Supergraph, Planning>();

/** The supergraph as it is, or a mended one where the planner would err by it. */
export function planningOf(supergraph: Supergraph): Planning {
  let planning = known.get(supergraph);
  if (!planning) known.set(supergraph, (planning = createPlanning(supergraph)));
  return planning;
}

function createPlanning({ sdl, api, planner }: Supergraph): Planning {
  const asIs: Planning = { api, planner, restore: (plan) => plan };
  if (!MENDABLE.test(sdl)) return asIs;
  const original = withOperationDirectives(parse(sdl, { noLocation: true }));
  const { document, restore } = withSeparateUses(withResolvableKeysFirst(original));
  if (document === original) return asIs;
  const model = Model.build(print(document), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const { config } = planner as unknown as { config: ConstructorParameters<typeof QueryPlanner>[1] };
  return {
    api: model.apiSchema(),
    planner: new QueryPlanner(model, config),
    restore,
  };
}
