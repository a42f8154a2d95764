import { and, asc, eq, gt } from 'drizzle-orm'
import type { Clock } from '../../../../platform/clock/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { newId } from '../../../../platform/ids.ts'
import { holdBooking } from '../budget-store.ts'
import { ever } from '../month.ts'
import { type BudgetRow, budget, budgetAlert, budgetMonth } from '../tables.ts'
import { picosPerMicro } from '../view-budgets.ts'
import { writeEntry } from './ledger.ts'

const isPrepaid = eq(budget.kind, 'prepaid')
const period = new Date(ever)

export const findBalance = async (tx: Tx, organisationId: string): Promise<BudgetRow | undefined> => {
  const [row] = await tx
    .select()
    .from(budget)
    .where(and(isPrepaid, eq(budget.organisationId, organisationId)))
  return row
}

/** Whoever changes a balance takes turns; calls go on. */
const lockBalance = async (tx: Tx, organisationId: string): Promise<BudgetRow | undefined> => {
  const [row] = await tx
    .select()
    .from(budget)
    .where(and(isPrepaid, eq(budget.organisationId, organisationId)))
    .for('no key update')
  return row
}

/** Balances of a cloud by their organisation's id. @param after the last one of the page before */
export const listBalances = (tx: Tx, limit: number, after: string | undefined): Promise<BudgetRow[]> =>
  tx
    .select()
    .from(budget)
    .where(and(isPrepaid, after === undefined ? undefined : gt(budget.organisationId, after)))
    .orderBy(asc(budget.organisationId))
    .limit(limit)

/** What stands in the books for calls since the balance began, exactly. */
const spentOf = async (tx: Tx, budgetId: string): Promise<bigint> => {
  const [row] = await tx
    .select({ picos: budgetMonth.spentPicos })
    .from(budgetMonth)
    .where(and(eq(budgetMonth.budgetId, budgetId), eq(budgetMonth.month, period)))
  return BigInt(row?.picos ?? 0)
}

/**
 * Writes what was spent since the last time into the ledger, in whole micro-units; the rest comes with a later entry, so
 * that nothing is lost by rounding.
 */
const postUsage = async (tx: Tx, clock: Clock, row: BudgetRow): Promise<{ row: BudgetRow; spent: bigint }> => {
  const spent = await spentOf(tx, row.id)
  const due = spent / picosPerMicro - row.postedMicros
  if (due <= 0n) return { row, spent }
  const postedMicros = row.postedMicros + due
  await tx.update(budget).set({ postedMicros }).where(eq(budget.id, row.id))
  await writeEntry(tx, clock, {
    ...{ organisationId: row.organisationId, currency: row.currency, kind: 'usage' },
    // Before what is entered together with it.
    at: new Date(clock.nowMs() - 1),
    intoPrepaidMicros: -due,
    balanceMicros: row.limitMicros - postedMicros,
  })
  return { row: { ...row, postedMicros }, spent }
}

/** Brings the ledger of every balance up to what is booked. */
export const postAllUsage = async (tx: Tx, clock: Clock): Promise<void> => {
  const rows = await tx.select().from(budget).where(isPrepaid).orderBy(asc(budget.id)).for('no key update')
  for (const row of rows) await postUsage(tx, clock, row)
}

const begin = async (tx: Tx, clock: Clock, organisationId: string, currency: string): Promise<BudgetRow> => {
  // Nothing is booked meanwhile: what is booked from here on is paid from the balance.
  await holdBooking(tx)
  const raced = await lockBalance(tx, organisationId)
  if (raced !== undefined) return raced
  const row: BudgetRow = {
    ...{
      id: newId('bal', clock),
      organisationId,
      projectId: null,
      keyId: null,
      keyIds: null,
      kind: 'prepaid',
      currency,
    },
    ...{ limitMicros: 0n, basePicos: '0', postedMicros: 0n, thresholds: [50, 80, 100] },
    ...{ createdAt: clock.now(), changedBy: null, changedAt: clock.now() },
  }
  await tx.insert(budget).values(row)
  await tx.insert(budgetMonth).values({ budgetId: row.id, month: period, spentPicos: '0' })
  return row
}

export interface TopUp {
  readonly organisationId: string
  /** Micro-units; below zero takes back what was put in by mistake. */
  readonly amountMicros: bigint
  readonly currency: string
  readonly reason: 'payment' | 'credit'
  readonly invoiceNumber: string | null
  readonly enteredBy: string
}

/**
 * Puts money into a balance, which begins with that where there is none. Thresholds count anew from here.
 * @returns null where more would be taken back than was not spent yet
 */
export const topUp = async (tx: Tx, clock: Clock, given: TopUp): Promise<BudgetRow | null> => {
  const { organisationId, amountMicros, reason: kind, invoiceNumber, enteredBy } = given
  const before = (await lockBalance(tx, organisationId)) ?? (await begin(tx, clock, organisationId, given.currency))
  const { row, spent } = await postUsage(tx, clock, before)
  const limitMicros = row.limitMicros + amountMicros
  if (amountMicros < 0n && limitMicros * picosPerMicro < spent) return null
  const set = { limitMicros, basePicos: String(spent), changedBy: enteredBy, changedAt: clock.now() }
  await tx.update(budget).set(set).where(eq(budget.id, row.id))
  await tx.delete(budgetAlert).where(eq(budgetAlert.budgetId, row.id))
  await tx.update(budgetMonth).set({ refusedAt: null }).where(eq(budgetMonth.budgetId, row.id))
  const balanceMicros = limitMicros - row.postedMicros
  await writeEntry(tx, clock, {
    ...{ organisationId, kind, currency: row.currency, invoiceNumber, enteredBy },
    ...{ intoPrepaidMicros: amountMicros, balanceMicros },
  })
  return { ...row, ...set }
}

/** Ends a balance: what is left leaves it, and calls are paid afterwards. @returns whether there was one */
export const endBalance = async (tx: Tx, clock: Clock, organisationId: string, by: string): Promise<boolean> => {
  await holdBooking(tx)
  const before = await lockBalance(tx, organisationId)
  if (before === undefined) return false
  const { row } = await postUsage(tx, clock, before)
  await writeEntry(tx, clock, {
    ...{ organisationId, kind: 'ended', currency: row.currency, balanceMicros: 0n, enteredBy: by },
    intoPrepaidMicros: row.postedMicros - row.limitMicros,
  })
  await tx.delete(budget).where(eq(budget.id, row.id))
  return true
}

export const setThresholds = async (
  tx: Tx,
  organisationId: string,
  change: Pick<BudgetRow, 'thresholds' | 'changedBy' | 'changedAt'>,
): Promise<BudgetRow | undefined> => {
  const [row] = await tx
    .update(budget)
    .set(change)
    .where(and(isPrepaid, eq(budget.organisationId, organisationId)))
    .returning()
  return row
}
