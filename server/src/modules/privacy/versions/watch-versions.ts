import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { enqueueDelivery } from '../notices/publish-notice.ts'
import { isDue } from './version-due.ts'
import { findVersion, skipTime } from './version-store.ts'

interface Watched {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

const lookEveryMs = 30_000
/** Clocks are set right by seconds all the time; a notice period is counted in days. */
const jumpMsMin = 60_000

/** Compares the clock with time that cannot jump. */
export interface ClockWatch {
  /** Time that the clock skipped since the last look does not count for a version that waits. */
  look(): Promise<void>
  start(): void
  stop(): void
}

export const createClockWatch = ({ database, clock, log }: Watched): ClockWatch => {
  let before = { wallMs: clock.nowMs(), steadyMs: clock.monotonicMs() }
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    const now = { wallMs: clock.nowMs(), steadyMs: clock.monotonicMs() }
    const skippedMs = now.wallMs - before.wallMs - (now.steadyMs - before.steadyMs)
    if (skippedMs < jumpMsMin) {
      before = now
      return
    }
    await database.transaction(async (tx) => {
      if (!(await skipTime(tx, skippedMs))) return
      const counted = Math.round(skippedMs / 1000)
      await recordDecision(tx, clock, { gate: 'notice', decision: 'refused', rule: 'the clock jumped', counted })
    })
    before = now
  }
  return {
    look,
    start: () => {
      timer = setInterval(
        () =>
          void look().catch((error: unknown) =>
            log.warn({ event: 'clock-watch-waits', ...describeError(error) }, 'the clock was not compared'),
          ),
        lookEveryMs,
      )
      timer.unref()
    },
    stop: () => clearInterval(timer),
  }
}

/** Tells accounts that are new since everyone was told of the version that waits, and says when one is due. */
export const createVersionJob = ({ database, clock, log }: Watched): Job => ({
  name: 'watch-policy-versions',
  readsFor: ['legal'],
  cron: '13 * * * *',
  run: async () => {
    const isReady = await database.transaction(async (tx) => {
      const waiting = await findVersion(tx, 'waiting')
      if (waiting?.row.noticeId != null) await enqueueDelivery(tx, waiting.row.noticeId)
      return waiting !== null && isDue(waiting, clock.now())
    })
    if (isReady) log.warn({ event: 'policy-version-due' }, 'a new version of the policy takes effect at the next start')
  },
})
