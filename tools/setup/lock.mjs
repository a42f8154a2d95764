import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

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
  writeFileSync(claim, JSON.stringify({ pid: process.pid, started: processStart(process.pid) }))
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
    const holder = JSON.parse(readFileSync(file, 'utf8'))
    process.kill(holder.pid, 0)
    return processStart(holder.pid) === holder.started
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** When a process began, in the kernel's ticks, so that a reused pid is not taken for the old holder. */
function processStart(pid) {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
