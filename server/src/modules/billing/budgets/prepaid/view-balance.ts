import type { balanceView, ledgerEntryView } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../../../../platform/db/index.ts'
import { microsOfPicos } from '../../price-usage.ts'
import { figuresOf } from '../budget-store.ts'
import { ever } from '../month.ts'
import type { BudgetRow } from '../tables.ts'
import { picosPerMicro } from '../view-budgets.ts'
import type { LedgerRow } from './tables.ts'

export type BalanceView = z.input<typeof balanceView>

/** Whole micro-units, towards less: an answer never promises more than there is. */
const floor = (picos: bigint): bigint => {
  const whole = picos / picosPerMicro
  return picos < 0n && whole * picosPerMicro !== picos ? whole - 1n : whole
}

/** Balances with what is spent of them and set aside now. */
export const viewBalances = async (tx: Tx, rows: readonly BudgetRow[]): Promise<BalanceView[]> => {
  const ids = rows.map(({ id }) => id)
  const figures = await figuresOf(tx, ids, ever)
  return rows.map((row) => {
    const { spentPicos = 0n, leasedPicos = 0n, refusedAt = null, alerts = [] } = figures.get(row.id) ?? {}
    const put = row.limitMicros * picosPerMicro
    const left = put - spentPicos - leasedPicos
    return {
      organisationId: row.organisationId,
      currency: row.currency,
      balanceMicros: String(floor(put - spentPicos)),
      reservedMicros: String(microsOfPicos(leasedPicos)),
      leftMicros: String(left > 0n ? floor(left) : 0n),
      lastTopUpMicros: String(floor(put - BigInt(row.basePicos))),
      spentMicros: String(microsOfPicos(spentPicos - BigInt(row.basePicos))),
      thresholds: row.thresholds,
      refusedAt: refusedAt?.toISOString() ?? null,
      alerts: alerts.map(({ percent, at }) => ({ percent, at: at.toISOString() })),
      beganAt: row.createdAt.toISOString(),
      changedAt: row.changedAt.toISOString(),
    }
  })
}

export const viewEntry = (row: LedgerRow): z.input<typeof ledgerEntryView> => ({
  id: row.id,
  at: row.at.toISOString(),
  kind: row.kind,
  debit: row.debit,
  credit: row.credit,
  amountMicros: String(row.amountMicros),
  currency: row.currency,
  balanceMicros: String(row.balanceMicros),
  invoiceNumber: row.invoiceNumber,
  enteredBy: row.enteredBy,
})
