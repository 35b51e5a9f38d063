import {
  defaultRootName,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as SupergraphModel,
  type Schema,
} from '@apollo/federation-internals';
import type { QueryPlanner } from '@apollo/query-planner';
import { createHash } from 'node:crypto';
import { parse, type GraphQLSchema } from 'graphql';
import type { SubgraphClient, SubgraphClients } from '../execution/subgraph/client.ts';
import { withDeferDirective } from '../operation/deferral.ts';
import { readAnnotations, type Annotations } from './annotations.ts';
import { contractSchema, type Contract } from './contract.ts';
import { narrowedFields } from './narrowed-fields.ts';
import { withOperationDirectives } from './operation-directives.ts';
import { createPlanner } from './planner.ts';
import { requiringFields } from './requiring-fields.ts';
import { SupergraphError } from './supergraph-error.ts';
import { typelessFields } from './typeless-fields.ts';
import { veiledInterfaces } from './veiled-interfaces.ts';

/**
 * One supergraph, whole and unchanging. An operation holds on to the one it was planned for, so a newer supergraph
 * never changes what runs.
 */
export interface Supergraph {
  /** Hash of the SDL. */
  readonly id: string;
  readonly sdl: string;
  /** Name of the contract variant that this is; undefined for the whole. */
  readonly variant: string | undefined;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The same in Apollo's own model, which the planner speaks. */
  readonly api: Schema;
  /** With the join directives, as executors need it. */
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** How long it may plan one operation; it can take minutes and gigabytes over a small one. */
  readonly planMilliseconds: number;
  /** By name. */
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  /** What it says of its parts: who may see them, what they cost, how they are tagged. */
  readonly annotations: Annotations;
  /** Fields whose objects no subgraph knows the type of, by coordinate. */
  readonly typelessFields: ReadonlySet<string>;
  /** Fields of an abstract type that some subgraph has of an object's type, by coordinate. */
  readonly narrowedFields: ReadonlySet<string>;
  /** Names of interfaces that some subgraph has as one object, and of which clients do not see all types. */
  readonly veiledInterfaces: ReadonlySet<string>;
  /** Names of fields that require others. */
  readonly requiringFields: ReadonlySet<string>;
  /** The same for those who see a subset of the schema only, by the contract's name. */
  readonly variants: ReadonlyMap<string, Supergraph>;
}

/**
 * Ways to one field that the planner weighs against each other: with more of them it takes seconds in any case, since it
 * compares each with each. It looks only between fields: what one field multiplies by itself is ended by time.
 */
const MOST_PATHS = 2_000;

/**
 * Checks a supergraph and makes of it what operations are prepared and run with. Model, checks and planner are those
 * that `ApolloGateway` stands on (`@apollo/federation-internals`, `@apollo/query-planner`), put together as it does.
 * The class itself is left out: what it would add is its own execution and reports to Apollo, which take 15 MB.
 *
 * It refuses supergraphs with features that it does not enforce: access directives, cost, `@context`, cache tags. Ours
 * enforces them (`operation/`), so it takes what Apollo Router takes.
 * @param clients makes or finds the client of a subgraph
 * @param contracts subsets of the schema to serve besides the whole
 * @param planMilliseconds how long one operation may be planned
 * @throws if it is not a valid one
 */
export function buildSupergraph(
  sdl: string,
  clients: Pick<SubgraphClients, 'get'>,
  contracts: readonly Contract[] = [],
  planMilliseconds = 2_000,
): Supergraph {
  // the model keeps the nodes for as long as it lives: places in the text would double them
  const document = parse(sdl, { noLocation: true });
  const model = SupergraphModel.build(withOperationDirectives(document), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: true,
  });
  checkRootNames(model.schema);
  const api = model.apiSchema();
  const supergraphSchema = model.schema.toGraphQLJSSchema();
  const apiSchema = withDeferDirective(api.toGraphQLJSSchema());
  const whole: Supergraph = {
    id: createHash('sha256').update(sdl).digest('hex'),
    sdl,
    variant: undefined,
    apiSchema,
    api,
    supergraphSchema,
    planner: createPlanner(model, { debug: { pathsLimit: MOST_PATHS } }),
    planMilliseconds,
    subgraphs: new Map(model.subgraphsMetadata().map(({ name, url }) => [name, clients.get(name, url)])),
    annotations: readAnnotations(document),
    typelessFields: typelessFields(supergraphSchema),
    narrowedFields: narrowedFields(supergraphSchema),
    veiledInterfaces: veiledInterfaces(supergraphSchema, apiSchema),
    requiringFields: requiringFields(supergraphSchema),
    variants: new Map(),
  };
  const variants = contracts.map((contract): [string, Supergraph] => {
    const shown = contractSchema(apiSchema, whole.annotations.tags, contract);
    const veiled = veiledInterfaces(supergraphSchema, shown.apiSchema);
    return [contract.name, { ...whole, ...shown, veiledInterfaces: veiled, variant: contract.name }];
  });
  return { ...whole, variants: new Map(variants) };
}

/** Composition gives root types their usual names, whatever subgraphs call theirs, and the planner looks for no others. */
function checkRootNames({ schemaDefinition }: Schema): void {
  for (const { rootKind, type } of schemaDefinition.roots())
    if (type.name !== defaultRootName(rootKind))
      throw new SupergraphError(
        `The supergraph's root type for a ${rootKind} must be "${defaultRootName(rootKind)}", as composition names it, and is "${type.name}".`,
      );
}
