/** What a new version of a policy means for people, and how long they must have known of it. */
import type { CompiledPolicy } from './compile-policy.ts'
import { diffPolicies } from './diff-policies.ts'
import type { Duration } from './duration.ts'
import { addDuration, parseDuration } from './duration.ts'
import type { PolicyChange } from './policy-change.ts'

/** `material`: what cannot be ranked changes; `editorial`: nothing that is promised does. */
export const versionChangeKinds = ['weaker', 'material', 'stronger', 'editorial'] as const
export type VersionChangeKind = (typeof versionChangeKinds)[number]

export interface VersionChange {
  readonly kind: VersionChangeKind
  readonly changes: readonly PolicyChange[]
  /** How long after everyone was told it may take effect; null: at once. */
  readonly period: Duration | null
}

/** What changes from the policy in force to another. The periods are those that the policy in force promises. */
export function versionChange(from: CompiledPolicy, to: CompiledPolicy): VersionChange {
  const diff = diffPolicies(from, to)
  const different = diff.different.filter((change) => !isOnlyFilledAnew(change, from, to))
  const changes = [...diff.weaker, ...different, ...diff.stronger]
  const { weakerChange, materialChange } = from.source.notices
  if (diff.weaker.length > 0) return { kind: 'weaker', changes, period: longer(weakerChange, materialChange) }
  if (different.length > 0) return { kind: 'material', changes, period: parseDuration(materialChange) }
  return { kind: changes.length > 0 ? 'stronger' : 'editorial', changes, period: null }
}

/** A promise whose words stayed and in which only a value of the policy is another: that value is a change of its own. */
function isOnlyFilledAnew({ path }: PolicyChange, from: CompiledPolicy, to: CompiledPolicy): boolean {
  const id = /^clauses\.(.+)\.promise$/.exec(path)?.[1]
  const written = (policy: CompiledPolicy) => policy.source.clauses.find((clause) => clause.id === id)?.promise
  return id !== undefined && written(from) === written(to)
}

function longer(a: string, b: string): Duration | null {
  const start = new Date(0)
  const end = (text: string) => {
    const duration = parseDuration(text)
    return duration === null ? 0 : addDuration(start, duration).getTime()
  }
  return parseDuration(end(a) >= end(b) ? a : b)
}

/** Below zero when the first of two versions (MAJOR.MINOR.PATCH) comes before the second. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  const at = [0, 1, 2].find((index) => left?.[index] !== right?.[index])
  return at === undefined ? 0 : (left?.[at] ?? 0) - (right?.[at] ?? 0)
}

/** A change as people read it. */
export function changeSentence({ path, from, to }: PolicyChange): string {
  if (from === null) return `${path}: gains “${to}”`
  return to === null ? `${path}: loses “${from}”` : `${path}: “${from}” becomes “${to}”`
}
