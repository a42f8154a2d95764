import type { budgetView } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { microsOfPicos } from '../price-usage.ts'
import { type BudgetFigures, figuresOf } from './budget-store.ts'
import { monthAfter, monthName, monthOf } from './month.ts'
import type { BudgetRow } from './tables.ts'

export type BudgetView = z.input<typeof budgetView>

const nothing: BudgetFigures = { spentPicos: 0n, leasedPicos: 0n, refusedAt: null, alerts: [] }

export const picosPerMicro = 1_000_000n

export const scopeOf = ({ keyId, projectId }: Pick<BudgetRow, 'keyId' | 'projectId'>): BudgetView['scope'] => {
  if (keyId !== null) return 'key'
  return projectId === null ? 'organisation' : 'project'
}

const view = (row: BudgetRow, month: number, figures: BudgetFigures): BudgetView => {
  const { spentPicos, leasedPicos, refusedAt, alerts } = figures
  const left = row.limitMicros * picosPerMicro - spentPicos - leasedPicos
  return {
    id: row.id,
    scope: scopeOf(row),
    projectId: row.projectId,
    keyId: row.keyId,
    currency: row.currency,
    limitMicros: String(row.limitMicros),
    thresholds: row.thresholds,
    month: monthName(month),
    spentMicros: String(microsOfPicos(spentPicos)),
    reservedMicros: String(microsOfPicos(leasedPicos)),
    leftMicros: String(left > 0n ? left / picosPerMicro : 0n),
    endsAt: new Date(monthAfter(month)).toISOString(),
    refusedAt: refusedAt?.toISOString() ?? null,
    alerts: alerts.map(({ percent, at }) => ({ percent, at: at.toISOString() })),
    changedAt: row.changedAt.toISOString(),
    changedBy: row.changedBy,
  }
}

/** Budgets with the figures of the month that an instant is in. */
export const viewBudgets = async (tx: Tx, rows: readonly BudgetRow[], nowMs: number): Promise<BudgetView[]> => {
  const month = monthOf(nowMs)
  const ids = rows.map(({ id }) => id)
  const figures = await figuresOf(tx, ids, month)
  return rows.map((row) => view(row, month, figures.get(row.id) ?? nothing))
}
