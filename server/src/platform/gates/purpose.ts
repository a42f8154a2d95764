import type { Category, CompiledPolicy, Purpose } from '@avow/policy'
import { Refusal } from '../http/problem.ts'

/** The only way to read personal data: every reader says what for, and what the policy does not list is refused. */
export interface PurposeGate {
  /** Whether the policy lets data of this category be used for this purpose. */
  allows(purpose: Purpose, category: Category): boolean
  /** @throws Refusal policy_refused */
  require(purpose: Purpose, category: Category): void
}

/** @param onRefused told of each refusal, to record it */
export const createPurposeGate = (policy: CompiledPolicy, onRefused: (rule: string) => void): PurposeGate => {
  const allows = (purpose: Purpose, category: Category): boolean =>
    category === 'system' ||
    (policy.purposes.has(purpose) && (policy.category(category)?.purposes.has(purpose) ?? false))
  return {
    allows,
    require: (purpose, category) => {
      if (allows(purpose, category)) return
      onRefused(`purpose(${category}, ${purpose})`)
      throw new Refusal('policy_refused', `The policy does not let ${category} be used for ${purpose}.`)
    },
  }
}
