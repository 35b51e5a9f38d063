import { afterwards } from '../../platform/afterwards.ts';
import type { Trace } from '../../platform/trace.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { GatewayEnv } from '../env.ts';
import type { Observability } from '../observability/observability.ts';
import type { Supergraph } from '../supergraph/build.ts';
import type { PolicyEvaluator } from './access.ts';
import { createDemand, type Demand } from './demand.ts';
import { createForViewer } from './for-viewer.ts';
import type { PreparedOperation, TextRequest } from './operation.ts';
import { createActiveLabels } from './override-labels.ts';
import { createOperations, type Operations } from './prepare.ts';

export interface PreparationOptions {
  readonly env: GatewayEnv;
  /** Decides which policies of `@policy` hold for a viewer. */
  readonly policies: PolicyEvaluator;
  readonly observability: Pick<Observability, 'measured' | 'operations' | 'tracing'>;
}

/** Text to operation: checked, planned, in the form that its viewer may run, and not too dear. */
export interface Preparation extends Pick<Operations, 'coerce' | 'warm' | 'keepOnly'> {
  /**
   * @param valid called once the text has proved valid
   * @throws {RequestRefused} at once or later
   */
  prepare(
    supergraph: Supergraph,
    request: TextRequest,
    viewer: Viewer,
    trace: Trace,
    valid?: () => void,
  ): PreparedOperation | Promise<PreparedOperation>;
  readonly demand: Demand;
  /** How many operations are in the cache. */
  readonly cached: () => number;
}

export function createPreparation({ env, policies, observability }: PreparationOptions): Preparation {
  const { measured, tracing } = observability;
  const operations = createOperations({
    limits: {
      characters: env.MAX_DOCUMENT_CHARACTERS,
      depth: env.MAX_DEPTH,
      aliases: env.MAX_ALIASES,
      directives: env.MAX_DIRECTIVES,
      tokens: env.MAX_TOKENS,
      rootFields: env.MAX_ROOT_FIELDS,
      fields: env.MAX_FIELDS,
      duplicates: env.MAX_DUPLICATES,
    },
    introspection: env.INTROSPECTION,
    cacheSize: env.OPERATION_CACHE_SIZE,
    cacheBytes: env.OPERATION_CACHE_BYTES,
    onLookup(found, seconds, trace) {
      if (measured) observability.operations.lookup(found, seconds);
      if (!found && trace) tracing?.planned(seconds, trace);
    },
  });
  const forViewer = createForViewer({
    mode: env.ACCESS_MODE,
    evaluatePolicies: policies,
    activeLabels: createActiveLabels(env.OVERRIDE_LABELS),
    keepForm: operations.form,
  });
  const demand = createDemand({
    maxCost: env.MAX_COST,
    listSize: env.COST_LIST_SIZE,
    maxListSize: env.COST_MAX_LIST_SIZE,
  });
  return {
    prepare(supergraph, request, viewer, trace, valid) {
      const prepared = operations.prepare(supergraph, request, trace);
      valid?.();
      return afterwards(forViewer(prepared, viewer, request.variables, trace), (operation) => {
        demand.check(operation, request.variables ?? {});
        return operation;
      });
    },
    coerce: operations.coerce,
    warm: operations.warm,
    keepOnly: operations.keepOnly,
    demand,
    cached: () => operations.size,
  };
}
