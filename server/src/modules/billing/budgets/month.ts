import type { BudgetRow } from './tables.ts'

/** A prepaid balance has one period, which does not end: the last month that a date can say, which no retention reaches. */
export const ever = Date.UTC(9999, 11, 1)

/** In which of a budget's periods something of this month counts. */
export const periodOf = ({ kind }: Pick<BudgetRow, 'kind'>, month: number): number =>
  kind === 'prepaid' ? ever : month

/** Calendar months in UTC, by their first instant in ms since the epoch. */
export const monthOf = (atMs: number): number => {
  const at = new Date(atMs)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)
}

export const monthAfter = (month: number): number => {
  const at = new Date(month)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)
}

/** 2026-11 */
export const monthName = (month: number): string => new Date(month).toISOString().slice(0, 7)
