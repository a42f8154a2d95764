import { Client } from 'pg'
import type { Journal, JournalSegment } from '../../platform/journal/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import { copyUsage, type Follow } from './copy-usage.ts'

/** Carries booked usage from the local journal to the database. */
export interface UsageShipper {
  start(): void
  /** Resolves when everything that was booked before the call is in the database. Rejects when it is not to be had. */
  flush(): Promise<void>
  /** Events carried by this process. */
  shipped(): number
  /** Carries what it can, then stops. What is left is carried after the next start. */
  stop(): Promise<void>
}

const intervalMs = 1000

/**
 * Ships whole segments, oldest first, one transaction each; a segment is deleted only after its commit. With the
 * database away segments wait on disk.
 */
export const createUsageShipper = (deps: {
  journal: Journal
  databaseUrl: string
  log: Log
  follow: Follow
}): UsageShipper => new SegmentShipper(deps)

class SegmentShipper implements UsageShipper {
  readonly #journal: Journal
  readonly #databaseUrl: string
  readonly #log: Log
  readonly #follow: Follow
  readonly #knownDays = new Set<string>()
  #client: Client | null = null
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null
  #shipped = 0
  #isFailing = false

  constructor(deps: Parameters<typeof createUsageShipper>[0]) {
    this.#journal = deps.journal
    this.#databaseUrl = deps.databaseUrl
    this.#log = deps.log
    this.#follow = deps.follow
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#running === null && this.#journal.bytes() > 0) this.flush().catch(() => undefined)
    }, intervalMs)
    this.#timer.unref()
  }

  flush(): Promise<void> {
    if (this.#running === null) {
      this.#running = this.#ship().finally(() => {
        this.#running = null
      })
      return this.#running
    }
    // The run under way may have passed what this caller wants: one more run serves all who ask meanwhile.
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = null
        return this.flush()
      })
    return this.#next
  }

  shipped(): number {
    return this.#shipped
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush().catch(() => undefined)
    await this.#disconnect()
  }

  async #ship(): Promise<void> {
    try {
      await this.#journal.rotate()
      for (const segment of this.#journal.sealed()) await this.#shipSegment(segment)
      this.#tellRecovery()
    } catch (error) {
      this.#tellFailure(error)
      this.#knownDays.clear()
      await this.#disconnect()
      throw error
    }
  }

  async #shipSegment(segment: JournalSegment): Promise<void> {
    const contents = await this.#journal.read(segment)
    const { added, unreadable } = await copyUsage(await this.#connect(), contents, this.#knownDays, this.#follow)
    this.#shipped += added
    const damaged = contents.damaged + unreadable
    if (damaged > 0) {
      this.#log.error(
        { event: 'usage-damaged', count: damaged, file: String(segment.sequence) },
        'damaged lines of the usage journal were set aside',
      )
    }
    this.#journal.remove(segment, { ...contents, damaged })
  }

  async #connect(): Promise<Client> {
    if (this.#client !== null) return this.#client
    const client = new Client({
      connectionString: this.#databaseUrl,
      connectionTimeoutMillis: 5000,
      statement_timeout: 60_000,
      keepAlive: true,
    })
    client.on('error', () => {
      if (this.#client === client) this.#client = null
    })
    await client.connect()
    this.#client = client
    return client
  }

  async #disconnect(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => undefined)
  }

  #tellFailure(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#log.warn(
      { event: 'usage-waits', bytes: this.#journal.bytes(), ...describeError(error) },
      'usage cannot be written to the database and waits in the journal',
    )
  }

  #tellRecovery(): void {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#log.info({ event: 'usage-carried', count: this.#shipped }, 'usage that waited is in the database')
  }
}
