import { isInParts, type ExecutedInParts } from '../execution/deferred-executor.ts';
import { isText, type Executed } from '../execution/executor.ts';
import type { Pipeline } from '../transport/pipeline.ts';
import type { TracedWork, Tracing } from './tracing.ts';

/** The same steps, with a span for each operation that runs. */
export const tracedPipeline = (pipeline: Pipeline, tracing: Tracing): Pipeline => ({
  ...pipeline,
  execute(operation, request, asker) {
    const work = tracing.operation(operation, asker.trace);
    if (!work) return pipeline.execute(operation, request, asker);
    return executeTraced(pipeline, work, operation, request, asker);
  },
  async executeInParts(operation, request, asker) {
    const work = tracing.operation(operation, asker.trace);
    if (!work) return pipeline.executeInParts(operation, request, asker);
    try {
      const executed = await pipeline.executeInParts(operation, request, { ...asker, trace: work.trace });
      if (isInParts(executed)) {
        const codes = executed.first.errors?.map(codeOf) ?? [];
        return { ...executed, rest: whenOver(executed.rest, () => work.end({}, codes)) };
      }
      work.end({}, isText(executed) ? [] : executed.errors?.map(codeOf));
      return executed;
    } catch (error) {
      work.end({}, [codeOf(error)]);
      throw error;
    }
  },
  observe(outcome) {
    tracing.request(outcome);
    pipeline.observe(outcome);
  },
});

async function executeTraced(
  pipeline: Pipeline,
  work: TracedWork,
  ...[operation, request, asker]: Parameters<Pipeline['execute']>
): Promise<Executed> {
  try {
    const executed = await pipeline.execute(operation, request, { ...asker, trace: work.trace });
    work.end({}, isText(executed) ? [] : executed.errors?.map(codeOf));
    return executed;
  } catch (error) {
    work.end({}, [codeOf(error)]);
    throw error;
  }
}

async function* whenOver(rest: ExecutedInParts['rest'], end: () => void): ExecutedInParts['rest'] {
  try {
    yield* rest;
  } finally {
    end();
  }
}

function codeOf(error: unknown): string {
  const { code } = (error as { extensions?: { code?: unknown } }).extensions ?? {};
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}
