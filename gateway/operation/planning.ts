import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as Model,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, print, type DocumentNode } from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { withOperationDirectives } from '../supergraph/operation-directives.ts';
import { withChainsApart } from './chained-requirements.ts';
import { withLabelsByType } from './interface-fields.ts';
import { withSeparateUses } from './required-arguments.ts';
import { withResolvableKeysFirst } from './resolvable-keys.ts';

/** What operations of one supergraph are planned with. */
export interface Planning {
  readonly api: Schema;
  readonly planner: QueryPlanner;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
}

/** What a supergraph has that is worth a closer look: keys that find nothing, arguments in `@requires`, and labels. */
const MENDABLE = /resolvable: false|overrideLabel:|requires: "(?:[^"\\]|\\.)*\(/;

const known = new WeakMap<Supergraph, Planning>();
const knownCareful = new WeakMap<Supergraph, (() => Planning) | 'none'>();

/** The supergraph as it is, or a mended one where the planner would err by it. */
export function planningOf(supergraph: Supergraph): Planning {
  let planning = known.get(supergraph);
  if (!planning) known.set(supergraph, (planning = createPlanning(supergraph)));
  return planning;
}

/**
 * For operations whose plan does not meet what their fields require: with more calls to subgraphs, where a field requires
 * what requires others.
 * @returns makes it when it is first needed; undefined if no field does
 */
export function carefulPlanningOf(supergraph: Supergraph): (() => Planning) | undefined {
  if (supergraph.requiringFields.size === 0) return undefined;
  let planning = knownCareful.get(supergraph);
  if (!planning) knownCareful.set(supergraph, (planning = createCarefulPlanning(supergraph) ?? 'none'));
  return planning === 'none' ? undefined : planning;
}

function createPlanning(supergraph: Supergraph): Planning {
  const { sdl, api, planner } = supergraph;
  const asIs: Planning = { api, planner, restore: (plan) => plan };
  if (!MENDABLE.test(sdl)) return asIs;
  const original = documentOf(supergraph);
  const { document, restore } = withSeparateUses(mended(original), 'with arguments');
  return document === original ? asIs : planningFrom(document, supergraph, restore);
}

function createCarefulPlanning(supergraph: Supergraph): (() => Planning) | undefined {
  const original = mended(documentOf(supergraph));
  const chains = withChainsApart(original);
  if (chains.document === original) return undefined;
  let planning: Planning | undefined;
  return () => {
    if (planning) return planning;
    const uses = withSeparateUses(chains.document, 'of other subgraphs');
    planning = planningFrom(uses.document, supergraph, (plan) => chains.restore(uses.restore(plan)));
    return planning;
  };
}

const mended = (document: DocumentNode): DocumentNode => withLabelsByType(withResolvableKeysFirst(document));

const documentOf = ({ sdl }: Supergraph): DocumentNode =>
  withOperationDirectives(parse(sdl, { noLocation: true }));

function planningFrom(
  document: DocumentNode,
  { planner }: Supergraph,
  restore: Planning['restore'],
): Planning {
  const model = Model.build(print(document), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const { config } = planner as unknown as { config: ConstructorParameters<typeof QueryPlanner>[1] };
  return { api: model.apiSchema(), planner: new QueryPlanner(model, config), restore };
}
