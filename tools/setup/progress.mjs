import { performance } from 'node:perf_hooks'

const HEARTBEAT_MS = 10_000

/**
 * Runs one step of the set-up and tells on standard error what happens and how long it took; a heartbeat shows
 * that a long step is alive. Errors pass through.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
  const startedMs = performance.now()
  const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
  say(`${title} ...`)
  const heartbeat = setInterval(() => say(`${title} ... ${seconds()}`), HEARTBEAT_MS)
  try {
    const result = await work()
    say(`${title}: done in ${seconds()}`)
    return result
  } catch (error) {
    say(`${title}: failed after ${seconds()}`)
    throw error
  } finally {
    clearInterval(heartbeat)
  }
}

/** @param {string} line one line of progress, written to standard error */
export function say(line) {
  process.stderr.write(`avow set-up: ${line}\n`)
}
