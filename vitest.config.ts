import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: [
      // Vite would load graphql's .mjs for our files and Node its .js for @apollo/subgraph's: two worlds of classes
      { find: /^graphql$/, replacement: 'graphql/index.js' },
    ],
  },
  test: {
    include: ['{platform,gateway,subgraphs,local,tests,clients}/**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'tests/services/**'],
    globalSetup: ['tests/support/temporary-files.ts', 'tests/support/postgres.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
