import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Another living process writes to this folder. */
export class FolderInUse extends Error {
  constructor(folder: string, pid: number) {
    super(`${folder} belongs to the running process ${pid}; give each process its own folder, or stop that one`)
    this.name = 'FolderInUse'
  }
}

/**
 * Takes a folder for this process alone; a folder whose owner died is taken over. Returns the release.
 * The process start time is compared too, so that a reused pid does not look like the old owner.
 */
export function ownFolder(folder: string): () => void {
  const file = join(folder, 'owner')
  const mine = `${process.pid} ${startTicksOf(process.pid) ?? '-'}`
  const holder = readHolder(file)
  if (holder !== null && holder.text !== mine && isAlive(holder.pid, holder.startTicks)) {
    throw new FolderInUse(folder, holder.pid)
  }
  writeFileSync(file, mine, { mode: 0o600 })
  return () => {
    if (readHolder(file)?.text === mine) rmSync(file, { force: true })
  }
}

function readHolder(file: string): { text: string; pid: number; startTicks: string } | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return null
  }
  const [pid, startTicks] = text.split(' ')
  return pid === undefined || startTicks === undefined || !/^\d+$/.test(pid)
    ? null
    : { text, pid: Number(pid), startTicks }
}

function isAlive(pid: number, startTicks: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = startTicksOf(pid)
  return now === null || startTicks === '-' || now === startTicks
}

/** Field 22 of /proc/PID/stat; null where there is no /proc. */
function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
