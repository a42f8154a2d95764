import type { RetentionGate } from '../../platform/gates/index.ts'
import type { Job } from '../../platform/jobs/index.ts'

const sweepMinute = 23
const hourMs = 3_600_000

/** When the sweep runs next after an instant: every hour, at a fixed minute. */
export const nextSweepAt = (after: Date): Date => {
  const thisHour = Math.floor(after.getTime() / hourMs) * hourMs + sweepMinute * 60_000
  return new Date(thisHour > after.getTime() ? thisHour : thisHour + hourMs)
}

export const sweepJob = 'sweep-retention'
export const verifyJob = 'verify-policy'

/** Removes what is past its period, table by table. Each table is its own work, so a stop in between loses nothing. */
export const createSweepJob = (gate: RetentionGate): Job => ({
  name: sweepJob,
  readsFor: ['legal'],
  cron: `${sweepMinute} * * * *`,
  run: async (_payload, signal) => {
    let failure: unknown = null
    for (const of of gate.tables) {
      if (signal.aborted) return
      // One table that cannot be swept keeps nobody else's data longer; the job fails in the end and is tried again.
      if (of.rule.period !== 'forever') await gate.sweep(of, signal).catch((error: unknown) => (failure ??= error))
    }
    if (failure !== null) throw failure
  },
})

/** Checks the policy on its own, a little after the sweep. */
export const createVerifyJob = (verify: () => Promise<unknown>, isStopping: () => boolean): Job => ({
  name: verifyJob,
  readsFor: ['legal'],
  cron: `${sweepMinute + 4} * * * *`,
  run: async () => {
    await verify().catch((error: unknown) => {
      // The next start has it checked.
      if (!isStopping()) throw error
    })
  },
})
