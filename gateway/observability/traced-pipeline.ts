import type { Pipeline } from '../transport/pipeline.ts';
import type { Tracing } from './tracing.ts';

/** The same steps, with a span for each operation that runs. */
export const tracedPipeline = (pipeline: Pipeline, tracing: Tracing): Pipeline => ({
  ...pipeline,
  async execute(operation, request, asker) {
    const work = tracing.operation(operation, asker.trace);
    try {
      const result = await pipeline.execute(operation, request, { ...asker, trace: work.trace });
      work.end({});
      return result;
    } catch (error) {
      work.end({}, [String((error as { extensions?: { code?: unknown } }).extensions?.code ?? 'UNKNOWN')]);
      throw error;
    }
  },
  observe(outcome) {
    tracing.request(outcome);
    pipeline.observe(outcome);
  },
});
