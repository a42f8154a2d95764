import { dueAt } from '@avow/policy'
import { Counter, type Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import { type Database, ensureDayPartitions } from '../../../platform/db/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { SubjectShredded, type Vault } from '../../../platform/vault/index.ts'
import type { UsageEvent } from '../../billing/index.ts'
import { Capture } from './capture.ts'
import type { Keepings } from './keeping.ts'
import { insertKept, type KeptRow } from './kept-store.ts'
import type { KeptOperation } from './tables.ts'

/** The gateway's way to keep bodies. Nothing of it is waited for. */
export interface BodyKeeper {
  /** Whether a project's calls are kept now. */
  keeps(project: Pick<BegunCall, 'projectId' | 'organisationId'>): boolean
  /** For a call that begins; null: nothing of it is kept. */
  begin(call: BegunCall): Capture | null
}

export interface BegunCall {
  readonly projectId: string
  readonly organisationId: string
  readonly operation: KeptOperation
  /** As the caller sent it. */
  readonly request: Buffer
}

export interface BatchingKeeper extends BodyKeeper {
  /** Writes what waits. Rejects when the database is not to be had; then it goes on waiting. */
  flush(): Promise<void>
  start(): void
  /** Writes what it can, then stops. */
  stop(): Promise<void>
}

export interface KeeperDeps {
  readonly database: Database
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly vault: Pick<Vault, 'sealFor'>
  readonly keepings: Pick<Keepings, 'of'>
  readonly registry: Registry
}

interface Waiting {
  readonly event: UsageEvent
  readonly capture: Capture
}

const intervalMs = 500
const batchRows = 200
/** Of calls under way and of those that wait to be written: what does not fit is not kept. */
const waitingBytesMax = 64 * 1024 * 1024

/**
 * Keeps bodies in memory until they are sealed, and writes them in batches. So nothing of them is on a disk in clear at any
 * moment, and a crash loses those of the last half second; what is booked does not depend on it.
 */
export const createBodyKeeper = (deps: KeeperDeps): BatchingKeeper => new BatchKeeper(deps)

class BatchKeeper implements BatchingKeeper {
  readonly #deps: KeeperDeps
  readonly #kept: Counter
  readonly #lost: Counter
  readonly #knownDays = new Set<string>()
  #waiting: Waiting[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #isFailing = false

  constructor(deps: KeeperDeps) {
    this.#deps = deps
    const registers = [deps.registry]
    this.#kept = new Counter({ name: 'avow_bodies_kept_total', help: 'Calls whose bodies were kept', registers })
    this.#lost = new Counter({
      name: 'avow_bodies_lost_total',
      help: 'Calls whose bodies a project keeps and which were not: too much waited to be written',
      registers,
    })
  }

  keeps(project: Pick<BegunCall, 'projectId' | 'organisationId'>): boolean {
    return this.#deps.keepings.of(project) !== null
  }

  begin({ operation, request, ...project }: BegunCall): Capture | null {
    if (!this.keeps(project)) return null
    return new Capture(operation, request, {
      take: (bytes) => this.#take(bytes),
      ended: (capture, event) => this.#end(capture, event),
    })
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#waiting.length > 0) this.flush().catch(() => undefined)
    }, intervalMs)
    this.#timer.unref()
  }

  flush(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeAll())
    return this.#writing
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush().catch(() => undefined)
  }

  #take(bytes: number): boolean {
    if (this.#bytes + bytes > waitingBytesMax) return false
    this.#bytes += bytes
    return true
  }

  #end(capture: Capture, event: UsageEvent): void {
    if (capture.isLost) {
      this.#lost.inc()
      this.#bytes -= capture.bytes
    } else this.#waiting.push({ event, capture })
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchRows)
      try {
        await this.#write(batch)
        this.#isFailing = false
      } catch (error) {
        this.#tellFailure(error)
        throw error
      }
      this.#waiting.splice(0, batch.length)
      for (const { capture } of batch) this.#bytes -= capture.bytes
    }
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const rows: KeptRow[] = []
    for (const one of batch) {
      const row = await this.#seal(one)
      if (row !== null) rows.push(row)
    }
    if (rows.length === 0) return
    const { database } = this.#deps
    await this.#ensureDays(rows)
    await database.transaction((tx) => insertKept(tx, rows))
    this.#kept.inc(rows.length)
  }

  /** Asks again whether the project keeps bodies: it may have said no since the call began. */
  async #seal({ event, capture }: Waiting): Promise<KeptRow | null> {
    const keeping = this.#deps.keepings.of(event)
    if (keeping === null) return null
    const at = new Date(event.atMs)
    try {
      return {
        ...event,
        ...capture.facts(),
        at,
        dueAt: keeping.period === null ? null : dueAt(at, keeping.period),
        sealedBodies: await this.#deps.vault.sealFor(
          event.organisationId,
          { table: 'kept_call', column: 'sealed_bodies', row: event.id },
          capture.bodies(),
        ),
      }
    } catch (error) {
      // An organisation that was erased meanwhile has no bodies.
      if (error instanceof SubjectShredded) return null
      throw error
    }
  }

  async #ensureDays(rows: readonly KeptRow[]): Promise<void> {
    for (const day of new Set(rows.map(({ at }) => at.toISOString().slice(0, 10)))) {
      if (this.#knownDays.has(day)) continue
      await this.#deps.database.transaction((tx) => ensureDayPartitions(tx, 'kept_call', new Date(day), 1))
      this.#knownDays.add(day)
    }
  }

  #tellFailure(error: unknown): void {
    this.#knownDays.clear()
    if (this.#isFailing) return
    this.#isFailing = true
    this.#deps.log.warn(
      { event: 'bodies-wait', ...describeError(error) },
      'bodies cannot be written and wait in memory',
    )
  }
}
