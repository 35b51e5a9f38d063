import type { Registry } from 'prom-client';
import { afterwards } from '../platform/afterwards.ts';
import type { Infrastructure } from '../platform/infrastructure.ts';
import type { Logger } from '../platform/logger.ts';
import { createAdmission } from './admission/admission.ts';
import type { GatewayEnv } from './env.ts';
import { forClients } from './execution/client-errors.ts';
import { createExecution } from './execution/execution.ts';
import { createSubgraphs } from './execution/subgraphs.ts';
import { createObservability } from './observability/observability.ts';
import { policiesAreScopes, type PolicyEvaluator } from './operation/access.ts';
import { createPreparation } from './operation/preparation.ts';
import type { Supergraph } from './supergraph/build.ts';
import { createSupergraphSource } from './supergraph/source.ts';
import { createLiveSupergraph } from './supergraph/supergraph.ts';
import type { Pipeline } from './transport/pipeline.ts';
import { createTransport } from './transport/transport.ts';
import { createTurns } from './transport/turns.ts';

export interface GatewayOptions {
  readonly env: GatewayEnv;
  /** Where requests are counted, persisted queries and answers kept, and (with `pubsub`) sign-outs and changes heard of. */
  readonly infrastructure: Pick<Infrastructure, 'limits' | 'cache'> & Partial<Pick<Infrastructure, 'pubsub'>>;
  readonly logger: Logger;
  /** Whether `metrics` are kept up to date; as ADMIN_PORT says if not given. */
  readonly measured?: boolean;
  /** Decides which policies of `@policy` hold for a viewer; by default those that it has as scopes. */
  readonly policies?: PolicyEvaluator;
}

/** What `/health/ready` shows on the admin port; see {@link publicHealth} for everybody else. */
export interface GatewayHealth {
  /** Hash of the supergraph that serves. */
  readonly supergraph: string;
  readonly subgraphs: readonly string[];
  /** Why a newer supergraph does not serve, if one was refused. */
  readonly problem?: string;
}

export interface Gateway {
  readonly name: 'gateway';
  /** `http://host:port`, known once it listens. */
  readonly url: string;
  /** Address of `/metrics`; undefined without ADMIN_PORT. */
  readonly adminUrl: string | undefined;
  listen(): Promise<void>;
  /** Rejects while it cannot answer. */
  ready(): Promise<void>;
  readonly health: GatewayHealth;
  readonly metrics: Registry;
  /** Reads the supergraph's files again, without waiting for a change to be noticed. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The gateway, whole: a request goes through transport, admission, operation and execution, in this order, and each
 * step is a folder beside this file.
 * @throws if the supergraph cannot be loaded
 */
export async function createGateway({
  env,
  infrastructure,
  logger,
  policies = policiesAreScopes,
  measured,
}: GatewayOptions): Promise<Gateway> {
  const observability = await createObservability({
    env,
    logger,
    infrastructure,
    measured,
    operationsCached: () => preparation.cached(),
    requestsWaiting: () => turns.waiting,
  });
  const turns = createTurns();
  const subgraphs = createSubgraphs(env, logger, observability, turns.progress);
  const supergraph = await createLiveSupergraph({
    source: createSupergraphSource(env.SUPERGRAPH, env.supergraphSource),
    clients: subgraphs,
    logger,
    contracts: env.VARIANTS,
    planMilliseconds: env.MAX_PLAN_MS,
    patience: env.SUPERGRAPH_WAIT_MS,
    copy: env.SUPERGRAPH_COPY,
  });
  const admission = await createAdmission({
    env,
    infrastructure,
    logger,
    onSignOut: (sessionId) => transport.endSession(sessionId),
    onUntrusted: observability.metrics.untrustedDocument,
  });
  const preparation = createPreparation({ env, policies, observability });
  const execution = await createExecution({ env, infrastructure, logger, preparation, observability, turns });

  const prepareOver =
    (schema: () => Supergraph): Pipeline['prepare'] =>
    (request, identity, trace) =>
      afterwards(admission.documents.resolve(request, identity.viewer.address), ({ query, register }) => {
        const { operationName, variables = {} } = request;
        const text = { query, operationName, variables };
        return afterwards(
          preparation.prepare(schema(), text, identity.viewer, trace, register),
          (operation) => {
            if (!env.RATE_LIMIT_BY_COST) return operation;
            const cost = preparation.demand.estimate(operation, variables);
            observability.operations.cost(cost);
            return afterwards(admission.rate.cost(identity.viewer, cost), (left) => {
              if (left) identity.allowance = left;
              return operation;
            });
          },
        );
      });
  const pipelineOver = (schema: () => Supergraph): Pipeline =>
    observability.traced({
      admit: admission.admit,
      count: admission.count,
      prepare: prepareOver(schema),
      execute: execution.execute,
      executeInParts: execution.executeInParts,
      subscribe: execution.subscribe,
      present: (result, trace) => forClients(result, trace, logger),
      observe: observability.observe,
    });

  supergraph.onSwap({
    async before(next) {
      for (const one of [next, ...next.variants.values()])
        await preparation.warm(one, env.WARM_OPERATIONS, execution.compile);
    },
    after: (current) => preparation.keepOnly(new Set([current.id])),
  });
  const health = (): GatewayHealth => ({
    supergraph: supergraph.current.id,
    subgraphs: [...supergraph.current.subgraphs.keys()],
    ...(supergraph.problem !== undefined && { problem: supergraph.problem }),
  });
  const ready = async (): Promise<GatewayHealth> => health();
  const publiclyReady = async (): Promise<GatewayHealth> => publicHealth(health());
  const transport = createTransport({
    env,
    logger,
    supergraph,
    admission,
    observability,
    pipelineOver,
    ready: publiclyReady,
    turns: execution.turns,
  });
  const admin = observability.admin(ready, execution.adminRoutes);

  return {
    name: 'gateway',
    get url() {
      return transport.url;
    },
    get adminUrl() {
      return admin?.url;
    },
    async listen() {
      await transport.listen();
      await admin?.listen();
    },
    async ready() {
      await ready();
    },
    get health() {
      return health();
    },
    metrics: observability.registry,
    reload: supergraph.reload,
    async close() {
      await admission.close();
      await execution.close();
      await transport.close();
      await admin?.close();
      await supergraph.close();
      await subgraphs.close();
      await observability.close();
    },
  };
}

/** Without what a problem names: files, and what a supergraph has that clients do not see. */
const publicHealth = ({ problem, ...health }: GatewayHealth): GatewayHealth => ({
  ...health,
  ...(problem !== undefined && {
    problem: 'The newest supergraph cannot be served; the log says why. The last good one serves.',
  }),
});
