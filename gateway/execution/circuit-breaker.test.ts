import { describe, expect, test, vi } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.ts';

describe('the circuit breaker', () => {
  test('lets one request through at a time while it tries', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const breaker = createCircuitBreaker({ failures: 2, pause: 100 });
    expect([breaker.admit(), breaker.admit()]).toEqual([true, true]);
    breaker.failed();
    breaker.failed();
    expect(breaker.admit()).toBe(false);
    vi.advanceTimersByTime(100);
    expect([breaker.admit(), breaker.admit()]).toEqual([true, false]);
    breaker.failed();
    expect(breaker.admit()).toBe(false);
    vi.advanceTimersByTime(100);
    expect(breaker.admit()).toBe(true);
    breaker.canceled(); // its client left: the next may try
    expect(breaker.admit()).toBe(true);
    breaker.succeeded();
    expect([breaker.admit(), breaker.admit()]).toEqual([true, true]);
    vi.useRealTimers();
  });

  test('counts failures in a row only', () => {
    const breaker = createCircuitBreaker({ failures: 2, pause: 100_000 });
    for (let round = 0; round < 5; round++) {
      breaker.failed();
      breaker.succeeded();
    }
    expect(breaker.admit()).toBe(true);
  });
});
