import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { compilePolicy, formatProblem, lintPolicy, parsePolicy } from '@avow/policy'
import type { PolicyText } from '../modules/privacy/index.ts'

export class PolicyError extends Error {}

/**
 * Reads and compiles the policy: a name in the policies folder, or a file.
 * @param say told what the linter finds in a policy that works: placeholders, contradictions
 * @throws PolicyError with `file:line:column: message` for each problem
 */
export const loadPolicy = (wanted: string, policiesDir: string, say: (line: string) => void): PolicyText => {
  const known = existsSync(policiesDir)
    ? readdirSync(policiesDir)
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => basename(file, '.yaml'))
    : []
  const file = known.includes(wanted) ? join(policiesDir, `${wanted}.yaml`) : resolve(wanted)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new PolicyError(`there is no policy ${wanted}. AVOW_POLICY takes a file or one of: ${known.join(', ')}`, {
      cause: error,
    })
  }
  const parsed = parsePolicy(text, file)
  if (!parsed.ok)
    throw new PolicyError(
      `the policy cannot be used:\n${parsed.problems.map((problem) => `  ${formatProblem(file, problem)}`).join('\n')}`,
    )
  for (const finding of lintPolicy(parsed.policy, parsed.locate)) {
    if (finding.severity !== 'advice') say(`policy ${finding.severity}: ${formatProblem(file, finding)}`)
  }
  return { text, policy: compilePolicy(parsed.policy) }
}
