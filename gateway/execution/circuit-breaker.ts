/**
 * Keeps a gateway from asking a subgraph that does not answer: after several failures in a row it is not asked for a
 * while, then with one request at a time, until one succeeds (https://martinfowler.com/bliki/CircuitBreaker.html).
 */
export interface CircuitBreaker {
  /** Whether a request may be sent now. Each that may must be followed by `succeeded`, `failed` or `canceled`. */
  admit(): boolean;
  succeeded(): void;
  failed(): void;
  /** The client left: that says nothing of the subgraph. */
  canceled(): void;
}

export interface CircuitBreakerOptions {
  /** Failures in a row after which it opens; 0 never opens it. */
  readonly failures: number;
  /** Milliseconds until a first request is let through again. */
  readonly pause: number;
  /** Told of each change. */
  readonly onChange?: ((open: boolean) => void) | undefined;
}

export function createCircuitBreaker({ failures, pause, onChange }: CircuitBreakerOptions): CircuitBreaker {
  let inRow = 0;
  /** When it opened, or when the last probe failed; undefined while it is closed. */
  let openSince: number | undefined;
  let probing = false;

  return {
    admit() {
      if (openSince === undefined) return true;
      if (probing || performance.now() - openSince < pause) return false;
      probing = true;
      return true;
    },
    succeeded() {
      inRow = 0;
      probing = false;
      if (openSince === undefined) return;
      openSince = undefined;
      onChange?.(false);
    },
    failed() {
      inRow += 1;
      probing = false;
      if (failures === 0 || inRow < failures) return;
      const wasOpen = openSince !== undefined;
      openSince = performance.now();
      if (!wasOpen) onChange?.(true);
    },
    canceled() {
      probing = false;
    },
  };
}
