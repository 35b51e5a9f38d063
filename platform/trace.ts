import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** Where a unit of work belongs, as W3C Trace Context has it: 32 and 16 lower-case hex digits. */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  /** Id of the caller's span, if a caller named one. */
  readonly parentId?: string;
  /** Whether the caller records its spans; absent if no caller has decided. */
  readonly sampled?: boolean;
}

const storage = new AsyncLocalStorage<Trace>();

/** The trace that the running code belongs to, if any. */
export const currentTrace = (): Trace | undefined => storage.getStore();

/** Runs `work` inside `trace`: every log line and outgoing request made by it carries the trace's id. */
export const inTrace = <T>(trace: Trace, work: () => T): T => storage.run(trace, work);

const pattern = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;
const zeros = /^0+$/;

/**
 * Continues the trace of a `traceparent` header, or begins a new one where the header is missing or malformed
 * (https://www.w3.org/TR/trace-context/#traceparent-header).
 */
export function traceFrom(traceparent: string | undefined): Trace {
  const match = traceparent === undefined ? null : pattern.exec(traceparent);
  const spanId = randomBytes(8).toString('hex');
  const [, traceId, parentId, flags] = match ?? [];
  if (traceId === undefined || parentId === undefined || zeros.test(traceId) || zeros.test(parentId))
    return { traceId: randomBytes(16).toString('hex'), spanId };
  return { traceId, spanId, parentId, sampled: (parseInt(flags ?? '', 16) & 1) === 1 };
}

/** The `traceparent` header with which to call another service. */
export const traceparent = ({ traceId, spanId, sampled = true }: Trace): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
