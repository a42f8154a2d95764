import type { CompiledPolicy } from '@avow/policy'
import { inArray } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import { type Database, ensureDayPartitions, type Tx } from '../../../platform/db/index.ts'
import type { Visit } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { nobody, type Vault } from '../../../platform/vault/index.ts'
import { person } from '../tables.ts'
import { accessLog } from './access-log-table.ts'

/** Records of requests, where the policy lists their fields; otherwise nothing is kept. */
export interface AccessLog {
  readonly isKept: boolean
  /** Costs a request nothing: rows are written together, within a second. */
  note(visit: Visit): void
  /** Writes what waits. */
  flush(): Promise<void>
  /** Requests that were noted since the start, kept or not. */
  noted(): number
  readonly jobs: readonly Job[]
  start(): Promise<void>
  /** Writes what is left and stops. */
  stop(): Promise<void>
}

interface Waiting extends Visit {
  readonly id: string
  readonly at: Date
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly policy: Pick<CompiledPolicy, 'source'>
  readonly vault: Pick<Vault, 'sealFor'>
  readonly log: Log
  /** Address of the server’s own checks, whose calls are nobody’s. */
  readonly ignored?: string
}

/** Asked by machines, every few seconds, about nobody. */
const unrecorded: ReadonlySet<string> = new Set(['GET /healthz', 'GET /readyz', 'GET /metrics'])

const writeMs = 1000
const daysAhead = 7
const rowsInOneGo = 500
/** With the database away the oldest requests are forgotten: memory is not to fill. */
const waitingMax = 20_000

type Row = typeof accessLog.$inferInsert

const seal = async ({ vault }: Deps, visit: Waiting): Promise<Row> => {
  const { id, at, endpoint, personId } = visit
  const sealed = (column: string, text: string | null) =>
    text === null ? null : vault.sealFor(personId ?? nobody, { table: 'access_log', column, row: id }, text)
  return {
    ...{ id, at, endpoint, personId },
    sealedIpAddress: await sealed('sealed_ip_address', visit.ipAddress),
    sealedUserAgent: await sealed('sealed_user_agent', visit.userAgent),
  }
}

const write = (deps: Deps, visits: readonly Waiting[]): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const rows: Row[] = []
    for (const visit of await ofPeopleWhoAreHere(tx, visits)) rows.push(await seal(deps, visit))
    if (rows.length > 0) await tx.insert(accessLog).values(rows).onConflictDoNothing()
  })

/**
 * Who was erased since leaves nothing. Locks the others: an erasure that runs now ends before, and then they are gone, or
 * finds these rows.
 */
const ofPeopleWhoAreHere = async (tx: Tx, visits: readonly Waiting[]): Promise<readonly Waiting[]> => {
  const ids = [...new Set(visits.flatMap(({ personId }) => personId ?? []))]
  if (ids.length === 0) return visits
  const people = await tx
    .select({ id: person.id })
    .from(person)
    .where(inArray(person.id, ids))
    .orderBy(person.id)
    .for('key share')
  const known = new Set(people.map(({ id }) => id))
  return visits.filter(({ personId }) => personId === null || known.has(personId))
}

export const createAccessLog = (deps: Deps): AccessLog => {
  const { clock, database, log, policy } = deps
  const isKept = policy.source.records?.access !== undefined
  const waiting: Waiting[] = []
  let forgotten = 0
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const taken = waiting.splice(0, rowsInOneGo)
      await write(deps, taken).catch((error: unknown) => {
        waiting.unshift(...taken)
        throw error
      })
    }
    if (forgotten > 0) log.warn({ event: 'visits-forgotten', count: forgotten }, 'requests are not in the access log')
    forgotten = 0
  }
  const flush = (): Promise<void> => {
    running = running.catch(() => undefined).then(writeAll)
    return running
  }
  const makeDays = (): Promise<void> =>
    database.transaction((tx) => ensureDayPartitions(tx, 'access_log', clock.now(), daysAhead))
  const fails = (error: unknown): void =>
    log.warn({ event: 'access-log-waits', ...describeError(error) }, 'the access log waits for the database')

  return {
    isKept,
    note: (visit) => {
      count += 1
      if (!isKept || unrecorded.has(visit.endpoint) || visit.ipAddress === deps.ignored) return
      waiting.push({ ...visit, id: newId('vis', clock), at: clock.now() })
      if (waiting.length <= waitingMax) return
      waiting.shift()
      forgotten += 1
    },
    flush,
    noted: () => count,
    jobs: [{ name: 'access-log-make-days', readsFor: ['security'], cron: '23 */6 * * *', run: makeDays }],
    start: async () => {
      if (!isKept) return
      await makeDays()
      timer ??= setInterval(() => void flush().catch(fails), writeMs).unref()
    },
    stop: async () => {
      clearInterval(timer)
      await flush().catch(fails)
    },
  }
}
