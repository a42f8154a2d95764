import type { Purpose } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { type Runner, run, runMigrations } from 'graphile-worker'
import type { Databases, OpenDatabase, Tx } from '../db/index.ts'
import { describeError, type Log } from '../log/index.ts'
import { quietLogger } from './quiet-logger.ts'

/** The library stores the message in its table, so it gets one without anybody's data. */
const withoutMessage = (error: unknown): Error => new Error(describeError(error).error)

/** A job: its payload holds ids only, never personal data. Must be idempotent: it may run again after a crash. */
export interface Job {
  readonly name: string
  /** What it reads personal data for; a purpose that the policy in force lacks keeps it from running. */
  readonly readsFor: readonly [Purpose, ...Purpose[]]
  run(payload: unknown, signal: AbortSignal): Promise<void>
  /** crontab(5) fields in UTC for a job that runs by itself. */
  readonly cron?: string
}

export interface Jobs {
  start(jobs: readonly Job[]): Promise<void>
  stop(): Promise<void>
}

/** Enqueues inside the caller's transaction: the job exists exactly if the transaction commits. */
export const enqueue = async (
  tx: Tx,
  name: string,
  payload: Record<string, string | number | boolean>,
  options: { key?: string; runAt?: Date } = {},
): Promise<void> => {
  await tx.execute(
    sql`select graphile_worker.add_job(${name}, ${JSON.stringify(payload)}::json, run_at => ${options.runAt?.toISOString() ?? null}::timestamptz, job_key => ${options.key ?? null})`,
  )
}

/** Runs a job, if the policy has what it reads for. @throws Refusal policy_refused */
export const runJob = async (databases: Databases, job: Job, payload: unknown, signal: AbortSignal): Promise<void> => {
  databases.for(...job.readsFor).direct.reading.open()
  await job.run(payload, signal)
}

/** Installs the job tables. Part of migrating. */
export const migrateJobs = async (database: Pick<OpenDatabase, 'pool'>): Promise<void> => {
  await runMigrations({ pgPool: database.pool })
}

/** Jobs that a runner held when it ended go on with the next one: there is one at a time. */
const releaseHeld = (database: OpenDatabase) =>
  database.pool.query(
    'select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from graphile_worker._private_jobs where locked_by is not null having count(*) > 0',
  )

const startRunner = async (database: OpenDatabase, log: Log, jobs: readonly Job[]): Promise<Runner> => {
  await releaseHeld(database)
  return run({
    pgPool: database.pool,
    noHandleSignals: true,
    logger: quietLogger(log),
    // How a job ended is written in batches, even of one: only then does one that cannot be written end the runner. By
    // itself it would end the process.
    preset: { worker: { concurrentJobs: 2, pollInterval: 2000, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    crontab: jobs
      .filter((job) => job.cron !== undefined)
      .map((job) => `${job.cron} ${job.name}`)
      .join('\n'),
    taskList: Object.fromEntries(
      jobs.map((job) => [
        job.name,
        async (payload: unknown, helpers: { abortSignal?: AbortSignal }) => {
          try {
            await runJob(database, job, payload, helpers.abortSignal ?? new AbortController().signal)
          } catch (error) {
            log.error(
              { event: 'job-failed', job: job.name, ...describeError(error) },
              'a job failed and will be tried again',
            )
            throw withoutMessage(error)
          }
        },
      ]),
    ),
  })
}

const restartMs = 2000

/** A runner that ends by itself, as after minutes without a database, is started again. */
export const createJobs = (database: OpenDatabase, log: Log): Jobs => {
  let runner: Runner | undefined
  let retry: NodeJS.Timeout | undefined
  let isStopped = false
  const follow = (started: Runner, jobs: readonly Job[]): void => {
    runner = started
    const ended = (error: unknown): void => {
      if (isStopped) return
      log.error({ event: 'jobs-stopped', ...describeError(error) }, 'the job runner stopped and is started again')
      startAgain(jobs)
    }
    started.promise.then(() => ended(new Error('it ended by itself')), ended)
  }
  const startAgain = (jobs: readonly Job[]): void => {
    if (isStopped) return
    retry = setTimeout(() => {
      startRunner(database, log, jobs).then(
        (started) => (isStopped ? started.stop() : follow(started, jobs)),
        () => startAgain(jobs),
      )
    }, restartMs).unref()
  }
  return {
    start: async (jobs) => {
      follow(await startRunner(database, log, jobs), jobs)
    },
    stop: async () => {
      isStopped = true
      clearTimeout(retry)
      await runner?.stop().catch(() => undefined)
    },
  }
}
