/** Says what a start is doing: one line for each step that passed, with its time. */
export interface Steps {
  /**
   * Runs a step; its line appears when it passed. What it throws goes on to the caller, with the step named.
   * @param note what the line says of the result, besides the time
   */
  run<Result>(name: string, work: () => Promise<Result>, note?: (result: Result) => string): Promise<Result>;
}

/** Thrown when a step fails: `message` is one sentence that names the step and the remedy. */
export class StepFailed extends Error {
  override name = 'StepFailed';
}

/**
 * @param print takes one line
 * @param stop once aborted, no further step begins
 */
export const createSteps = (print: (line: string) => void, stop: AbortSignal): Steps => ({
  async run(name, work, note = () => '') {
    if (stop.aborted) throw new StepFailed('The start was interrupted.');
    const start = performance.now();
    try {
      const result = await work();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      print(`  ✔ ${name.padEnd(24)} ${seconds.padStart(5)} s  ${note(result)}`.trimEnd());
      return result;
    } catch (error) {
      throw new StepFailed(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  },
});
