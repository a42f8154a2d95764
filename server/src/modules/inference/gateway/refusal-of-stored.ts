import { Refusal } from '../../../platform/http/index.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

/** What the purpose gate refuses to read; null: it is another failure. */
export const refusalOfStored = (error: unknown): OpenAiError | null =>
  error instanceof Refusal ? refuse.policy(error.message) : null
