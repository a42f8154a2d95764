/** Reading policy files, for the programs that the CLI starts. */
import { readFileSync } from 'node:fs'
import type { CompiledPolicy } from './compile-policy.ts'
import { compilePolicy } from './compile-policy.ts'
import { parsePolicy } from './parse-policy.ts'
import { formatProblem } from './problem.ts'

/** The text of a file; null when it cannot be read. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** A file that is no policy; `code` is the exit code of the program. */
export class PolicyFileError extends Error {
  readonly code: 1 | 2
  constructor(message: string, code: 1 | 2) {
    super(message)
    this.code = code
  }
}

/**
 * Compiles a policy file.
 * @throws PolicyFileError with code 2 for a file that cannot be read, 1 for one that is no policy
 */
export function compileFile(file: string): CompiledPolicy {
  const text = readText(file)
  if (text === null) throw new PolicyFileError(`cannot read ${file === '' ? 'a file: none was named' : file}`, 2)
  const parsed = parsePolicy(text, file)
  if (parsed.ok) return compilePolicy(parsed.policy)
  throw new PolicyFileError(parsed.problems.map((problem) => formatProblem(file, problem)).join('\n'), 1)
}

/** Prints what `work` makes as one line of JSON, or why it cannot on standard error, with the exit code. */
export function printJson(work: () => object): void {
  try {
    process.stdout.write(`${JSON.stringify(work())}\n`)
  } catch (error) {
    if (!(error instanceof PolicyFileError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.code
  }
}
