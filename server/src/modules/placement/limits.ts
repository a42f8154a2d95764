import { type Database, listenTo, type Tx } from '../../platform/db/index.ts'
import type { PlacementGate } from '../../platform/gates/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import { findPin, listAcceptances, readAllLimits } from './store.ts'

/** Where a model is served, and by whom beside the operator. */
export interface ServedBy {
  /** ISO 3166; null: not stated. */
  readonly country: string | null
  readonly recipient: string | null
  readonly provider: string | null
}

export type PlacementRefusal =
  | { readonly kind: 'region'; readonly why: string }
  | { readonly kind: 'provider'; readonly provider: string; readonly recipient: string }

/** What organisations allow, in memory. */
export interface OrganisationLimits {
  /** Why a model may not answer an organisation; null when it may. Refusals are recorded. */
  refusalOf(organisationId: string, served: ServedBy): PlacementRefusal | null
  start(): Promise<void>
  stop(): Promise<void>
}

interface Limits {
  region: string | null
  readonly providers: Set<string>
}

interface Deps {
  readonly database: Database
  readonly log: Log
  readonly placement: PlacementGate
  /** Told of each refusal, to record it. */
  readonly refused: (rule: string) => void
}

const readOne = async (tx: Tx, organisationId: string): Promise<Limits> => ({
  region: (await findPin(tx, organisationId))?.region ?? null,
  providers: new Set((await listAcceptances(tx, organisationId)).map(({ recipient }) => recipient)),
})

const readAll = async (tx: Tx): Promise<Map<string, Limits>> => {
  const { pins, acceptances } = await readAllLimits(tx)
  const all = new Map<string, Limits>()
  const of = (id: string): Limits => {
    const found = all.get(id) ?? { region: null, providers: new Set<string>() }
    all.set(id, found)
    return found
  }
  for (const { organisationId, region } of pins) of(organisationId).region = region
  for (const { organisationId, recipient } of acceptances) of(organisationId).providers.add(recipient)
  return all
}

const retryMs = 1000

/** Most organisations have neither a pin nor a provider: then there is nothing to remember of them. */
export const createOrganisationLimits = (deps: Deps): OrganisationLimits => {
  const { database, log, placement } = deps
  let limits = new Map<string, Limits>()
  let isStopped = false
  const changes = listenTo(
    { connectionString: database.pool.options.connectionString },
    'organisation_limits_changed',
    log,
  )

  /** An answer that is older than the last change would take it back: readers take turns. */
  let reading: Promise<void> = Promise.resolve()
  const read = (organisationId: string | null): void => {
    reading = reading.then(async () => {
      if (isStopped) return
      try {
        if (organisationId === null) limits = await readAll(database.direct)
        else limits.set(organisationId, await readOne(database.direct, organisationId))
      } catch (error) {
        log.warn({ event: 'limits-unread', ...describeError(error) }, 'what organisations allow could not be read')
        setTimeout(() => read(null), retryMs).unref()
      }
    })
  }

  return {
    refusalOf: (organisationId, served) => {
      const found = limits.get(organisationId)
      const pin = found?.region ?? null
      if (pin !== null) {
        const verdict = placement.judge({ country: served.country, pin, safeguard: null })
        if (!verdict.allowed) {
          deps.refused(verdict.rule)
          return { kind: 'region', why: verdict.why }
        }
      }
      const { recipient, provider } = served
      if (recipient === null || found?.providers.has(recipient) === true) return null
      deps.refused(`accepted(${recipient})`)
      return { kind: 'provider', recipient, provider: provider ?? recipient }
    },
    start: async () => {
      changes.onChange(read)
      await changes.start()
      read(null)
      await reading
    },
    stop: async () => {
      isStopped = true
      await changes.close()
      await reading
    },
  }
}
