import type { FormattedExecutionResult } from 'graphql';
import { codedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Trace } from '../../platform/trace.ts';
import type { Identity } from '../admission/identity.ts';
import { isText } from '../execution/executor.ts';
import type { LeaveSignal } from '../execution/leave-signal.ts';
import type { ClientName } from '../observability/request-log.ts';
import type { OperationRequest, PreparedOperation } from '../operation/operation.ts';
import { codesOf, isRefusal, refusalErrors, type Pipeline } from './pipeline.ts';
import type { Turns } from './turns.ts';

export interface Batch {
  readonly requests: readonly OperationRequest[];
  readonly identity: Identity;
  readonly client: ClientName;
  readonly trace: Trace;
  readonly signal: LeaveSignal;
}

/**
 * Runs the operations of one HTTP request beside each other. Each is counted, limited and observed as if it had come
 * alone; what is wrong with one is told in its own place.
 * @returns an answer for each, as JSON, in their order
 * @throws `RATE_LIMITED` before anything is run
 */
export async function runBatch(
  { requests, identity, client, trace, signal }: Batch,
  pipeline: Pipeline,
  turns: Pick<Turns, 'begin'>,
  logger: Logger,
): Promise<string[]> {
  // the HTTP request was counted as one already
  if (requests.length > 1) await pipeline.count(identity, requests.length - 1);

  const run = async (asked: OperationRequest): Promise<string> => {
    const start = performance.now();
    let operation: PreparedOperation | undefined;
    let result: FormattedExecutionResult | undefined;
    let text: string | undefined;
    const execute = async (prepared: PreparedOperation): Promise<void> => {
      if (signal.aborted) throw new Error('The client has left while its request waited.');
      const executed = await pipeline.execute(prepared, asked, { viewer: identity.viewer, trace, signal });
      if (isText(executed)) ({ text } = executed);
      else result = pipeline.present(executed, trace);
    };
    try {
      const prepared = (operation = await pipeline.prepare(asked, identity, trace));
      if (prepared.type === 'subscription')
        throw codedError('BAD_REQUEST', 'A subscription cannot be part of a batch.');
      await turns.begin(prepared, () => execute(prepared));
    } catch (error) {
      // a client that has left is nobody's fault
      if (!isRefusal(error) && !signal.aborted) logger.error({ error }, 'a request failed');
      result = pipeline.present({ errors: refusalErrors(error) }, trace);
    }
    pipeline.observe({
      transport: 'http',
      operation,
      client,
      viewer: identity.viewer,
      trace,
      seconds: (performance.now() - start) / 1000,
      codes: result ? codesOf(result) : [],
      canceled: signal.aborted,
    });
    return text ?? JSON.stringify(result);
  };
  return Promise.all(requests.map(run));
}
