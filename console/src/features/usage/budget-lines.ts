import type { Budget } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { amountOf } from '../../ui/format.ts'

/** Whose calls a new budget covers. */
export interface BudgetTarget {
  projectId?: string
  keyId?: string
}

/** Stands for the amount while none is written: nothing is sent then, and the lines to copy say what is missing. */
export const noLimitYet = 'LIMIT_MICROS'

export interface BudgetBody {
  limitMicros: string
  thresholds: number[]
}

export const setBudgetLine = (organisationId: string, target: BudgetTarget, body: BudgetBody) => {
  const of = target.keyId ?? target.projectId
  return avowLine(
    ...['budgets', 'set', body.limitMicros === noLimitYet ? 'AMOUNT' : amountOf(body.limitMicros)],
    ...(of === undefined ? [] : ['--of', of]),
    ...['--tell', body.thresholds.length === 0 ? 'never' : body.thresholds.join(',')],
    ...['--organisation', organisationId],
  )
}

export const targetOf = ({ projectId, keyId }: Budget): BudgetTarget => {
  if (keyId !== null) return { keyId }
  return projectId === null ? {} : { projectId }
}

/** Percents as a person writes them ("50, 80"); null when that is no list of whole numbers from 1 to 100. */
export const percentsOf = (text: string): number[] | null => {
  const words = text.split(/[\s,%]+/).filter(Boolean)
  const percents = words.map(Number)
  const isGood = percents.length <= 10 && percents.every((one) => Number.isInteger(one) && one >= 1 && one <= 100)
  return isGood ? percents : null
}
