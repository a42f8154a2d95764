/** What changes for people when one policy takes the place of another. */
import type { Clause, CompiledPolicy } from './compile-policy.ts'
import { diffSections } from './diff-sections.ts'
import type { PolicyChange } from './policy-change.ts'
import { entries, keyed, otherwise, step } from './policy-change.ts'

/** What `avow policy diff --json` prints. */
export interface PolicyDiff {
  readonly from: { readonly id: string; readonly version: string; readonly hash: string }
  readonly to: { readonly id: string; readonly version: string; readonly hash: string }
  readonly weaker: readonly PolicyChange[]
  readonly stronger: readonly PolicyChange[]
  readonly different: readonly PolicyChange[]
}

/** Compares two policies, or two versions of one: each change once, ranked where it can be. */
export function diffPolicies(from: CompiledPolicy, to: CompiledPolicy): PolicyDiff {
  const changes = [...diffSections(from.source, to.source), ...diffPromises(from, to)]
  const ofDirection = (wanted: PolicyChange['direction']) => changes.filter(({ direction }) => direction === wanted)
  const name = ({ id, version, hash }: CompiledPolicy) => ({ id, version, hash })
  return {
    from: name(from),
    to: name(to),
    weaker: ofDirection('weaker'),
    stronger: ofDirection('stronger'),
    different: ofDirection('different'),
  }
}

/** A rule without its settings: those are compared in their sections. */
function ruleNames(policy: CompiledPolicy, ids: readonly string[]): string[] {
  return policy.rules
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ kind, argument }) => {
      if (argument === null) return [kind]
      return (Array.isArray(argument) ? argument : [argument]).map((one) => `${kind}: ${String(one)}`)
    })
}

/** Rules that only one of the two promises; and, in versions of one policy, its clauses one by one. */
function diffPromises(from: CompiledPolicy, to: CompiledPolicy): PolicyChange[] {
  const all = (policy: CompiledPolicy) => [
    ...new Set(
      ruleNames(
        policy,
        policy.rules.map(({ id }) => id),
      ),
    ),
  ]
  const rules = entries('rules', all(from), all(to), 'stronger')
  if (from.id !== to.id) return rules
  const byId = (policy: CompiledPolicy) => Object.fromEntries(policy.clauses.map((clause) => [clause.id, clause]))
  const clauses = keyed<Clause>('clauses', byId(from), byId(to), {
    whenAdded: 'stronger',
    name: ({ promise }) => promise,
    differ: (path, a, b) => [
      ...step(`${path}.kind`, a.kind, b.kind, ['informed', 'attested', 'enforced']),
      ...entries(`${path}.rules`, ruleNames(from, a.rules), ruleNames(to, b.rules), 'stronger'),
      ...otherwise(`${path}.promise`, a.promise, b.promise),
    ],
  })
  return [...rules, ...clauses]
}
