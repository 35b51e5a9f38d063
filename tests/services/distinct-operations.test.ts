import { test } from 'vitest';
import { expectBounded } from '../../gateway/testing/distinct-operations.ts';

// gateway/operation/cache.test.ts does it with fewer, at each run of the tests
test(
  'C72 the operation cache keeps to its bounds over 1,000,000 distinct operations',
  { timeout: 3_600_000 },
  () => expectBounded(1_000_000),
);
