/** The state of every clause, worked out from what the checks found. Nothing is kept by default. */

import type { Clause, CompiledPolicy, Rule } from './compile-policy.ts'
import { addDuration, parseDuration } from './duration.ts'
import { ruleKinds } from './rule-kinds.ts'

export const clauseStates = ['kept', 'broken', 'attested', 'informed', 'unproven'] as const
export type ClauseState = (typeof clauseStates)[number]

/** What one check of one rule found. */
export interface CheckResult {
  /** Id of the rule that was checked. */
  readonly rule: string
  /** Name of the check. */
  readonly check: string
  /** How many things it looked at; with none, the rule is not proven. */
  readonly looked: number
  /** How many of them break the rule. */
  readonly violations: number
  /** The finding in numbers and words, e.g. `12 passwords, 0 weaker than argon2id`. */
  readonly figure: string
  /** Why the rule is broken, or could not be checked; null when it holds. */
  readonly reason: string | null
}

/** A statement by a person in a role that something which only people can do is done. */
export interface Attestation {
  /** Name in the policy's section `attestations`. */
  readonly attestation: string
  readonly role: string
  readonly statedAt: Date
  /** Ends the statement earlier than the policy's validity does. */
  readonly expiresAt?: Date
}

export interface ClauseReport {
  readonly id: string
  readonly state: ClauseState
  readonly promise: string
  /** The clause's rules, joined by `; `. */
  readonly rule: string
  /** The checks that looked, joined by `; `; null when none did. */
  readonly check: string | null
  readonly figure: string | null
  /** Why the state is not better; null when there is nothing to say. */
  readonly reason: string | null
}

/** What `avow policy verify --json` prints. */
export interface PolicyReport {
  readonly policy: string
  /** ISO 8601, UTC. */
  readonly checkedAt: string
  readonly summary: Readonly<Record<ClauseState, number>>
  readonly clauses: readonly ClauseReport[]
}

export interface Findings {
  readonly checkedAt: Date
  readonly results: readonly CheckResult[]
  readonly attestations: readonly Attestation[]
}

/** Works out the report of a policy. Broken wins over everything; then anything unproven makes the clause unproven. */
export function reportPolicy(policy: CompiledPolicy, findings: Findings): PolicyReport {
  const clauses = policy.clauses.map((clause) => reportClause(policy, clause, findings))
  return { policy: policy.id, checkedAt: findings.checkedAt.toISOString(), summary: summarise(clauses), clauses }
}

/** Counts the clauses in each state. */
export function summarise(clauses: readonly Pick<ClauseReport, 'state'>[]): Record<ClauseState, number> {
  const count = (state: ClauseState) => clauses.filter((clause) => clause.state === state).length
  return {
    kept: count('kept'),
    broken: count('broken'),
    attested: count('attested'),
    informed: count('informed'),
    unproven: count('unproven'),
  }
}

type RuleState = 'holds' | 'broken' | 'unproven'
interface RuleReport {
  readonly state: RuleState
  readonly check: string | null
  readonly figure: string | null
  readonly reason: string | null
}

function reportClause(policy: CompiledPolicy, clause: Clause, findings: Findings): ClauseReport {
  const rules = clause.rules.flatMap((id) => policy.rules.filter((rule) => rule.id === id))
  const reports = rules.map((rule) => reportRule(policy, rule, findings))
  const base = { id: clause.id, promise: clause.promise, rule: clause.rules.join('; ') }
  if (reports.length === 0)
    return { ...base, state: 'unproven', check: null, figure: null, reason: 'no rule is bound to this promise' }
  const shown = {
    check: joined(reports.map((report) => report.check)),
    figure: joined(reports.map((report) => report.figure)),
  }
  const reasons = (state: RuleState) =>
    joined(reports.filter((report) => report.state === state).map((report) => report.reason))
  if (reports.some((report) => report.state === 'broken'))
    return { ...base, ...shown, state: 'broken', reason: reasons('broken') }
  if (reports.some((report) => report.state === 'unproven'))
    return { ...base, ...shown, state: 'unproven', reason: reasons('unproven') }
  return { ...base, ...shown, state: goodState(clause, rules), reason: null }
}

/** A clause that rests on people's word is never called kept. */
function goodState(clause: Clause, rules: readonly Rule[]): ClauseState {
  if (clause.kind === 'attested' || rules.some((rule) => rule.kind === 'attest')) return 'attested'
  return clause.kind === 'informed' ? 'informed' : 'kept'
}

function reportRule(policy: CompiledPolicy, rule: Rule, findings: Findings): RuleReport {
  const results = findings.results.filter((result) => result.rule === rule.id)
  const isForged = results.some((result) => result.violations > 0)
  if (rule.kind === 'attest' && !isForged) return reportAttestation(policy, rule.argument, findings)
  if (results.length === 0) {
    const reason = `not built yet: ${ruleKinds[rule.kind].capability}`
    return { state: 'unproven', check: null, figure: null, reason }
  }
  const check = joined([...new Set(results.map((result) => result.check))])
  const figure = joined(results.map((result) => result.figure))
  const say = (chosen: readonly CheckResult[], otherwise: string) =>
    joined(chosen.map((result) => result.reason ?? `${rule.id}: ${otherwise}`))
  const broken = results.filter((result) => result.violations > 0)
  if (broken.length > 0) return { state: 'broken', check, figure, reason: say(broken, 'the check found violations') }
  // A check that found no violation and still gives a reason says that it could not look at everything.
  const blind = results.filter((result) => !(result.looked > 0) || result.reason !== null)
  if (blind.length > 0)
    return { state: 'unproven', check, figure, reason: say(blind, 'the check found nothing to look at') }
  return { state: 'holds', check, figure, reason: null }
}

function reportAttestation(policy: CompiledPolicy, name: string, { attestations, checkedAt }: Findings): RuleReport {
  const wanted = policy.source.attestations?.[name]
  const validity = wanted ? parseDuration(wanted.validity) : null
  if (!wanted || !validity)
    return { state: 'unproven', check: null, figure: null, reason: `the policy describes no attestation ${name}` }
  const given = attestations.filter(
    (attestation) =>
      attestation.attestation === name && attestation.role === wanted.role && attestation.statedAt <= checkedAt,
  )
  if (given.length === 0) {
    return { state: 'unproven', check: 'attestation', figure: null, reason: `${wanted.role} has not attested ${name}` }
  }
  const ends = given.map((attestation) => {
    const byPolicy = addDuration(attestation.statedAt, validity)
    const until = attestation.expiresAt && attestation.expiresAt < byPolicy ? attestation.expiresAt : byPolicy
    return { attestation, until }
  })
  const latest = ends.reduce((a, b) => (b.until > a.until ? b : a))
  const day = latest.until.toISOString().slice(0, 10)
  if (latest.until <= checkedAt)
    return {
      state: 'unproven',
      check: 'attestation',
      figure: null,
      reason: `the attestation of ${name} ran out on ${day}`,
    }
  return {
    state: 'holds',
    check: 'attestation',
    figure: `stated in the role ${wanted.role} on ${latest.attestation.statedAt.toISOString().slice(0, 10)}, valid until ${day}`,
    reason: null,
  }
}

function joined(parts: readonly (string | null)[]): string | null {
  const present = [...new Set(parts.filter((part) => part !== null && part !== ''))]
  return present.length === 0 ? null : present.join('; ')
}
