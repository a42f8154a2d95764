import { type CheckResult, type PolicyReport, type Rule, type RuleKind, reportPolicy } from '@avow/policy'
import { describeError } from '../../platform/log/index.ts'
import type { Check, CheckedSystem, Finding } from './check.ts'
import { checks } from './checks/index.ts'

/** Runs the check of one rule; one that fails to run has seen nothing, so it proves nothing. */
const checkRule = async (rule: Rule, system: CheckedSystem): Promise<CheckResult | null> => {
  // The map from kind to check is typed pair by pair; here the pair is no longer known.
  const check = checks[rule.kind] as Check<RuleKind> | undefined
  if (check === undefined) return null
  const found = await check.run(rule, system).catch(
    (error: unknown): Finding => ({
      looked: 0,
      violations: 0,
      figure: 'did not finish',
      reason: `the check ${check.name} could not run: ${describeError(error).error}`,
    }),
  )
  return { rule: rule.id, check: check.name, ...found }
}

/** Runs every check of the policy on the running system, one after the other, and reports clause by clause. */
export const verifyPolicy = async (system: CheckedSystem): Promise<PolicyReport> => {
  const results: CheckResult[] = []
  for (const rule of system.policy.rules) {
    const result = await checkRule(rule, system)
    if (result !== null) results.push(result)
  }
  return reportPolicy(system.policy, { checkedAt: system.clock.now(), results, attestations: [] })
}
