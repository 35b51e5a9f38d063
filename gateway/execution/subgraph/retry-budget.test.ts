import { expect, test } from 'vitest';
import { createRetryBudget } from './retry-budget.ts';

test('a budget of retries saves no more than ten', () => {
  const budget = createRetryBudget(0.1);
  for (let index = 0; index < 1_000; index++) budget.pay();
  let taken = 0;
  while (budget.take()) taken += 1;
  expect(taken).toBe(10);
});
