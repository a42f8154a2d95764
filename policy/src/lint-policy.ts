/** Finds what a well-formed policy says that it should not say. */

import { lintClauses } from './lint-clauses.ts'
import { lintSections } from './lint-sections.ts'
import type { Policy } from './parse-policy.ts'
import type { Problem } from './problem.ts'
import type { Path } from './source-position.ts'

/** `error`: the policy cannot be honest as it is; `warning`: likely a mistake; `advice`: worth a thought. */
export type Severity = 'error' | 'warning' | 'advice'

export interface LintFinding extends Problem {
  readonly severity: Severity
}

/** A finding that does not know its line yet. */
export interface Remark {
  readonly severity: Severity
  readonly path: Path
  readonly message: string
  readonly hint: string | null
}

/** Lints a policy; `locate` comes with the parsed policy. Findings are in the order of the file. */
export function lintPolicy(policy: Policy, locate: (path: Path) => { line: number; column: number }): LintFinding[] {
  const remarks = [
    ...findPlaceholders(policy, []),
    ...lintReference(policy),
    ...lintOperator(policy),
    ...lintSections(policy),
    ...lintClauses(policy),
  ]
  return remarks
    .map((remark) => ({ ...remark, ...locate(remark.path), path: remark.path.join('.') }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** Reference policies name an operator that does not exist; whoever takes one over is reminded until they say otherwise. */
function lintReference({ operator, reference }: Policy): Remark[] {
  if (reference !== true) return []
  return [
    {
      severity: 'warning',
      path: ['reference'],
      message: `this is a reference policy: ${operator.name} and its contacts stand in for you`,
      hint: 'put yourself under `operator` and `contacts`, then take this line away',
    },
  ]
}

/** A name that fits everybody names nobody. The starter has one, so that it is true before anyone has written a word. */
function lintOperator({ operator }: Policy): Remark[] {
  if (!/^(?:the |an? )?(?:operator|owner|provider)(?: of (?:this|the) [a-z]+)?$/i.test(operator.name)) return []
  return [
    {
      severity: 'warning',
      path: ['operator', 'name'],
      message: `\`${operator.name}\` names nobody: people cannot tell who answers for this service`,
      hint: 'write your own name, or that of your company',
    },
  ]
}

const placeholders: readonly RegExp[] = [
  /\[[A-Za-z][^\]]*\]/, // [Company]
  /<[A-Za-z][^>]*>/, // <company>
  /\b(?:TBD|TBA|XXX+|FIXME|TODO)\b/,
  /\b(?:your company|company name|insert [a-z]+ here|lorem ipsum)\b/i,
  /\bexample\.(?:com|net|org)\b/i,
  /_{3,}/,
]

function findPlaceholders(value: unknown, path: Path): Remark[] {
  if (typeof value === 'string') {
    const found = placeholders.map((pattern) => pattern.exec(value)?.[0]).find((match) => match !== undefined)
    if (found === undefined) return []
    return [
      {
        severity: 'error',
        path,
        message: `\`${found}\` looks like a placeholder`,
        hint: 'write what is true for this operator',
      },
    ]
  }
  if (value === null || typeof value !== 'object') return []
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return entries.flatMap(([key, item]) => findPlaceholders(item, [...path, key]))
}
