import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as SupergraphModel,
} from '@apollo/federation-internals';
import { Kind, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createLogger } from '../../../../platform/logger.ts';
import { traceFrom } from '../../../../platform/trace.ts';
import { defaultOperationLimits } from '../../../operation/limits.ts';
import { RequestRefused, type PreparedOperation } from '../../../operation/operation.ts';
import { planOperation } from '../../../operation/planning/plan.ts';
import { validationSteps } from '../../../operation/rules.ts';
import { buildSupergraph, type Supergraph } from '../../../supergraph/build.ts';
import type { ExecutionRequest } from '../../executor.ts';
import { neverLeaves } from '../../leave-signal.ts';
import type { SubgraphClient } from '../../subgraph/client.ts';
import { createAnswers, createMockClient, type Answers } from './mock-subgraph.ts';
import { createWorld, type World } from './mock-world.ts';

export const silent = createLogger('test', 'silent');

/** A request of a visitor who stays. */
export const requestWith = (variables: Record<string, unknown>): ExecutionRequest => ({
  variables,
  viewer: { scopes: [], region: 'US' },
  trace: traceFrom(undefined),
  signal: neverLeaves,
});

/** Milliseconds: generated operations may be beyond reason for the planner, and the machine busy. */
const PLANNED_IN = 60_000;

/** A supergraph whose subgraphs are answered by a function each. */
export const loadSupergraph = (
  sdl: string,
  client: (name: string) => SubgraphClient,
  planMilliseconds = PLANNED_IN,
): Supergraph => buildSupergraph(sdl, { get: client }, [], planMilliseconds);

export interface Simulation {
  readonly supergraph: Supergraph;
  readonly world: World;
}

/**
 * A supergraph with a made-up world behind it.
 * @param connect makes the client of a subgraph; one that calls it as a function if not given
 */
export async function createSimulation(
  sdl: string,
  connect: (name: string, answer: Answers) => SubgraphClient = createMockClient,
): Promise<Simulation> {
  const model = SupergraphModel.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  const world = createWorld(model.schema.toGraphQLJSSchema(), sdl);
  const schemas = new Map([...model.subgraphs()].map((one) => [one.name, one.schema.toGraphQLJSSchema()]));
  const supergraph = loadSupergraph(sdl, (name) => {
    const schema = schemas.get(name);
    if (!schema) throw new Error(`no subgraph ${name}`);
    return connect(name, createAnswers(name, schema, world));
  });
  return { supergraph, world };
}

// without the first step: limits are for what clients write, and generated operations are within reason
const [, rules] = validationSteps({ limits: defaultOperationLimits, introspection: true });

export const isValid = (schema: GraphQLSchema, document: DocumentNode): boolean =>
  validate(schema, document, rules, { maxErrors: 1 }).length === 0;

/** An operation, ready to run; undefined if it is not valid, or there are too many ways to answer it. */
export function prepareOperation(supergraph: Supergraph, query: string): PreparedOperation | undefined {
  const document = parse(query);
  if (!isValid(supergraph.apiSchema, document)) return undefined;
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!definition) return undefined;
  try {
    return planOperation(supergraph, document, definition);
  } catch (error) {
    if (!(error instanceof RequestRefused && error.message.startsWith('There are too many ways ')))
      throw error;
    process.stdout.write(`${error.message}\n${query}\n`);
    return undefined;
  }
}

/** The form in which an operation runs with these variables. */
export function formFor(operation: PreparedOperation, variables: Record<string, unknown>): PreparedOperation {
  const { supergraph, document, definition, decide } = operation;
  if (!decide) return operation;
  return planOperation(supergraph, document, definition, { decisions: decide(variables) });
}
