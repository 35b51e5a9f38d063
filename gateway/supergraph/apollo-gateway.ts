import { ApolloGateway, type ServiceMap } from '@apollo/gateway';
import type { Schema } from '@apollo/federation-internals';
import type { QueryPlanner } from '@apollo/query-planner';
import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import type { SubgraphClient, SubgraphClients } from '../execution/subgraph-client.ts';
import { toDataSource } from '../execution/data-source.ts';

/**
 * One supergraph, whole and unchanging. An operation holds on to the one it was planned for, so a newer supergraph
 * never changes what runs.
 */
export interface Supergraph {
  /** Hash of the SDL. */
  readonly id: string;
  readonly sdl: string;
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
}

/** What `ApolloGateway` keeps to itself and our own execution needs. */
interface Internals {
  apiSchema: Schema;
  supergraphSchema: GraphQLSchema;
  queryPlanner: QueryPlanner;
}

/**
 * `ApolloGateway` for what it does best: it checks and loads supergraphs, swaps them, and plans. Execution is ours:
 * {@link MarqueeGateway.current} hands out all that the rest of the pipeline needs.
 */
export class MarqueeGateway extends ApolloGateway {
  #current: Supergraph | undefined;
  #update: ((sdl: string) => void) | undefined;

  /** @param clients makes or finds the client of a subgraph */
  constructor(sdl: string, clients: SubgraphClients, logger: Logger) {
    const found = new Map<string, SubgraphClient>();
    super({
      supergraphSdl: async ({ update }) => {
        this.#update = update;
        return { supergraphSdl: sdl };
      },
      buildService({ name, url }) {
        const client = clients.get(name, url ?? '');
        found.set(name, client);
        return toDataSource(client);
      },
      logger: {
        debug: (message) => logger.trace(message),
        info: (message) => logger.debug(message),
        warn: (message) => logger.warn(message),
        error: (message) => logger.error(message),
      },
    });
    this.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
      const { apiSchema: api, supergraphSchema, queryPlanner } = this as unknown as Internals;
      const subgraphs = new Map(found);
      this.#current = {
        id: createHash('sha256').update(coreSupergraphSdl).digest('hex'),
        sdl: coreSupergraphSdl,
        apiSchema,
        api,
        supergraphSchema,
        planner: queryPlanner,
        services: Object.fromEntries([...subgraphs].map(([name, client]) => [name, toDataSource(client)])),
        subgraphs,
      };
    });
  }

  /** The supergraph that new operations run on. @throws before `load` */
  get current(): Supergraph {
    if (!this.#current) throw new Error('The supergraph is not loaded yet.');
    return this.#current;
  }

  /** Swaps the supergraph. @throws if it is not a valid one; the one before then keeps serving */
  swap(sdl: string): void {
    if (!this.#update) throw new Error('The supergraph is not loaded yet.');
    this.#update(sdl);
  }
}
