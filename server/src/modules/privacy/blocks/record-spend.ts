import { and, desc, eq, gte } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import type { Attack } from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'
import { moneyText, type SpendRule, type SuddenSpend } from '../../billing/index.ts'
import type { Identity } from '../../identity/index.ts'
import { type Alerts, lockSource, raiseAlertIn } from '../alerts/index.ts'
import { securityAlert } from '../alerts/tables.ts'
import { hashSource } from './record-flood.ts'
import { addressBlock, type BlockRow } from './tables.ts'

/** How sudden spending is met. */
export interface SpendRules extends Pick<SpendRule, 'times'> {
  /** Null: it is told of, and no more. */
  readonly throttle: { readonly forMs: number; readonly requestsPerMinute: number } | null
}

export interface SpendRecorder extends Alerts {
  readonly spendRules: SpendRules
  readonly accounts: Alerts['accounts'] & Pick<Identity['api']['accounts'], 'peopleIn' | 'addressesOf'>
}

/** For so long whom a person let go on is not slowed down again. */
const trustedMs = 86_400_000

const sentence = ({ of, id, hour, spentMicros, usualMicros, currency }: SuddenSpend): string =>
  `The ${of === 'key' ? 'API key' : 'project'} ${id} spent ${moneyText(spentMicros, currency)} in the hour from ${hour.toISOString().slice(11, 16)} (UTC); ${moneyText(usualMicros, currency)} an hour are usual for it.`

const attackOf = (deps: SpendRecorder, spend: SuddenSpend): Attack => ({
  ...{ kind: 'sudden-spend', from: spend.of, source: spend.id, aboutId: spend.id, count: spend.requests },
  ...{ personId: null, ipAddress: null, firstAt: spend.hour, lastAt: deps.clock.now(), words: sentence(spend) },
})

/** Once told in an hour, it is not told again in that one. */
const wasTold = async (tx: Tx, sourceHash: string, { hour }: SuddenSpend): Promise<boolean> => {
  const same = and(eq(securityAlert.sourceHash, sourceHash), gte(securityAlert.lastAt, hour))
  return (await tx.select({ id: securityAlert.id }).from(securityAlert).where(same).limit(1)).length > 0
}

/** Whether it is slowed down already, or a person found a day ago at most that it need not be. */
const isSettled = async (tx: Tx, sourceHash: string, now: Date): Promise<boolean> => {
  const same = and(
    eq(addressBlock.sourceHash, sourceHash),
    gte(addressBlock.startedAt, new Date(now.getTime() - trustedMs)),
  )
  const rows = await tx.select().from(addressBlock).where(same).orderBy(desc(addressBlock.startedAt))
  return rows.some(({ liftedAt, endsAt }) => liftedAt !== null || endsAt > now)
}

const slowDown = async (deps: SpendRecorder, tx: Tx, spend: SuddenSpend): Promise<BlockRow | null> => {
  const { throttle, times } = deps.spendRules
  const now = deps.clock.now()
  const sourceHash = hashSource(deps)(spend.id)
  if (throttle === null || (await isSettled(tx, sourceHash, now))) return null
  const row: BlockRow = {
    ...{
      id: newId('blk', deps.clock),
      kind: 'sudden-spend',
      sourceHash,
      aboutId: spend.id,
      count: spend.requests,
      times,
    },
    ...{ withinSeconds: 3600, firstAt: spend.hour, lastAt: now, startedAt: now },
    endsAt: new Date(now.getTime() + throttle.forMs),
    ...{ spentMicros: spend.spentMicros, usualMicros: spend.usualMicros, currency: spend.currency },
    requestsPerMinute: throttle.requestsPerMinute,
    ...{
      liftedAt: null,
      liftedBy: null,
      confirmedAt: null,
      confirmedBy: null,
      reviewAskedAt: null,
      sealedDetails: null,
    },
  }
  await tx.insert(addressBlock).values(row)
  const rule = `throttle(${spend.of})`
  await recordDecision(tx, deps.clock, { gate: 'incident', decision: 'refused', rule, counted: spend.requests })
  return row
}

const tellOwners = async (deps: SpendRecorder, tx: Tx, spend: SuddenSpend, block: BlockRow | null): Promise<void> => {
  const people = await deps.accounts.peopleIn(tx, spend.organisationId, ['owner', 'billing'])
  const url = `${deps.publicUrl()}/usage`
  const perMinute = deps.spendRules.throttle?.requestsPerMinute
  const slowed =
    block === null
      ? 'Nothing was stopped. If it is not you who spends: avow key revoke ID. A budget keeps it from going on: avow budgets set AMOUNT'
      : `Until ${block.endsAt.toISOString()} it may make ${perMinute} calls a minute. A machine decided that; ask a person to look at it: avow block review ${block.id}`
  for (const [personId, to] of await deps.accounts.addressesOf(tx, people))
    await deps.mailer.write(tx, {
      ...{ to, about: personId, kind: 'budget', subject: 'Spending is far above what is usual' },
      text: [sentence(spend), slowed, url].join('\n\n'),
      links: [url],
    })
}

/**
 * Tells owners and operators of sudden spending once an hour, and slows it down where the settings say so: recorded
 * with its inputs before it is done.
 * @returns whether something was written
 */
export const recordSpend = (deps: SpendRecorder, spend: SuddenSpend): Promise<boolean> =>
  deps.database.transaction(async (tx) => {
    const attack = attackOf(deps, spend)
    if (await wasTold(tx, await lockSource(tx, deps, attack), spend)) return false
    await raiseAlertIn(tx, deps, attack)
    await tellOwners(deps, tx, spend, await slowDown(deps, tx, spend))
    return true
  })
