import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as Model,
  type Schema,
} from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse, print, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { withOperationDirectives } from '../supergraph/operation-directives.ts';
import { createPlanner } from '../supergraph/planner.ts';
import { withChainsApart } from './chained-requirements.ts';
import { withoutArgument } from './graph-apart.ts';
import { withTypesOfObjects } from './interface-objects.ts';
import { withLabelsByType } from './interface-fields.ts';
import { withSeparateUses, type SeparateUses } from './required-arguments.ts';
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

const known = new WeakMap<Supergraph, readonly (() => Planning)[]>();

/**
 * What to plan an operation with, one after another until a plan is right: the supergraph as it is, or a mended one where
 * the planner would err by it; then ones by which plans take more calls to subgraphs, if some field requires what
 * requires others, some subgraph has an interface as one object, or one gives what others have.
 */
export function planningsOf(supergraph: Supergraph): readonly (() => Planning)[] {
  let plannings = known.get(supergraph);
  if (!plannings) known.set(supergraph, (plannings = createPlannings(supergraph)));
  return plannings;
}

function createPlannings(supergraph: Supergraph): (() => Planning)[] {
  const usual = createPlanning(supergraph);
  const plannings = [() => usual];
  const hasObjects = supergraph.sdl.includes('isInterfaceObject: true');
  const hasProvided = supergraph.sdl.includes('provides: "');
  if (supergraph.requiringFields.size === 0 && !hasObjects && !hasProvided) return plannings;
  const original = mended(documentOf(supergraph));
  const objects = withTypesOfObjects(original);
  const isRewritten = objects.document !== original;
  if (isRewritten) plannings.push(once(() => rewrittenBy(objects, 'with arguments', supergraph)));
  for (const one of isRewritten ? [asIs(original), objects] : [asIs(original)]) {
    const chains = withChainsApart(one.document);
    if (chains.document === one.document) continue;
    const restore: Rewritten['restore'] = (plan) => one.restore(chains.restore(plan));
    const { document } = chains;
    plannings.push(once(() => rewrittenBy({ document, restore }, 'of other subgraphs', supergraph)));
  }
  if (hasProvided)
    plannings.push(once(() => rewrittenBy(asIs(withoutProvided(original)), 'with arguments', supergraph)));
  return plannings;
}

/** The supergraph in which no subgraph gives what others have, which the planner may ask it for in other places, too. */
const withoutProvided = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Directive: (one) =>
      one.name.value === 'join__field' ? withoutArgument(one as ConstDirectiveNode, 'provides') : undefined,
  });

function rewrittenBy(
  { document, restore }: Rewritten,
  which: SeparateUses,
  supergraph: Supergraph,
): Planning {
  const uses = withSeparateUses(document, which);
  return planningFrom(uses.document, supergraph, (plan) => restore(uses.restore(plan)));
}

/** A supergraph, and how plans over it are put back. */
type Rewritten = Pick<ReturnType<typeof withTypesOfObjects>, 'document' | 'restore'>;

const asIs = (document: DocumentNode): Rewritten => ({ document, restore: (plan) => plan });

/** Makes it when it is first needed. */
function once(make: () => Planning): () => Planning {
  let made: Planning | undefined;
  return () => (made ??= make());
}

function createPlanning(supergraph: Supergraph): Planning {
  const { sdl, api, planner } = supergraph;
  const plain: Planning = { api, planner, restore: (plan) => plan };
  if (!MENDABLE.test(sdl)) return plain;
  const original = documentOf(supergraph);
  const { document, restore } = withSeparateUses(mended(original), 'with arguments');
  return document === original ? plain : planningFrom(document, supergraph, restore);
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
  const { config } = planner as unknown as { config: Parameters<typeof createPlanner>[1] };
  return { api: model.apiSchema(), planner: createPlanner(model, config), restore };
}
