import type { BudgetRow } from './tables.ts'

/** A budget as people are told of it. */
export const budgetWords = ({ keyId, projectId }: Pick<BudgetRow, 'keyId' | 'projectId'>): string => {
  if (keyId !== null) return `the API key ${keyId}`
  return projectId === null ? 'the organisation' : `the project ${projectId}`
}

/** How `avow budgets set AMOUNT` names it; nothing for the organisation's own. */
export const budgetOption = ({ keyId, projectId }: Pick<BudgetRow, 'keyId' | 'projectId'>): string => {
  const of = keyId ?? projectId
  return of === null ? '' : ` --of ${of}`
}

const minorMicros = 1_000_000n

/** Micro-units as a person reads them, with as many decimals as it takes: 1000000 EUR is "1.00 EUR". */
export const moneyText = (micros: bigint, currency: string): string => {
  const fraction = String(micros % minorMicros)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '')
  return `${micros / minorMicros}.${fraction} ${currency}`
}
