import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
}

/** Every process of this machine, from proc(5). */
const processes = (): ProcessRow[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const fields = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
        return [{ pid: Number(entry), parent: Number(fields?.[1]), group: Number(fields?.[2]) }]
      } catch {
        return []
      }
    })

/** A process and everything below it, parents first. */
export const processTree = (root: number): ProcessRow[] => {
  const all = processes()
  const below = (pid: number): ProcessRow[] =>
    all.filter(({ parent }) => parent === pid).flatMap((row) => [row, ...below(row.pid)])
  return [...all.filter(({ pid }) => pid === root), ...below(root)]
}

/** A process's command line; empty when it has ended. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
    return state !== undefined && state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}

/** @throws for anything but the id of one process: 0 and below mean whole groups, -1 every process of the machine */
const signal = (pid: number, name: NodeJS.Signals): void => {
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${pid} is not the id of one process`)
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself in between.
  }
}

/** Sends a signal to each of the processes. */
export const signalAll = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) signal(pid, name)
}

/** What Ctrl-C does: SIGINT to a process and to everything below it that is in its group. */
export const interruptGroup = (root: number): void => {
  const tree = processTree(root)
  signalAll(
    tree.filter(({ group }) => group === tree[0]?.group).map(({ pid }) => pid),
    'SIGINT',
  )
}

/** kill -9 of a process and everything below it, as if the power went: the root is halted first so that nothing is replaced. */
export const killTree = async (root: number): Promise<void> => {
  signal(root, 'SIGSTOP')
  const pids = processTree(root).map(({ pid }) => pid)
  signalAll(pids, 'SIGKILL')
  while (pids.some(isAlive)) await sleep(10)
}
