import type { CompiledPolicy, PolicyReport } from '@avow/policy'
import type { Database } from '../../platform/db/index.ts'
import { createAttackWatch, type Suspicion } from '../../platform/gates/index.ts'
import type { Route } from '../../platform/http/index.ts'
import { inTurn } from '../../platform/in-turn.ts'
import { enqueue, type Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import { hasPeople, type Identity } from '../identity/index.ts'
import { addendumRoutes } from './addenda/index.ts'
import { alertRoutes, raiseAlert } from './alerts/index.ts'
import { createAttestations } from './attestations/index.ts'
import { authorityRequestRoutes } from './authority-requests/index.ts'
import type { Blocks, BlocksDeps } from './blocks/index.ts'
import { createBlocks } from './blocks/index.ts'
import type { CheckedSystem } from './check.ts'
import { choiceRoutes } from './choices/index.ts'
import { contactRoutes } from './contact/index.ts'
import { createSweepJob, createVerifyJob, sweepJob, verifyJob } from './jobs.ts'
import { createNotices, type Notices, resumeNotices } from './notices/index.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { planRoutes } from './plans/index.ts'
import { showProcessingRecord } from './processing-record.ts'
import { processorRoutes } from './processors/index.ts'
import { createRights, type Rights, resumeRights } from './rights/index.ts'
import { showClause } from './show-clause.ts'
import { showDataMap } from './show-data-map.ts'
import { showPolicy } from './show-policy.ts'
import { checkClause, showReport, verifyNow } from './show-report.ts'
import { showRetention } from './show-retention.ts'
import { showTrust } from './show-trust.ts'
import { staffAccessRoutes } from './staff-access/index.ts'
import { findNewestReport, keepReport } from './store.ts'
import { trainingRoutes } from './training/index.ts'
import { verifyPolicy } from './verify-policy.ts'
import { createClockWatch, createVersionJob, type SettledPolicy, versionRoutes } from './versions/index.ts'

export type { SpendRules } from './blocks/index.ts'
export type { CheckedSystem, InnerRequest, InnerResponse, ListeningPoint, Readers } from './check.ts'
export { followActs } from './follow-acts.ts'
export type { Configured } from './processors/index.ts'
export { replayErasures } from './rights/index.ts'
export { privacyTables } from './tables.ts'
export {
  findPastVersions,
  findWaitingPolicy,
  type PolicyText,
  readKept,
  type SettledPolicy,
  settlePolicy,
} from './versions/index.ts'

export interface PrivacyDeps extends Omit<CheckedSystem, 'routesOn'>, Pick<BlocksDeps, 'databaseUrl'> {
  readonly log: Log
  /** Mail address of the first staff account, shown where the policy says `account: operator`; null before there is one. */
  readonly operatorAddress: () => Promise<string | null>
  readonly mailer: Rights['mailer'] & CheckedSystem['mailer']
  readonly evidence: Rights['evidence']
  readonly subjectKeys: Rights['subjectKeys']
  readonly accounts: Rights['accounts'] & Notices['accounts'] & Pick<Identity['api']['accounts'], 'countMessage'>
  readonly publicUrl: Rights['publicUrl']
  /** What was decided at the start about the policy file. */
  readonly settled: SettledPolicy
  /** Why this software cannot keep a policy; empty when it can. */
  readonly misfits: (policy: CompiledPolicy) => readonly string[]
}

export interface Privacy {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  /** Sweeps and checks soon after the server listens, then on their schedules. */
  start(): Promise<void>
  /** Only heeds what others decide, and says what it sees: for a process that serves calls and does nothing else. */
  follow(): Promise<void>
  /** A stop is near: no further check of a report is begun. */
  drain(): void
  stop(): Promise<void>
  readonly api: Blocks['api'] & {
    /** Runs every check and keeps the report; those who ask while one run goes on share the next. */
    verify(): Promise<PolicyReport>
    /** The newest report on the policy in force; null before the first. */
    newestReport(): Promise<PolicyReport | null>
    /** Counts what was refused; of an attack those are told who are to know. */
    suspect(suspicion: Suspicion): void
    /** Erases again who came back with a restored backup. @returns how many subjects */
    replayErasures(): Promise<number>
  }
}

/** The same module on other parts, for checks that live through it. */
export const routesOn =
  (deps: PrivacyDeps): CheckedSystem['routesOn'] =>
  (parts) =>
    createPrivacy({ ...deps, ...parts, mailer: { ...deps.mailer, ...parts.mailer }, settled: deps.settled }).routes

/** Runs every check, keeps the report and logs what is broken. */
const verifyAndStore =
  (deps: PrivacyDeps, signal: AbortSignal): (() => Promise<PolicyReport>) =>
  async () => {
    const { clock, database, log, policy } = deps
    const startedMs = clock.monotonicMs()
    const report = await verifyPolicy({ ...deps, routesOn: routesOn(deps) }, deps.policy, signal)
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

/** What anyone may see of the policy, and what staff see of what it does. */
const shownRoutes = ({ policy, operatorAddress, map, clock, gates }: PrivacyDeps): Route[] => [
  showPolicy(policy, operatorAddress),
  showReport(policy),
  showTrust(policy),
  showClause(policy),
  showDataMap(policy, map),
  showProcessingRecord(policy, map, clock),
  showRetention(policy, gates.retention, clock),
]

/** Checks of the whole policy and of parts of it, never two at once. */
const verifications = (deps: PrivacyDeps) => {
  const take = inTurn()
  const ending = new AbortController()
  const { signal } = ending
  const verify = oneAtATime(() => take(verifyAndStore(deps, signal)))
  const verifyPart = (part: CompiledPolicy) =>
    take(() => verifyPolicy({ ...deps, routesOn: routesOn(deps) }, part, signal))
  return {
    verify,
    routes: [verifyNow(verify), checkClause(deps.policy, verifyPart)],
    job: createVerifyJob(verify, () => signal.aborted),
    drain: () => ending.abort(),
  }
}

/** The policy that runs: its report, its retention and its data map. */
export const createPrivacy = (deps: PrivacyDeps): Privacy => {
  const { clock, database, gates, log, policy } = deps
  const { verify, routes: verifyRoutes, job, drain } = verifications(deps)
  const shared: Rights = { ...deps, database: deps.databases.duty('rights'), erasureGate: gates.erasure }
  const choices = choiceRoutes({ ...shared, standing: gates.standing })
  const attestations = createAttestations({ ...deps, database: deps.databases.for('legal', 'account') })
  const alerts = { ...deps, database: deps.databases.for('security', 'account') }
  const watch = createAttackWatch({ clock, log, tell: (attack) => raiseAlert(alerts, attack) })
  const blocks = createBlocks({ ...alerts, log })
  const lawful = deps.databases.for('legal', 'account', 'communicate')
  const notices = createNotices({ ...deps, database: lawful })
  const clockWatch = createClockWatch({ ...deps, database: lawful })
  const rights = createRights(shared)

  return {
    routes: [
      ...shownRoutes(deps),
      ...verifyRoutes,
      ...rights.routes,
      ...processorRoutes({
        policy,
        gates,
        configured: deps.configured,
        rights: shared,
      }),
      ...choices,
      ...attestations.routes,
      ...notices.routes,
      ...planRoutes(deps),
      ...addendumRoutes(deps),
      ...trainingRoutes({ ...deps, gate: gates.training }),
      ...versionRoutes({ ...deps, hasPeople }),
      ...alertRoutes(alerts),
      ...blocks.routes,
      ...contactRoutes({ ...deps, database: deps.databases.for('communicate') }),
      ...authorityRequestRoutes({ ...deps, database: deps.databases.duty('disclosure') }),
      ...staffAccessRoutes({ ...deps, gate: gates.staffAccess }),
    ],
    jobs: [
      createSweepJob(gates.retention),
      job,
      createVersionJob({ ...deps, database: lawful }),
      ...rights.jobs,
      ...attestations.jobs,
      ...notices.jobs,
    ],
    start: async () => {
      clockWatch.start()
      await blocks.start()
      await resumeNotices(lawful)
      return enqueueFirstRuns(database, clock.nowMs())
    },
    follow: () => blocks.start(),
    drain,
    stop: async () => {
      clockWatch.stop()
      await watch.stop()
      await blocks.stop()
    },
    api: {
      verify,
      newestReport: () => findNewestReport(database.direct, policy),
      suspect: watch.note,
      ...blocks.api,
      replayErasures: () => deps.replayErasures(shared),
    },
  }
}

/** A server that was just started has other things to do first; people can have the report sooner by asking for it. */
const verifyDelayMs = 45_000

/** One waiting run of each is enough, however often the server starts. */
const enqueueFirstRuns = (database: Database, nowMs: number): Promise<void> =>
  database.transaction(async (tx) => {
    await enqueue(tx, sweepJob, {}, { key: sweepJob })
    // What a killed process left undone goes on at once, not within the minute.
    await resumeRights(tx)
    await enqueue(tx, verifyJob, {}, { key: verifyJob, runAt: new Date(nowMs + verifyDelayMs) })
  })
