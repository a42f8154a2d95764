/** One thing that is wrong in a policy file, and where. */
export interface Problem {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** Where in the policy, e.g. `retention.billing.period`; empty for the whole file. */
  readonly path: string
  readonly message: string
  /** What to do about it; null when the message says it all. */
  readonly hint: string | null
}

/** A problem for a terminal: `FILE:LINE:COLUMN path: message (hint)`. */
export function formatProblem(fileName: string, problem: Problem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `
  const hint = problem.hint === null ? '' : ` (${problem.hint})`
  return `${fileName}:${problem.line}:${problem.column} ${path}${problem.message}${hint}`
}
