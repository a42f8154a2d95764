import { command, one } from '../../command.ts'
import { exitCodes, ResultFailure } from '../../failure.ts'
import { runPolicyProgram } from '../../policy-program.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { isAnnouncedOtherwise } from './announced-otherwise.ts'

interface Finding {
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint: string | null
}
interface LintResult {
  readonly file: string
  readonly policy: { readonly id: string; readonly version: string; readonly hash: string } | null
  readonly findings: readonly Finding[]
}

/** What only the server knows: under which versions people know another text. */
const withServer = async (session: Session, linted: LintResult): Promise<LintResult> => {
  if (linted.policy === null || !(await isAnnouncedOtherwise(session, linted.policy))) return linted
  const differs: Finding = {
    line: 1,
    column: 1,
    severity: 'error',
    message: `the server knows another text as version ${linted.policy.version}, so this one would change nothing`,
    hint: 'raise `version`',
  }
  return { ...linted, findings: [...linted.findings, differs] }
}

export const lintPolicy = command({
  summary: 'Find mistakes in a policy file: placeholders, contradictions, promises without a rule',
  args: { file: one('a policy file, or the name of one in policies/') },
  examples: [
    ['avow policy lint starter', 'the policy that a new cloud starts with'],
    ['avow policy lint my-policy.yaml', 'your own; works without a server'],
  ],
  run: async (session, { file }) => {
    const linted = await runPolicyProgram<LintResult>('lint-file.ts', [file], session.world.workingFolder)
    const result = await withServer(session, linted)
    const errors = result.findings.filter(({ severity }) => severity === 'error').length
    session.print(result, () =>
      result.findings.length === 0
        ? `${harmless(result.file)}: nothing found.\n`
        : result.findings
            .map(({ line, column, severity, message, hint }) => {
              const colour = severity === 'error' ? session.paint.red : session.paint.yellow
              return `${harmless(result.file)}:${line}:${column}: ${colour(severity)}: ${harmless(message)}${hint === null ? '' : `\n    ${session.paint.dim(harmless(hint))}`}\n`
            })
            .join(''),
    )
    if (errors > 0)
      throw new ResultFailure(`${errors} ${errors === 1 ? 'error' : 'errors'} in ${result.file}`, exitCodes.failed)
  },
})
