import type { Clock } from '../../platform/clock/index.ts'
import type { Database, Tx } from '../../platform/db/index.ts'
import { outsiderAt } from '../../platform/egress/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import type { CatalogueDefault } from './default-catalogue.ts'
import { type CatalogueEntry, listCatalogue, listModels, type NewModel, updateModel, upsertDefault } from './store.ts'

/** Keeps what is in memory in step with the catalogue in the database, whoever changes it. */
export interface Catalogue {
  /** Brings the defaults in and reads the catalogue; then looks for changes every second. */
  start(): Promise<void>
  /** A change was committed: once this is done it is in memory. Never rejects. */
  changed(): Promise<void>
  /** Reads again now, unless that was done within the last quarter of a second. Never rejects. */
  lookAgain(): Promise<void>
  /** Applies again even if nothing seems to have changed: states that are not in the database did. */
  refresh(): void
  stop(): void
}

const lookEveryMs = 1000
const lookAgainMs = 250

export const createCatalogue = (deps: {
  database: Database
  clock: Clock
  log: Log
  defaults: readonly CatalogueDefault[]
  currency: string
  apply: (entries: readonly CatalogueEntry[]) => void
}): Catalogue => {
  const { database, clock, log } = deps
  let entries: readonly CatalogueEntry[] = []
  let seen = ''
  let isAway = false
  let reading = Promise.resolve()
  let looking: Promise<void> | null = null
  let interval: NodeJS.Timeout | undefined

  /** The catalogue is small: reading it whole misses nothing and costs less than a channel of changes. */
  const readAndApply = async (): Promise<void> => {
    try {
      const now = await listCatalogue(database.direct)
      isAway = false
      const signature = signatureOf(now)
      if (signature === seen) return
      entries = now
      seen = signature
      deps.apply(entries)
    } catch (error) {
      if (!isAway) {
        log.warn(
          { event: 'catalogue-unread', ...describeError(error) },
          'the catalogue could not be read; the last one stays',
        )
      }
      isAway = true
    }
  }

  /** One after the other: what was read first must not be applied last. */
  const look = (): Promise<void> => {
    reading = reading.then(readAndApply)
    return reading
  }

  return {
    start: async () => {
      await database.transaction(async (tx) => {
        for (const entry of deps.defaults) await upsertDefault(tx, rowOf(entry, deps.currency), clock.now())
        await nameOutsiders(tx, clock.now())
      })
      await look()
      interval = setInterval(() => void look(), lookEveryMs).unref()
    },
    lookAgain: () => {
      looking ??= look().finally(() => setTimeout(() => (looking = null), lookAgainMs).unref())
      return looking
    },
    changed: look,
    refresh: () => deps.apply(entries),
    stop: () => {
      clearInterval(interval)
    },
  }
}

/** Entries of before this was asked for may say that nobody sees what in fact leaves this network. */
const nameOutsiders = async (tx: Tx, now: Date): Promise<void> => {
  for (const { id, provider, upstream } of await listModels(tx)) {
    const outsider = upstream === null || provider !== null ? null : outsiderAt(upstream)
    if (outsider !== null) await updateModel(tx, id, { provider: outsider }, now)
  }
}

const signatureOf = (entries: readonly CatalogueEntry[]): string =>
  JSON.stringify(entries, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

const rowOf = (entry: CatalogueDefault, currency: string): NewModel => ({
  id: entry.id,
  name: entry.name,
  description: entry.description,
  toy: entry.toy,
  served: 'embedded',
  provider: null,
  recipient: null,
  licence: entry.licence,
  contextTokens: entry.contextTokens,
  parameters: entry.parameters,
  currency,
  promptMicrosPerMillion: entry.pricePromptMicrosPerMillionTokens,
  completionMicrosPerMillion: entry.priceCompletionMicrosPerMillionTokens,
  enabled: true,
  wanted: entry.toy,
  upstream: null,
  upstreamModel: null,
  sealedUpstreamKey: null,
  weight: 1,
  tier: 0,
})
