import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Running {
  readonly pids: () => number[]
  stop(): Promise<void>
}

/** Starts a process and waits until it prints `ready` or, without that, until `probe` succeeds. */
export const start = async (
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; ready?: RegExp; probe?: () => Promise<boolean> } = {},
): Promise<Running & { readonly child: ChildProcess }> => {
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let isOver = false
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  child.once('exit', () => {
    isOver = true
  })
  const isReady = async (): Promise<boolean> =>
    options.probe === undefined ? (options.ready ?? /^ready/m).test(said) : options.probe()
  for (let waited = 0; !(await isReady()); waited += 50) {
    if (isOver || waited > 60_000) throw new Error(`${command} ${args.join(' ')} did not start:\n${said.slice(-2000)}`)
    await sleep(50)
  }
  return {
    child,
    pids: () => (child.pid === undefined ? [] : [child.pid, ...childrenOf(child.pid)]),
    stop: async () => {
      if (isOver) return
      const over = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await over
      clearTimeout(timer)
    },
  }
}

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.[1] === String(parent))

/** A process and those that it started. */
export const descendantsOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(descendantsOf)]

/** Fields of /proc/PID/stat from the state on. */
const statOf = (pid: number): string[] | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

const ticksPerSecond = 100

/** User and system time of processes so far, microseconds. */
export const cpuMicros = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const stat = statOf(pid)
    return sum + ((Number(stat?.[11] ?? 0) + Number(stat?.[12] ?? 0)) * 1_000_000) / ticksPerSecond
  }, 0)
