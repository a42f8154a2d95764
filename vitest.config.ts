import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const installedOrBuilt = ['**/node_modules/**', '**/dist/**', '**/.cache/**']

/** Files that take the longest, though their texts are short: they kill, restore, or run every check of a policy. */
const long = /(kill|backup|policies|rights|duties|clauses|budgets|pages|operator|your-data)[^/]*\.test\.ts$/

/** Starts them first, so that no worker waits for one at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (long.test(moduleId) ? 0 : 1)
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

/** A poll waits for something to become true, however busy the machine: how long that takes is no test's promise. */
const expectOptions = { poll: { timeout: 15_000 } }

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
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['./server/src/platform/db/test-cluster.ts'],
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...installedOrBuilt, 'conformance/**'],
          // A process for each file would load the whole server two hundred times. Files share no state but modules'.
          isolate: false,
          expect: expectOptions,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['conformance/**/*.test.ts'],
          exclude: [...installedOrBuilt, 'conformance/browser/**'],
          expect: expectOptions,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['conformance/browser/**/*.test.ts'],
          exclude: installedOrBuilt,
          expect: expectOptions,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
