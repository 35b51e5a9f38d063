import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:services`: what is proved against real servers, each of which is found or named as missing. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'tests/services/**/*.test.ts',
      'platform/{cache,limits,leases,infrastructure}.test.ts',
      'gateway/execution/cache/cache.test.ts',
      'platform/events/*.test.ts',
    ],
    exclude: ['node_modules/**'],
  },
});
