import {
  type CheckResult,
  type CompiledPolicy,
  type PolicyReport,
  type Rule,
  type RuleKind,
  reportPolicy,
} from '@avow/policy'
import { Refusal } from '../../platform/http/index.ts'
import { describeError } from '../../platform/log/index.ts'
import { findAttestations } from './attestations/index.ts'
import type { Check, CheckedSystem, Finding } from './check.ts'
import { checks } from './checks/index.ts'

const checkMsMax = 30_000

/** What a check found, or that it did not end in time: a lock that never comes must not stop the report. */
const runInTime = async (check: Check<RuleKind>, rule: Rule, system: CheckedSystem): Promise<Finding> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>((resolve) => {
    const reason = `the check ${check.name} did not end within ${checkMsMax / 1000} s`
    timer = setTimeout(resolve, checkMsMax, { looked: 0, violations: 0, figure: 'did not finish', reason })
  })
  try {
    return await Promise.race([check.run(rule, system), late])
  } catch (error) {
    const reason = `the check ${check.name} could not run: ${describeError(error).error}`
    return { looked: 0, violations: 0, figure: 'did not finish', reason }
  } finally {
    clearTimeout(timer)
  }
}

/** Runs the check of one rule; one that fails to run has seen nothing, so it proves nothing. */
const checkRule = async (rule: Rule, system: CheckedSystem): Promise<CheckResult | null> => {
  // The map from kind to check is typed pair by pair; here the pair is no longer known.
  const check = checks[rule.kind] as Check<RuleKind> | undefined
  return check === undefined ? null : { rule: rule.id, check: check.name, ...(await runInTime(check, rule, system)) }
}

/** The policy with nothing but one clause and its rules; null when it has no such clause. */
export const onlyClause = (policy: CompiledPolicy, clauseId: string): CompiledPolicy | null => {
  const clause = policy.clauses.find(({ id }) => id === clauseId.toUpperCase())
  if (clause === undefined) return null
  return { ...policy, clauses: [clause], rules: policy.rules.filter(({ id }) => clause.rules.includes(id)) }
}

/**
 * Runs the checks one after the other on the running system, and reports clause by clause.
 * @param policy a part of the policy, when not all of it is to be checked
 * @throws Refusal unavailable, between two checks, once `signal` is aborted
 */
export const verifyPolicy = async (
  system: CheckedSystem,
  policy: CompiledPolicy = system.policy,
  signal?: AbortSignal,
): Promise<PolicyReport> => {
  const results: CheckResult[] = []
  for (const rule of policy.rules) {
    if (signal?.aborted) throw new Refusal('unavailable', 'The server stops. Nothing of this report was kept.')
    const result = await checkRule(rule, system)
    if (result !== null) results.push(result)
  }
  const attestations = await findAttestations(system.database.direct, system.policy)
  return reportPolicy(policy, { checkedAt: system.clock.now(), results, attestations })
}
