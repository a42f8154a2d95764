import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliFailure, exitCodes } from './failure.ts'
import type { World } from './session.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The server stays out of the CLI: what works on its files while it does not run is a program of its own, which prints
 * JSON and tells on standard error how far it is.
 * @param program file in `server/src/start`, such as `restore.ts`
 * @throws CliFailure with what the program said
 */
export const runServerProgram = <Result>(
  program: string,
  args: readonly string[],
  world: Pick<World, 'workingFolder' | 'environment' | 'terminal'>,
): Promise<Result> =>
  new Promise((done, reject) => {
    const child = spawn(process.execPath, [join(root, 'server/src/start', program), ...args], {
      cwd: world.workingFolder,
      env: world.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let said = ''
    child.stdout.on('data', (part) => {
      output += part
    })
    child.stderr.on('data', (part) => {
      said += part
      for (const line of String(part).split('\n'))
        if (line.startsWith('avow: ')) world.terminal.errors.write(`${line}\n`)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) done(JSON.parse(output) as Result)
      else {
        const lines = said.split('\n').filter((line) => line !== '' && !line.startsWith('avow: '))
        reject(
          new CliFailure(lines.join('\n') || `it ended with ${code}`, code === 2 ? exitCodes.usage : exitCodes.failed),
        )
      }
    })
  })
