import { existsSync, readFileSync } from 'node:fs'

/**
 * What tells a process from a later one with the same id: written to a file, it shows later whether that very process
 * still runs.
 * @param {number} pid
 * @returns {string} one line
 */
export function processMark(pid) {
  return JSON.stringify({ pid, started: startTicks(pid) })
}

/** @param {string} mark from processMark @returns {boolean} whether that process still runs */
export function isRunning(mark) {
  try {
    const { pid, started } = JSON.parse(mark)
    process.kill(pid, 0)
    return startTicks(pid) === started
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** When a process began, in the kernel's clock ticks since boot; null where the kernel does not say, or for a zombie. */
function startTicks(pid) {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? null : (fields[19] ?? null)
}
