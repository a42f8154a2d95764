import { type Database, listenTo, readInTurn, type Tx } from '../../platform/db/index.ts'
import { type EgressGate, findPlan, type PlacementGate } from '../../platform/gates/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import { findPin, listAcceptances, listPlans, readAllLimits } from './store.ts'

/** Where a model is served, and by whom beside the operator. */
export interface ServedBy {
  /** ISO 3166; null: not stated. */
  readonly country: string | null
  readonly recipient: string | null
  readonly provider: string | null
}

export type PlacementRefusal =
  | { readonly kind: 'region'; readonly why: string }
  /** The organisation's deployment plan keeps its data from that recipient. */
  | { readonly kind: 'plan'; readonly why: string }
  | { readonly kind: 'provider'; readonly provider: string; readonly recipient: string }

/** What organisations allow, in memory. */
export interface OrganisationLimits {
  /** Why a model may not answer an organisation; null when it may. Refusals are recorded. */
  refusalOf(organisationId: string, served: ServedBy): PlacementRefusal | null
  /** The same, without a record: for checks of what is in memory. */
  judge(organisationId: string, served: ServedBy): PlacementRefusal | null
  /** The same, by what the transaction sees: for checks whose organisations nobody else sees. */
  judgeIn(tx: Tx, organisationId: string, served: ServedBy): Promise<PlacementRefusal | null>
  start(): Promise<void>
  stop(): Promise<void>
}

interface Limits {
  region: string | null
  readonly providers: Set<string>
  /** Countries of the organisation's plan; null: it says nothing of them. */
  regions: readonly string[] | null
  /** Recipients of the organisation's plan; null: it says nothing of them. */
  egress: readonly string[] | null
}

interface Deps {
  readonly database: Database
  readonly databaseUrl: string
  readonly log: Log
  readonly placement: PlacementGate
  readonly egress: Pick<EgressGate, 'judgePlan'>
  /** Told of each refusal, to record it. */
  readonly refused: (rule: string) => void
}

const nothing = (): Limits => ({ region: null, providers: new Set<string>(), regions: null, egress: null })

const readOne = async (tx: Tx, organisationId: string): Promise<Limits> => {
  const plan = await findPlan(tx, organisationId)
  return {
    region: (await findPin(tx, organisationId))?.region ?? null,
    providers: new Set((await listAcceptances(tx, organisationId)).map(({ recipient }) => recipient)),
    regions: plan?.regions ?? null,
    egress: plan?.egress ?? null,
  }
}

const readAll = async (tx: Tx): Promise<Map<string, Limits>> => {
  const { pins, acceptances } = await readAllLimits(tx)
  const all = new Map<string, Limits>()
  const of = (id: string): Limits => {
    const found = all.get(id) ?? nothing()
    all.set(id, found)
    return found
  }
  for (const { organisationId, region } of pins) of(organisationId).region = region
  for (const { organisationId, recipient } of acceptances) of(organisationId).providers.add(recipient)
  for (const { organisationId, settings } of await listPlans(tx)) {
    of(organisationId).regions = settings.regions ?? null
    of(organisationId).egress = settings.egress ?? null
  }
  return all
}

type Judged = { readonly refusal: PlacementRefusal; readonly rule: string }

/** What a plan forbids comes first: no acceptance opens it. */
const judgeBy = ({ placement, egress }: Deps, limits: Limits, served: ServedBy): Judged | null => {
  const { region: pin, regions: planned } = limits
  const { country, recipient, provider } = served
  if (pin !== null || planned !== null) {
    const verdict = placement.judge({ country, pin, planned, safeguard: null })
    if (!verdict.allowed) return { rule: verdict.rule, refusal: { kind: 'region', why: verdict.why } }
  }
  const forbidden = egress.judgePlan(recipient, limits.egress)
  if (forbidden !== null) return { rule: forbidden.rule, refusal: { kind: 'plan', why: forbidden.why } }
  if (recipient === null || limits.providers.has(recipient)) return null
  return {
    rule: `accepted(${recipient})`,
    refusal: { kind: 'provider', recipient, provider: provider ?? recipient },
  }
}

const none = nothing()

/** Most organisations have no pin, provider or plan: then there is nothing to remember of them. */
export const createOrganisationLimits = (deps: Deps): OrganisationLimits => {
  const { database, log } = deps
  let limits = new Map<string, Limits>()
  const changes = listenTo({ connectionString: deps.databaseUrl }, 'organisation_limits_changed', log)
  const reader = readInTurn({
    read: async (organisationId) => {
      if (organisationId === null) limits = await readAll(database.direct)
      else limits.set(organisationId, await readOne(database.direct, organisationId))
    },
    failed: (error) =>
      log.warn({ event: 'limits-unread', ...describeError(error) }, 'what organisations allow could not be read'),
  })

  return {
    refusalOf: (organisationId, served) => {
      const judged = judgeBy(deps, limits.get(organisationId) ?? none, served)
      if (judged !== null) deps.refused(judged.rule)
      return judged?.refusal ?? null
    },
    judge: (organisationId, served) => judgeBy(deps, limits.get(organisationId) ?? none, served)?.refusal ?? null,
    judgeIn: async (tx, organisationId, served) =>
      judgeBy(deps, await readOne(tx, organisationId), served)?.refusal ?? null,
    start: async () => {
      changes.onChange((organisationId) => void reader.again(organisationId))
      await changes.start()
      await reader.again()
    },
    stop: async () => {
      const read = reader.stop()
      await changes.close()
      await read
    },
  }
}
