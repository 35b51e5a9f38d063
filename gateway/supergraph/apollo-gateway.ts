import { ApolloGateway, type ServiceMap } from '@apollo/gateway';
import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as FederatedSupergraph,
  type Schema,
} from '@apollo/federation-internals';
import type { QueryPlanner } from '@apollo/query-planner';
import { createHash } from 'node:crypto';
import { parse, type GraphQLSchema } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import type { SubgraphClient, SubgraphClients } from '../execution/subgraph-client.ts';
import { toDataSource } from '../execution/data-source.ts';
import { withDeferDirective } from '../operation/deferral.ts';
import { readAnnotations, type Annotations } from './annotations.ts';
import { contractSchema, type Contract } from './contract.ts';

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
  /** With the join directives, as the stock executor needs it. */
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** Subgraphs by name, as the stock executor calls them. */
  readonly services: ServiceMap;
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  /** What it says of its parts: who may see them, what they cost, how they are tagged. */
  readonly annotations: Annotations;
  /** The same for those who see a subset of the schema only, by the contract's name. */
  readonly variants: ReadonlyMap<string, Supergraph>;
}

/** What `ApolloGateway` keeps to itself and our own execution needs. */
interface Internals {
  apiSchema: Schema;
  supergraphSchema: GraphQLSchema;
  queryPlanner: QueryPlanner;
  schema: GraphQLSchema;
  supergraphSdl: string;
  compositionId: string | undefined;
  createSchemaFromSupergraphSdl(sdl: string): { supergraph: FederatedSupergraph; supergraphSdl: string };
}

/**
 * `ApolloGateway` for what it does best: it checks and loads supergraphs, swaps them, and plans. Execution is ours:
 * {@link MarqueeGateway.current} hands out all that the rest of the pipeline needs.
 *
 * The stock gateway refuses supergraphs with features that it does not enforce: access directives, cost, `@context`,
 * cache tags. Ours enforces them (`operation/`), so it takes what Apollo Router takes.
 */
export class MarqueeGateway extends ApolloGateway {
  #current: Supergraph | undefined;
  #update: ((sdl: string) => void) | undefined;
  readonly #internals: Internals;
  readonly #contracts: readonly Contract[];
  /** Those of the supergraph that was built last. */
  #subgraphs: ReadonlyMap<string, SubgraphClient> = new Map();

  /**
   * @param clients makes or finds the client of a subgraph
   * @param contracts subsets of the schema to serve besides the whole
   */
  constructor(sdl: string, clients: SubgraphClients, logger: Logger, contracts: readonly Contract[] = []) {
    super({
      supergraphSdl: async ({ update }) => {
        this.#update = update;
        return { supergraphSdl: sdl };
      },
      logger: {
        debug: (message) => logger.trace(message),
        info: (message) => logger.debug(message),
        warn: (message) => logger.warn(message),
        error: (message) => logger.error(message),
      },
    });
    const internals = this as unknown as Internals;
    internals.createSchemaFromSupergraphSdl = (supergraphSdl) => {
      const supergraph = FederatedSupergraph.build(supergraphSdl, {
        supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
        validateSupergraph: true,
      });
      this.#subgraphs = new Map(
        supergraph.subgraphsMetadata().map(({ name, url }) => [name, clients.get(name, url)]),
      );
      return { supergraph, supergraphSdl };
    };
    this.#internals = internals;
    this.#contracts = contracts;
  }

  override async load(): ReturnType<ApolloGateway['load']> {
    const loaded = await super.load();
    this.#current = this.#assemble();
    return loaded;
  }

  /** The supergraph that new operations run on. @throws before `load` */
  get current(): Supergraph {
    if (!this.#current) throw new Error('The supergraph is not loaded yet.');
    return this.#current;
  }

  /**
   * Builds another supergraph, which serves once it is handed to {@link MarqueeGateway.activate}.
   * @returns the current one if the SDL is the same
   * @throws if it is not a valid one
   */
  stage(sdl: string): Supergraph {
    if (!this.#update) throw new Error('The supergraph is not loaded yet.');
    if (this.#current?.sdl === sdl) return this.#current;
    try {
      this.#update(sdl);
      return this.#assemble();
    } catch (error) {
      // Apollo remembers what it tried last, and would take the same text for known when it comes again
      this.#internals.compositionId = undefined;
      throw error;
    }
  }

  /** Lets new operations run on a supergraph that was staged. */
  activate(supergraph: Supergraph): void {
    this.#current = supergraph;
  }

  #assemble(): Supergraph {
    const { apiSchema: api, schema, supergraphSchema, queryPlanner, supergraphSdl: sdl } = this.#internals;
    const subgraphs = this.#subgraphs;
    const whole: Supergraph = {
      id: createHash('sha256').update(sdl).digest('hex'),
      sdl,
      variant: undefined,
      apiSchema: withDeferDirective(schema),
      api,
      supergraphSchema,
      planner: queryPlanner,
      services: Object.fromEntries([...subgraphs].map(([name, client]) => [name, toDataSource(client)])),
      subgraphs,
      annotations: readAnnotations(parse(sdl, { noLocation: true })),
      variants: new Map(),
    };
    const variants = this.#contracts.map((contract): [string, Supergraph] => [
      contract.name,
      {
        ...whole,
        ...contractSchema(whole.apiSchema, whole.annotations.tags, contract),
        variant: contract.name,
      },
    ]);
    return { ...whole, variants: new Map(variants) };
  }
}
