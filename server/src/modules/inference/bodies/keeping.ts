import { type CompiledPolicy, dueAt, type Period, parseDuration } from '@avow/policy'
import { type Database, type Listening, readInTurn, type Tx } from '../../../platform/db/index.ts'
import { findBodiless, findPlan, type PurposeGate } from '../../../platform/gates/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { listKeepings } from './keeping-store.ts'

/** For how long a project keeps bodies. */
export interface Keeping {
  /** null: as long as the retention gate lets them stand. */
  readonly period: Period | null
}

/** Which projects keep bodies, in memory: a call is not to wait for the answer. */
export interface Keepings {
  /** null: none is kept. So it is, too, while a change could not be heard of. */
  of(project: { readonly projectId: string; readonly organisationId: string }): Keeping | null
  /** Takes over what is in the database now. */
  refresh(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface KeepingRules {
  readonly policy: Pick<CompiledPolicy, 'bodies' | 'retention'>
  readonly purposeGate: Pick<PurposeGate, 'allows'>
}

/** Why nobody may keep bodies here; null when projects may. */
export const refusalOfAll = ({ policy, purposeGate }: KeepingRules): string | null => {
  if (policy.bodies === 'never') return 'The policy stores no prompts and no outputs (bodies.store: never).'
  if (!purposeGate.allows('provide', 'content.inference'))
    return 'The policy does not let prompts and outputs be used to provide the service (categories.content.inference).'
  return policy.retention('inference.body') === null
    ? 'The policy gives bodies no period (retention.inference.body).'
    : null
}

/** What an organisation's plan, and where it says nothing the policy, lets its projects keep. */
export const limitsOf = async (
  tx: Tx,
  { policy }: KeepingRules,
  organisationId: string,
): Promise<{ readonly isForbidden: boolean; readonly longest: Period }> => {
  const plan = await findPlan(tx, organisationId)
  const planned = plan?.retention?.['inference.body']
  const period = planned === undefined ? null : parseDuration(planned)
  return {
    isForbidden: plan?.bodies === 'never',
    longest: period ?? policy.retention('inference.body')?.period ?? 'forever',
  }
}

/** Whether one period ends after another, from any day. */
export const isLonger = (one: Period, other: Period, from: Date): boolean => {
  const [mine, theirs] = [dueAt(from, one), dueAt(from, other)]
  return theirs !== null && (mine === null || mine > theirs)
}

interface Known {
  /** What projects said. */
  readonly said: ReadonlyMap<string, Keeping | null>
  /** Organisations whose plan lets none be kept. */
  readonly forbidden: ReadonlySet<string>
}

const readAll = async (tx: Tx): Promise<Known> => {
  const said = (await listKeepings(tx)).map(
    ({ projectId, keep, period }) =>
      [projectId, keep ? { period: period === null ? null : parseDuration(period) } : null] as const,
  )
  return { said: new Map(said), forbidden: new Set(await findBodiless(tx)) }
}

export const createKeepings = (
  deps: KeepingRules & {
    readonly database: Database
    /** Word of what projects and plans say anew. */
    readonly changes: Listening
    readonly log: Log
  },
): Keepings => {
  const { database, log, policy, changes } = deps
  const isAllowed = refusalOfAll(deps) === null
  const always: Keeping | null = policy.bodies === 'always' ? { period: null } : null
  /** Null until it was read, and while it cannot be: then nothing is kept. */
  let known: Known | null = null
  const reader = readInTurn({
    read: async () => {
      if (isAllowed) known = await readAll(database.direct)
    },
    failed: (error) => {
      known = null
      log.warn({ event: 'keepings-unread', ...describeError(error) }, 'which projects keep bodies could not be read')
    },
  })

  return {
    of: ({ projectId, organisationId }) => {
      if (!isAllowed || known === null || !changes.isHearing() || known.forbidden.has(organisationId)) return null
      const said = known.said.get(projectId)
      return said === undefined ? always : said
    },
    refresh: () => reader.again(),
    start: async () => {
      changes.onChange(() => void reader.again())
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
