/**
 * Keeps a gateway from asking a subgraph that does not answer: once so many of the last calls failed it is not asked for
 * a while, then with one request at a time, until one succeeds (https://martinfowler.com/bliki/CircuitBreaker.html).
 */
export interface CircuitBreaker {
  /** Whether a request may be sent now, and as what. What became of each that may has to be told with its admission. */
  admit(): Admission;
  succeeded(admission: Admission): void;
  failed(admission: Admission): void;
  /** The client left: that says nothing of the subgraph. */
  canceled(admission: Admission): void;
}

/** While a subgraph is left alone only a probe decides: calls that were sent before may end in any way, and at any time. */
export type Admission = 'refused' | 'call' | 'probe';

export interface CircuitBreakerOptions {
  /** It opens when so many of the last twice as many calls failed, in a row or not; 0 never opens it. */
  readonly failures: number;
  /** Milliseconds until a first request is let through again. */
  readonly pause: number;
  /** Told of each change. */
  readonly onChange?: ((open: boolean) => void) | undefined;
}

export function createCircuitBreaker({ failures, pause, onChange }: CircuitBreakerOptions): CircuitBreaker {
  /** Outcomes of the last calls, 1 for a failure, in a ring: `next` is the place of the oldest. */
  const last = new Uint8Array(2 * failures);
  let next = 0;
  let failed = 0;
  /** When it opened, or when the last probe failed; undefined while it is closed. */
  let openSince: number | undefined;
  let probing = false;

  const record = (failure: 0 | 1): void => {
    failed += failure - (last[next] ?? 0);
    last[next] = failure;
    next = next + 1 === last.length ? 0 : next + 1;
  };

  return {
    admit() {
      if (openSince === undefined) return 'call';
      if (probing || performance.now() - openSince < pause) return 'refused';
      probing = true;
      return 'probe';
    },
    succeeded(admission) {
      if (failures === 0) return;
      if (openSince === undefined) return record(0);
      if (admission !== 'probe') return;
      probing = false;
      openSince = undefined;
      last.fill(0);
      failed = 0;
      onChange?.(false);
    },
    failed(admission) {
      if (failures === 0) return;
      if (openSince === undefined) {
        record(1);
        if (failed < failures) return;
        openSince = performance.now();
        onChange?.(true);
      } else if (admission === 'probe') {
        probing = false;
        openSince = performance.now();
      }
    },
    canceled(admission) {
      if (admission === 'probe') probing = false;
    },
  };
}
