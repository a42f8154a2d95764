import { Refusal } from '../../../platform/http/index.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

/** What the purpose gate refuses to read, also where the query builder wraps it; null: it is another failure. */
export const refusalOfStored = (error: unknown): OpenAiError | null => {
  if (error instanceof Refusal) return refuse.policy(error.message)
  return error instanceof Error && error.cause !== undefined ? refusalOfStored(error.cause) : null
}
