import { describe, expect, test, vi } from 'vitest';
import { createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.ts';

describe('the circuit breaker', () => {
  test('lets one request through at a time while it tries', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const breaker = createCircuitBreaker({ failures: 2, pause: 100 });
    expect([breaker.admit(), breaker.admit()]).toEqual(['call', 'call']);
    breaker.failed('call');
    breaker.failed('call');
    expect(breaker.admit()).toBe('refused');
    vi.advanceTimersByTime(100);
    expect([breaker.admit(), breaker.admit()]).toEqual(['probe', 'refused']);
    breaker.failed('probe');
    expect(breaker.admit()).toBe('refused');
    vi.advanceTimersByTime(100);
    expect(breaker.admit()).toBe('probe');
    breaker.canceled('probe'); // its client left: the next may try
    expect(breaker.admit()).toBe('probe');
    breaker.succeeded('probe');
    expect([breaker.admit(), breaker.admit()]).toEqual(['call', 'call']);
    vi.useRealTimers();
  });

  test('is decided by the request that tries, however those end that were sent before', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const breaker = createCircuitBreaker({ failures: 2, pause: 100 });
    breaker.failed('call');
    breaker.failed('call');
    vi.advanceTimersByTime(100);
    expect(breaker.admit()).toBe('probe');
    breaker.canceled('call');
    expect(breaker.admit()).toBe('refused');
    breaker.failed('call');
    breaker.succeeded('call');
    expect(breaker.admit()).toBe('refused');
    breaker.succeeded('probe');
    expect(breaker.admit()).toBe('call');
    vi.useRealTimers();
  });

  /** How many calls are made until it opens, at most `most`, the calls at which `fails` is true failing. */
  const callsUntilOpen = (
    breaker: CircuitBreaker,
    most: number,
    fails: (call: number) => boolean,
  ): number => {
    for (let call = 1; call <= most; call++) {
      const admission = breaker.admit();
      if (admission === 'refused') return call - 1;
      if (fails(call)) breaker.failed(admission);
      else breaker.succeeded(admission);
    }
    return most;
  };

  test('opens by failures in a row, however many calls were well before', () => {
    const breaker = createCircuitBreaker({ failures: 5, pause: 100_000 });
    expect(callsUntilOpen(breaker, 1_000, () => false)).toBe(1_000);
    expect(callsUntilOpen(breaker, 1_000, () => true)).toBe(5);
  });

  test('opens by the share of failures among the last calls, where some succeed in between', () => {
    const nineOfTen = createCircuitBreaker({ failures: 20, pause: 100_000 });
    expect(callsUntilOpen(nineOfTen, 1_000, (call) => call % 10 !== 0)).toBe(22);
    const half = createCircuitBreaker({ failures: 20, pause: 100_000 });
    expect(callsUntilOpen(half, 1_000, (call) => call % 2 === 0)).toBe(40);
  });

  test('stays closed while fewer than half fail, for however long', () => {
    const breaker = createCircuitBreaker({ failures: 20, pause: 100_000 });
    expect(callsUntilOpen(breaker, 10_000, (call) => call % 5 < 2)).toBe(10_000);
  });

  test('counts clients that leave as neither, and never opens for 0 failures', () => {
    const breaker = createCircuitBreaker({ failures: 3, pause: 100_000 });
    for (let call = 0; call < 100; call++) breaker.canceled('call');
    expect(callsUntilOpen(breaker, 10, () => true)).toBe(3);
    expect(callsUntilOpen(createCircuitBreaker({ failures: 0, pause: 100_000 }), 100, () => true)).toBe(100);
  });

  test('is not closed by a success of a call that was sent before it opened, and begins anew once it is closed', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const changes: boolean[] = [];
    const breaker = createCircuitBreaker({ failures: 2, pause: 100, onChange: (open) => changes.push(open) });
    breaker.failed('call');
    breaker.failed('call');
    breaker.succeeded('call');
    expect(breaker.admit()).toBe('refused');
    vi.advanceTimersByTime(100);
    expect(breaker.admit()).toBe('probe');
    breaker.succeeded('probe');
    breaker.failed('call');
    expect(breaker.admit()).toBe('call');
    expect(changes).toEqual([true, false]);
    vi.useRealTimers();
  });
});
