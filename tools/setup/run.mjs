import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder, absolute. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** The Node that the repository pins; exists after the packages are installed. */
export const pinnedNode = path.join(root, 'node_modules/.bin/node')

const OUTPUT_CHARACTERS_MAX = 200_000
const active = new Set()

/** The environment for child processes: the pinned tools come first on PATH, and Node keeps what it compiled. */
export function toolEnvironment() {
  return {
    NODE_COMPILE_CACHE: path.join(root, '.cache/compiled'),
    ...process.env,
    PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
  }
}

/**
 * Runs a command quietly; its output is kept and becomes part of the error when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, passThrough?: boolean, onStart?: (pid: number) => void}}
 *   [options] passThrough: the child's output goes to our standard error as it comes
 * @returns {Promise<string>} what it wrote, standard output and error together
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...(options.env ?? toolEnvironment()), NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    active.add(child)
    if (child.pid !== undefined) options.onStart?.(child.pid)
    let output = ''
    const collect = (chunk) => {
      if (options.passThrough) process.stderr.write(chunk)
      output = (output + chunk).slice(-OUTPUT_CHARACTERS_MAX)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (error) => {
      active.delete(child)
      reject(error)
    })
    child.once('close', (code, signal) => {
      active.delete(child)
      if (code === 0) return resolve(output)
      const ending = signal ? `was ended by ${signal}` : `exited with ${code}`
      reject(new Error(`${command} ${args.join(' ')} ${ending}\n${options.passThrough ? '' : output}`.trimEnd()))
    })
  })
}

/** Passes a signal on to every command that still runs. @param {NodeJS.Signals} signal */
export function signalActive(signal) {
  for (const child of active) child.kill(signal)
}
