import type { Reserved } from '../../billing/index.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

/** Why budgets let a call not begin that could cost so much; null when they do. */
export const refusalOfBudgets = (reserved: Reserved, picos: bigint): OpenAiError | null => {
  if (reserved.kind === 'short') return refuse.overBudget(reserved.shortage, picos)
  return reserved.kind === 'away' ? refuse.budgetsAway() : null
}
