import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command, one } from '../../command.ts'
import { CliFailure, exitCodes, ResultFailure } from '../../failure.ts'
import { harmless } from '../../terminal.ts'

interface Finding {
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint: string | null
}
interface LintResult {
  readonly file: string
  readonly findings: readonly Finding[]
}

const policies = fileURLToPath(new URL('../../../../policies/', import.meta.url))
const linter = fileURLToPath(new URL('../../../../policy/src/lint-file.ts', import.meta.url))

/** A file as it is named, or the policy of that name that comes with the checkout. */
const fileOf = (named: string, workingFolder: string): string => {
  const shipped = join(policies, `${named}.yaml`)
  return !existsSync(resolve(workingFolder, named)) && /^[\w-]+$/.test(named) && existsSync(shipped) ? shipped : named
}

/** The policy language stays out of the CLI: its own linter runs as a child and prints its findings as JSON. */
const lintFile = (file: string, workingFolder: string): Promise<LintResult> =>
  new Promise((done, reject) => {
    const child = spawn(process.execPath, [linter, file], { cwd: workingFolder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.on('data', (part) => {
      output += part
    })
    child.stderr.on('data', (part) => {
      errors += part
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 2)
        reject(new CliFailure(errors.trim(), exitCodes.notFound, 'Name a file, or a policy in policies/.'))
      else if (output === '') reject(new CliFailure(`The linter failed: ${errors.trim()}`, exitCodes.failed))
      else done(JSON.parse(output) as LintResult)
    })
  })

export const lintPolicy = command({
  summary: 'Find mistakes in a policy file: placeholders, contradictions, promises without a rule',
  args: { file: one('a policy file, or the name of one in policies/') },
  examples: [
    ['avow policy lint starter', 'the policy that a new cloud starts with'],
    ['avow policy lint my-policy.yaml', 'your own; works without a server'],
  ],
  run: async (session, { file }) => {
    const result = await lintFile(fileOf(file, session.world.workingFolder), session.world.workingFolder)
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
