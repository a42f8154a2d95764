import { defineConfig } from 'vitest/config'

const installedOrBuilt = ['**/node_modules/**', '**/dist/**', '**/.cache/**']

/**
 * Three kinds of test, told apart by where they are:
 * unit        beside the code, with a real PostgreSQL where they need one
 * end-to-end  in conformance/: on a real server process
 * browser     in conformance/browser/: through a real browser as well
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
          exclude: [...installedOrBuilt, 'conformance/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['conformance/**/*.test.ts'],
          exclude: [...installedOrBuilt, 'conformance/browser/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['conformance/browser/**/*.test.ts'],
          exclude: installedOrBuilt,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
