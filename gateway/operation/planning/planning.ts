import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as Model,
  type Schema,
} from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse, print, visit, type ConstDirectiveNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { withOperationDirectives } from '../../supergraph/operation-directives.ts';
import { createPlanner } from '../../supergraph/planner.ts';
import { withCastObjects } from './cast-objects.ts';
import { withChainsApart } from './chained-requirements.ts';
import { withoutArgument } from './graph-apart.ts';
import { fieldsOfUnfound, withHoistedFields } from './hoisted-fields.ts';
import { withTypesOfObjects } from './interface-objects.ts';
import { withLabelsByType } from './interface-fields.ts';
import { standingBeside, withNamesOfStanding, withNarrowedInterfaces } from './narrowed-interfaces.ts';
import { withSeparateUses, type SeparateUses } from './required-arguments.ts';
import { withResolvableKeysFirst } from './resolvable-keys.ts';

/** What operations of one supergraph are planned with. */
export interface Planning {
  readonly api: Schema;
  /** The same as graphql-js has it. */
  readonly schema: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** The operation as it is to be planned. */
  ask(document: DocumentNode): DocumentNode;
  /** The plan as subgraphs understand it. */
  restore(plan: QueryPlan): QueryPlan;
}

/** What a supergraph has that is worth a closer look: keys that find nothing, arguments in `@requires`, labels,
 * and interfaces as objects. */
const MENDABLE = /resolvable: false|overrideLabel:|isInterfaceObject: true|requires: "(?:[^"\\]|\\.)*\(/;

const known = new WeakMap<Supergraph, readonly (() => Planning)[]>();

/**
 * What to plan an operation with, one after another until a plan is right: the supergraph as it is, or a mended one where
 * the planner would err by it; the same with operations that say more of objects which stand for an interface; then ones by
 * which plans take more calls to subgraphs, if some field requires what requires others, some subgraph has an interface
 * as one object, or one gives what others have.
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
  const document = documentOf(supergraph);
  const standing = standingBeside(document);
  const unfound = fieldsOfUnfound(supergraph.supergraphSchema);
  if (standing.size > 0 || unfound.size > 0)
    plannings.push(() => ({
      ...usual,
      ask(text) {
        const cast = withCastObjects(text, standing, usual.schema);
        return usual.ask(withHoistedFields(cast, unfound, usual.schema));
      },
    }));
  const original = mended(document, supergraph);
  const objects = withTypesOfObjects(original.document);
  const isRewritten = objects.document !== original.document;
  const rewritten: Rewritten = {
    ...original,
    ...objects,
    restore: (plan) => original.restore(objects.restore(plan)),
  };
  if (isRewritten) plannings.push(once(() => rewrittenBy(rewritten, 'with arguments', supergraph)));
  for (const one of isRewritten ? [original, rewritten] : [original]) {
    const chains = withChainsApart(one.document);
    if (chains.document === one.document) continue;
    const restore: Rewritten['restore'] = (plan) => one.restore(chains.restore(plan));
    const apart = { ...one, ...chains, restore };
    plannings.push(once(() => rewrittenBy(apart, 'of other subgraphs', supergraph)));
  }
  if (hasProvided)
    plannings.push(
      once(() => {
        const document = withoutProvided(original.document);
        return rewrittenBy({ ...original, document }, 'with arguments', supergraph);
      }),
    );
  return plannings;
}

/** The supergraph in which no subgraph gives what others have, which the planner may ask it for in other places, too. */
const withoutProvided = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Directive: (one) =>
      one.name.value === 'join__field' ? withoutArgument(one as ConstDirectiveNode, 'provides') : undefined,
  });

function rewrittenBy(rewritten: Rewritten, which: SeparateUses, supergraph: Supergraph): Planning {
  const { ask, ...rest } = rewritten;
  const uses = withSeparateUses(rest.document, which);
  return planningFrom(uses.document, supergraph, {
    ask,
    restore: (plan) => rest.restore(uses.restore(plan)),
  });
}

/** A supergraph, and how plans over it are put back. */
type Rewritten = ReturnType<typeof withNarrowedInterfaces>;

/** Makes it when it is first needed. */
function once(make: () => Planning): () => Planning {
  let made: Planning | undefined;
  return () => (made ??= make());
}

function createPlanning(supergraph: Supergraph): Planning {
  const { sdl, api, apiSchema: schema, planner } = supergraph;
  const plain: Planning = { api, schema, planner, ask: (text) => text, restore: (plan) => plan };
  if (!MENDABLE.test(sdl)) return plain;
  const original = documentOf(supergraph);
  const { document, ask, restore } = mended(original, supergraph);
  const uses = withSeparateUses(document, 'with arguments');
  if (uses.document === original) return { ...plain, ask: (text) => ask(text, schema) };
  return planningFrom(uses.document, supergraph, { ask, restore: (plan) => restore(uses.restore(plan)) });
}

const mended = (document: DocumentNode, supergraph: Supergraph): Rewritten =>
  withNarrowedInterfaces(
    withLabelsByType(withResolvableKeysFirst(withNamesOfStanding(document, supergraph.apiSchema))),
    supergraph,
  );

const documentOf = ({ sdl }: Supergraph): DocumentNode =>
  withOperationDirectives(parse(sdl, { noLocation: true }));

function planningFrom(
  document: DocumentNode,
  { planner }: Supergraph,
  { ask, restore }: Pick<Rewritten, 'ask' | 'restore'>,
): Planning {
  const model = Model.build(print(document), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const { config } = planner as unknown as { config: Parameters<typeof createPlanner>[1] };
  const api = model.apiSchema();
  const schema = api.toGraphQLJSSchema();
  return {
    api,
    schema,
    planner: createPlanner(model, config),
    ask: (text) => ask(text, schema),
    restore,
  };
}
