import { defineConfig } from 'vitest/config'

const installedOrBuilt = ['**/node_modules/**', '**/dist/**', '**/.cache/**']

/**
 * Three kinds of test, told apart by where they are and what they are called:
 * unit        *.test.ts beside the code, with a real PostgreSQL where they need one
 * end-to-end  *.e2e.test.ts anywhere and all of conformance/: on real processes
 * browser     *.browser.test.ts: end to end through a real browser
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['./server/src/platform/db/test-cluster.ts'],
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...installedOrBuilt, '**/*.e2e.test.ts', '**/*.browser.test.ts', 'conformance/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['**/*.e2e.test.ts', 'conformance/**/*.test.ts'],
          exclude: [...installedOrBuilt, '**/*.browser.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: installedOrBuilt,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
