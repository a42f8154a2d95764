import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, processMark } from './process-mark.mjs'

const POLL_MS = 200

/**
 * Runs `work` while holding a lock file, so that two set-ups never touch the same folder at once. Waits for a living
 * holder; takes over from a dead one.
 * @template T
 * @param {string} file absolute path of the lock file
 * @param {() => void} onWait called once when another process holds the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, work) {
  mkdirSync(path.dirname(file), { recursive: true })
  const claim = `${file}.${randomUUID()}`
  writeFileSync(claim, processMark(process.pid))
  try {
    let told = false
    while (!takeLock(claim, file)) {
      if (!told) onWait()
      told = true
      await sleep(POLL_MS)
    }
  } finally {
    rmSync(claim, { force: true })
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/** A hard link is made by exactly one of several claimants, and the lock's text is complete from its first moment. */
function takeLock(claim, file) {
  if (tryLink(claim, file)) return true
  if (holderLives(file)) return false
  const aside = `${claim}.stale`
  try {
    renameSync(file, aside)
  } catch {
    return false // another claimant was quicker
  }
  // Between the look and the rename a living process may have taken the lock: give it back.
  if (holderLives(aside)) tryLink(aside, file)
  rmSync(aside, { force: true })
  return false
}

function tryLink(from, to) {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function holderLives(file) {
  try {
    return isRunning(readFileSync(file, 'utf8'))
  } catch {
    return false // released in the meantime
  }
}
