/**
 * A program of its own, for the CLI: `node policy/src/lint-file.ts FILE` prints `{file, policy, findings}` as JSON.
 * `policy` is null when the file does not parse. Exit code: 0 without an error, 1 with one, 2 when the file cannot be read.
 */
import { compilePolicy, type LintFinding, lintPolicy, parsePolicy } from './index.ts'
import { readText } from './policy-file.ts'

interface LintedFile {
  readonly file: string
  readonly policy: {
    readonly id: string
    readonly version: string
    readonly hash: string
    readonly clauses: number
  } | null
  readonly findings: readonly LintFinding[]
}

function lintText(file: string, text: string): LintedFile {
  const parsed = parsePolicy(text, file)
  if (!parsed.ok) {
    return {
      file,
      policy: null,
      findings: parsed.problems.map((problem) => ({ ...problem, severity: 'error' as const })),
    }
  }
  const { id, version, hash, clauses } = compilePolicy(parsed.policy)
  return {
    file,
    policy: { id, version, hash, clauses: clauses.length },
    findings: lintPolicy(parsed.policy, parsed.locate),
  }
}

const file = process.argv[2] ?? ''
const text = readText(file)
if (text === null) {
  process.stderr.write(`cannot read ${file === '' ? 'a file: none was named' : file}\n`)
  process.exitCode = 2
} else {
  const linted = lintText(file, text)
  process.stdout.write(`${JSON.stringify(linted)}\n`)
  process.exitCode = linted.findings.some((finding) => finding.severity === 'error') ? 1 : 0
}
