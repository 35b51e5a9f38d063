import { test } from 'vitest';
import { expectBounded } from '../../gateway/testing/distinct-operations.ts';

/** A million take ten minutes: `DISTINCT_OPERATIONS=1000000`. */
const count = Number(process.env['DISTINCT_OPERATIONS'] ?? 100_000);

// gateway/operation/cache.test.ts does it with fewer, at each run of the tests
test(
  `C72 the operation cache keeps to its bounds over ${count} distinct operations`,
  { timeout: 3_600_000 },
  () => expectBounded(count),
);
