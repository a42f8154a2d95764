import type { PolicyReport } from '@avow/policy'
import type { Database } from '../../platform/db/index.ts'
import type { Route } from '../../platform/http/index.ts'
import { enqueue, type Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { CheckedSystem } from './check.ts'
import { createSweepJob, createVerifyJob, sweepJob, verifyJob } from './jobs.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Rights } from './rights/index.ts'
import { createRights } from './rights/index.ts'
import { showClause } from './show-clause.ts'
import { showDataMap } from './show-data-map.ts'
import { showPolicy } from './show-policy.ts'
import { showReport, verifyNow } from './show-report.ts'
import { showRetention } from './show-retention.ts'
import { showTrust } from './show-trust.ts'
import { findNewestReport, keepReport } from './store.ts'
import { verifyPolicy } from './verify-policy.ts'

export type { CheckedSystem, InnerRequest, InnerResponse, ListeningPoint } from './check.ts'
export { privacyTables } from './tables.ts'

export interface PrivacyDeps extends CheckedSystem {
  readonly log: Log
  /** Mail address of the first staff account, shown where the policy says `account: operator`; null before there is one. */
  readonly operatorAddress: () => Promise<string | null>
  readonly mailer: Rights['mailer']
  readonly evidence: Rights['evidence']
  readonly subjectKeys: Rights['subjectKeys']
  readonly accounts: Rights['accounts']
  readonly publicUrl: Rights['publicUrl']
}

export interface Privacy {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  /** Sweeps and checks soon after the server listens, then on their schedules. */
  start(): Promise<void>
  readonly api: {
    /** Runs every check and keeps the report; those who ask while one run goes on share the next. */
    verify(): Promise<PolicyReport>
    /** The newest report on the policy in force; null before the first. */
    newestReport(): Promise<PolicyReport | null>
  }
}

/** The policy that runs: its report, its retention and its data map. */
export const createPrivacy = (deps: PrivacyDeps): Privacy => {
  const { clock, database, gates, log, map, policy } = deps
  const verifyAndStore = async (): Promise<PolicyReport> => {
    const startedMs = clock.monotonicMs()
    const report = await verifyPolicy(deps)
    const durationMs = clock.monotonicMs() - startedMs
    await database.transaction((tx) => keepReport(tx, clock, policy, report, durationMs))
    for (const clause of report.clauses.filter(({ state }) => state === 'broken'))
      log.error({ event: 'clause-broken', policy: policy.id, rule: clause.id }, 'a promise of the policy is broken')
    log.info(
      { event: 'policy-verified', policy: policy.id, count: report.clauses.length, durationMs: Math.round(durationMs) },
      'the policy was checked',
    )
    return report
  }
  const verify = oneAtATime(verifyAndStore)
  const rights = createRights({ ...deps, erasureGate: gates.erasure })

  return {
    routes: [
      showPolicy(policy, deps.operatorAddress),
      showReport(policy),
      showTrust(policy),
      showClause(policy),
      verifyNow(verify),
      showDataMap(policy, map),
      showRetention(policy, gates.retention, clock),
      ...rights.routes,
    ],
    jobs: [createSweepJob(gates.retention), createVerifyJob(verify), ...rights.jobs],
    start: () => enqueueFirstRuns(database, clock.nowMs()),
    api: { verify, newestReport: () => findNewestReport(database.direct, policy) },
  }
}

const verifyDelayMs = 20_000

/** One waiting run of each is enough, however often the server starts. */
const enqueueFirstRuns = (database: Database, nowMs: number): Promise<void> =>
  database.transaction(async (tx) => {
    await enqueue(tx, sweepJob, {}, { key: sweepJob })
    await enqueue(tx, verifyJob, {}, { key: verifyJob, runAt: new Date(nowMs + verifyDelayMs) })
  })
