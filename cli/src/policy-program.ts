import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliFailure, exitCodes } from './failure.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A file as it is named, or the policy of that name that comes with the checkout. */
export const policyFile = (named: string, workingFolder: string): string => {
  const shipped = join(root, 'policies', `${named}.yaml`)
  return !existsSync(resolve(workingFolder, named)) && /^[\w-]+$/.test(named) && existsSync(shipped) ? shipped : named
}

/**
 * The policy language stays out of the CLI: its own programs run as children and print JSON.
 * @param program file in `policy/src`, such as `lint-file.ts`
 * @throws CliFailure with what the program said, when it printed nothing
 */
export const runPolicyProgram = <Result>(
  program: string,
  files: readonly string[],
  workingFolder: string,
): Promise<Result> =>
  new Promise((done, reject) => {
    const named = files.map((file) => policyFile(file, workingFolder))
    const child = spawn(process.execPath, [join(root, 'policy/src', program), ...named], {
      cwd: workingFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
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
      else if (output === '') reject(new CliFailure(errors.trim(), exitCodes.failed))
      else done(JSON.parse(output) as Result)
    })
  })
