import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

/** Where a unit of work belongs, as W3C Trace Context has it: 32 and 16 lower-case hex digits. */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  /** Id of the caller's span, if a caller named one. */
  readonly parentId?: string | undefined;
  /** Whether its spans are recorded; undefined if nobody has decided. */
  readonly sampled?: boolean | undefined;
  /** What other systems add to the caller's trace, as it came (`tracestate`). */
  readonly state?: string | undefined;
}

const storage = new AsyncLocalStorage<Trace>();

/** Set while {@link duringTrace} works, and only then: nothing else runs meanwhile. */
let during: Trace | undefined;

/** The trace that the running code belongs to, if any. */
export const currentTrace = (): Trace | undefined => during ?? storage.getStore();

/** Runs `work` inside `trace`: every log line and outgoing request made by it carries the trace's id. */
export const inTrace = <T>(trace: Trace, work: () => T): T => storage.run(trace, work);

/**
 * Runs work that is over when it returns inside `trace`. Unlike {@link inTrace} it is not known in what is awaited; and
 * it costs nothing, while the first use of the storage makes every promise of the process dearer, on Node 20 and 22.
 */
export function duringTrace<T>(trace: Trace, work: () => T): T {
  const before = during;
  during = trace;
  try {
    return work();
  } finally {
    during = before;
  }
}

/** Random bytes are asked for, and written as digits, in bulk: each has its price. */
const pool = Buffer.alloc(1_024);
let digits = '';
let used = 0;

function randomHex(bytes: number): string {
  if (used + 2 * bytes > digits.length) {
    digits = randomFillSync(pool).toString('hex');
    used = 0;
  }
  used += 2 * bytes;
  return digits.slice(used - 2 * bytes, used);
}

/** The id of a new span. */
export const newSpanId = (): string => randomHex(8);

// `ff` is no version; later ones than `00` may have more fields
const pattern = /^(?!ff|00-.{52}-)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;
const zeros = /^0+$/;
/** Characters of a `tracestate` that are passed on, as its specification asks for. */
const LONGEST_STATE = 512;

/**
 * Continues the trace of a `traceparent` header, or begins a new one where the header is missing or malformed
 * (https://www.w3.org/TR/trace-context/#traceparent-header).
 * @param sample decides on a trace that begins here; nobody does if not given
 * @param state the `tracestate` header beside it
 */
export function traceFrom(traceparent: string | undefined, sample?: () => boolean, state?: string): Trace {
  const match = traceparent === undefined ? null : pattern.exec(traceparent);
  const spanId = newSpanId();
  const [, traceId, parentId, flags] = match ?? [];
  if (traceId === undefined || parentId === undefined || zeros.test(traceId) || zeros.test(parentId))
    return { traceId: randomHex(16), spanId, parentId: undefined, sampled: sample?.(), state: undefined };
  const sampled = (parseInt(flags ?? '', 16) & 1) === 1;
  return {
    traceId,
    spanId,
    parentId,
    sampled,
    state: state && state.length <= LONGEST_STATE ? state : undefined,
  };
}

/** The `traceparent` header with which to call another service. */
export const traceparent = ({ traceId, spanId, sampled = true }: Trace): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
