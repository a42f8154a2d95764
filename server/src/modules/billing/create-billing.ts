import { join } from 'node:path'
import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../platform/clock/index.ts'
import { type Database, ensureDayPartitions } from '../../platform/db/index.ts'
import type { PurposeGate } from '../../platform/gates/index.ts'
import type { Route } from '../../platform/http/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import { type Journal, openJournal, openProgress } from '../../platform/journal/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import { type BudgetsDeps, createBudgets, type Spending } from './budgets/index.ts'
import type { CallOrigins } from './call-origins.ts'
import type { Disclose } from './copy-usage.ts'
import { createMetering, type Metering } from './metering.ts'
import { createUsageShipper, type UsageShipper } from './ship-usage.ts'
import { type ShowUsageDeps, usageRoutes } from './show-usage.ts'
import { createSpendJob, type SpendWatch } from './watch-spend.ts'

/** One currency for the installation. */
export const currency = 'EUR'

export interface BillingDeps extends Pick<BudgetsDeps, 'accounts' | 'mail' | 'publicUrl' | 'folderSecret'> {
  readonly database: Database
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly purposeGate: Pick<PurposeGate, 'require'>
  readonly registry: Registry
  /** The journal is in its folder `journal`. */
  readonly dataDir: string
  /** Whether answers wait for the disk, or only for the operating system; see decisions/0013. */
  readonly sync: 'soon' | 'before-answer'
  /** Records which calls a third party saw, in the transaction that books them. */
  readonly disclose: Disclose
  /** Absent, or null, where the policy keeps nothing of whence calls came. */
  readonly origins?: CallOrigins | null
  /** Without it nobody watches for sudden spending. */
  readonly spendWatch?: SpendWatch
  readonly keyNames: ShowUsageDeps['keyNames']
  readonly projectsOf: ShowUsageDeps['projectsOf']
}

export interface Billing {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  readonly metering: Metering
  readonly spending: Spending
  /** State for /readyz. */
  part(): { name: string; ok: boolean; required: boolean; state: string }
  /** Carries everything that was booked up to now to the database. */
  flush(): Promise<void>
  start(): Promise<void>
  /** After the gateway has ended its calls. */
  stop(): Promise<void>
}

const daysAhead = 7
const syncSoonMs = 20

/** Opens the journal of this process. Throws FolderInUse when another process has it. */
export const createBilling = (deps: BillingDeps): Billing => {
  const { database, clock, log, origins = null } = deps
  const folder = join(deps.dataDir, 'journal')
  const journal = openJournal({
    folder,
    syncDelayMs: deps.sync === 'soon' ? syncSoonMs : null,
    onRefusalChange: (refusal) => {
      if (refusal === null) log.info({ event: 'journal-accepts' }, 'the usage journal takes records again')
      else log.error({ event: 'journal-refuses', state: refusal }, 'usage cannot be recorded: new requests are refused')
    },
  })
  const progress = openProgress({ folder })
  const metering = createMetering({ journal, progress, log, origins })
  const flush = (): Promise<void> => shipper.flush()
  const budgets = createBudgets({ ...deps, currency, flush })
  const shipper = createUsageShipper({
    journal,
    databaseUrl: deps.databaseUrl,
    log,
    follow: { origins, disclose: (client, calls) => deps.disclose(database.over(client), calls), spend: budgets.spend },
  })
  observeJournal(deps.registry, journal, shipper)
  const makeDays = (): Promise<void> =>
    database.transaction((tx) => ensureDayPartitions(tx, 'usage_event', clock.now(), daysAhead))
  return {
    routes: [...usageRoutes({ ...deps, currency, flush }), ...budgets.routes],
    jobs: [
      ...budgets.jobs,
      ...(deps.spendWatch === undefined ? [] : [createSpendJob({ ...deps, flush }, deps.spendWatch)]),
      { name: 'billing-make-days', readsFor: ['billing'], cron: '17 */6 * * *', run: makeDays },
    ],
    metering,
    spending: budgets.spending,
    flush,
    part: () => {
      const refusal = journal.refusal()
      return { name: 'metering', ok: refusal === null, required: true, state: refusal ?? 'ready' }
    },
    start: async () => {
      metering.recovered.then(
        (count) =>
          count > 0 &&
          log.warn({ event: 'streams-interrupted', count }, 'streams that a killed process left open were booked'),
        (error: unknown) =>
          log.error({ event: 'recovery-failed', ...describeError(error) }, 'open streams could not be booked'),
      )
      await makeDays()
      // What a killed process spent is in the books before its leases end.
      await metering.recovered.catch(() => undefined)
      await flush()
      await budgets.start()
      shipper.start()
    },
    stop: async () => {
      metering.close()
      await shipper.stop()
      await budgets.stop()
      await journal.close()
      progress.close()
    },
  }
}

const observeJournal = (registry: Registry, journal: Journal, shipper: UsageShipper): void => {
  const registers = [registry]
  new Gauge({
    name: 'avow_usage_journal_bytes',
    help: 'Usage on local disk that is not in the database yet',
    registers,
    collect() {
      this.set(journal.bytes())
    },
  })
  new Gauge({
    name: 'avow_usage_journal_accepting',
    help: '1 while usage can be recorded; 0 refuses new requests',
    registers,
    collect() {
      this.set(journal.accepting() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'avow_usage_events_shipped',
    help: 'Usage events carried to the database since the start',
    registers,
    collect() {
      this.set(shipper.shipped())
    },
  })
}
