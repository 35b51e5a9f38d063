import type { FormattedExecutionResult } from 'graphql';
import type { PreparedOperation } from '../../../operation/operation.ts';
import type { Supergraph } from '../../../supergraph/build.ts';
import { composed } from '../../../testing/compose.ts';
import { createCompiledExecutor } from '../../compiled-executor.ts';
import { toResult, type ExecutionRequest } from '../../executor.ts';
import { subgraphUnavailable } from '../../subgraph/answer.ts';
import type { SubgraphAnswer, SubgraphClient } from '../../subgraph/client.ts';
import { formFor, loadSupergraph, prepareOperation, requestWith, silent } from './world.ts';

export interface Call {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Record<string, any>;
}

/** What a subgraph answers to a call; undefined if it does not answer at all. */
export type Script = (call: Call) => FormattedExecutionResult | undefined | Promise<FormattedExecutionResult>;

export interface Scripted {
  readonly supergraph: Supergraph;
  /** Every call so far. */
  readonly calls: Call[];
  prepare(query: string): PreparedOperation;
  ask(query: string, variables?: Record<string, unknown>): Promise<FormattedExecutionResult<any>>;
  event(query: string, event: object): Promise<FormattedExecutionResult<any>>;
}

/**
 * The compiled executor over subgraphs that answer as a test says.
 * @param planMilliseconds how long an operation may be planned; as long as it takes if not given
 */
export async function createScripted(
  types: Record<string, string>,
  script: Script,
  planMilliseconds?: number,
): Promise<Scripted> {
  const calls: Call[] = [];
  const client = (subgraph: string): SubgraphClient => {
    const post = async (body: string): Promise<SubgraphAnswer> => {
      const call = { ...(JSON.parse(body) as Omit<Call, 'subgraph'>), subgraph };
      calls.push(call);
      await new Promise((resolve) => setImmediate(resolve));
      const answer = await script(call);
      if (!answer) throw subgraphUnavailable(subgraph);
      const text = JSON.stringify(answer);
      return { text, result: JSON.parse(text) as FormattedExecutionResult };
    };
    const send = async (request: object) => (await post(JSON.stringify(request))).result;
    return { name: subgraph, post, send } as unknown as SubgraphClient;
  };
  const supergraph = loadSupergraph(composed(types), client, planMilliseconds);
  const executor = createCompiledExecutor(silent);

  const prepare = (query: string): PreparedOperation => {
    const operation = prepareOperation(supergraph, query);
    if (!operation) throw new Error('The operation is not valid.');
    return operation;
  };
  const plain = (result: object) => JSON.parse(JSON.stringify(result)) as FormattedExecutionResult<any>;
  const request = (variables: Record<string, unknown>): ExecutionRequest => requestWith(variables);
  return {
    supergraph,
    calls,
    prepare,
    ask: async (query, variables = {}) =>
      plain(toResult(await executor.execute(formFor(prepare(query), variables), request(variables)))),
    event: async (query, event) =>
      plain(toResult(await executor.executeEvent(prepare(query), event, request({})))),
  };
}
