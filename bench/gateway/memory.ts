import { readFileSync } from 'node:fs'

const field = (pid: number, name: string): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'))
  return Math.round(Number(line?.[1] ?? Number.NaN) / 1024)
}

/** MiB of memory that a process has now (resident set). */
export const residentMib = (pid: number): number => field(pid, 'VmRSS')

/** The most that it had since it began. */
export const residentMibMax = (pid: number): number => field(pid, 'VmHWM')
