import { type CompiledPolicy, compilePolicy, formatProblem, parsePolicy } from '@avow/policy'

const yaml = (text: string): string => `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``

/** The clause with this id as it stands in the policy file. @throws when there is none */
export const quoteClause = (policyText: string, id: string): string => {
  const lines = policyText.split('\n')
  const start = lines.findIndex((line) => line.trim() === `- id: ${id}`)
  if (start < 0) throw new Error(`the starter policy has no clause ${id}`)
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith('    '))
  const clause = lines.slice(start, length < 0 ? undefined : start + 1 + length)
  return yaml(clause.map((line) => line.slice(2)).join('\n'))
}

/** A line of a section of the policy file, with the section's name above it. @throws when there is none */
export const quoteLine = (policyText: string, section: string, key: string): string => {
  const lines = policyText.split('\n')
  const start = lines.indexOf(`${section}:`)
  const line = lines.slice(start + 1).find((one) => one.startsWith(`  ${key}:`))
  if (start < 0 || line === undefined) throw new Error(`the starter policy has no ${section} ${key}`)
  return yaml(`${section}:\n${line}`)
}

/** @throws with every problem of the file, when it is no policy */
export const compileText = (policyText: string, file: string): CompiledPolicy => {
  const parsed = parsePolicy(policyText, file)
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(file, problem)).join('\n'))
  return compilePolicy(parsed.policy)
}

export const compileStarter = (policyText: string): CompiledPolicy => compileText(policyText, 'starter.yaml')

/** Every promise of the policy, with its numbers filled in. */
export const promiseTable = (policy: CompiledPolicy): string =>
  [
    '| Clause | Kind | Promise |',
    '|---|---|---|',
    ...policy.clauses.map(({ id, kind, promise }) => `| \`${id}\` | ${kind} | ${promise.replaceAll('|', '\\|')} |`),
  ].join('\n')

/** What people read of a clause. @throws when there is none with this id */
export const promiseOf = (policy: CompiledPolicy, id: string): string => {
  const clause = policy.clauses.find((one) => one.id === id)
  if (clause === undefined) throw new Error(`the starter policy has no clause ${id}`)
  return clause.promise
}
