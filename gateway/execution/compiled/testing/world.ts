import { Supergraph as SupergraphModel } from '@apollo/federation-internals';
import { Kind, parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { createLogger } from '../../../../platform/logger.ts';
import { traceFrom } from '../../../../platform/trace.ts';
import type { PreparedOperation } from '../../../operation/operation.ts';
import { planOperation } from '../../../operation/plan.ts';
import { buildSupergraph, type Supergraph } from '../../../supergraph/build.ts';
import type { ExecutionRequest } from '../../executor.ts';
import type { SubgraphClient } from '../../subgraph-client.ts';
import { createMockSubgraph, createWorld, type World } from './mock-subgraph.ts';

export const silent = createLogger('test', 'silent');

/** A request of a visitor who stays. */
export const requestWith = (variables: Record<string, unknown>): ExecutionRequest => ({
  variables,
  viewer: { scopes: [], region: 'US' },
  trace: traceFrom(undefined),
  signal: new AbortController().signal,
});

/** A supergraph whose subgraphs are answered by a function each. */
export const loadSupergraph = (sdl: string, client: (name: string) => SubgraphClient): Supergraph =>
  buildSupergraph(sdl, { get: client });

/** A supergraph with a made-up world behind it. */
export async function createSimulation(sdl: string): Promise<{ supergraph: Supergraph; world: World }> {
  const model = SupergraphModel.build(sdl);
  const world = createWorld(model.schema.toGraphQLJSSchema(), sdl);
  const schemas = new Map([...model.subgraphs()].map((one) => [one.name, one.schema.toGraphQLJSSchema()]));
  const supergraph = loadSupergraph(sdl, (name) => {
    const schema = schemas.get(name);
    if (!schema) throw new Error(`no subgraph ${name}`);
    return createMockSubgraph(name, schema, world);
  });
  return { supergraph, world };
}

export const isValid = (schema: GraphQLSchema, query: string): boolean =>
  validate(schema, parse(query), specifiedRules).length === 0;

/** An operation, ready to run; undefined if it is not valid. */
export function prepareOperation(supergraph: Supergraph, query: string): PreparedOperation | undefined {
  if (!isValid(supergraph.apiSchema, query)) return undefined;
  const document = parse(query);
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!definition) return undefined;
  return planOperation(supergraph, document, definition);
}
