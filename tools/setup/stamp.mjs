import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './run.mjs'

/** Where the set-up keeps what it did: one small file a step. Not in node_modules, which a reinstall removes. */
export const stampFolder = path.join(root, '.cache/setup')

const skippedFolders = new Set(['node_modules', 'dist', 'cache', '.cache', 'coverage'])

/**
 * A hash over the content and names of files and folders; build output and installed packages do not count.
 * @param {string[]} paths relative to the root; a missing one counts as missing
 * @returns {string} hexadecimal SHA-256
 */
export function contentHash(paths) {
  const hash = createHash('sha256')
  for (const relative of paths) addToHash(hash, relative)
  return hash.digest('hex')
}

function addToHash(hash, relative) {
  const absolute = path.join(root, relative)
  const stat = statSync(absolute, { throwIfNoEntry: false })
  if (!stat) return hash.update(`missing ${relative}\0`)
  if (stat.isFile()) return hash.update(`file ${relative} ${stat.size}\0`).update(readFileSync(absolute))
  for (const name of readdirSync(absolute).sort()) {
    if (!skippedFolders.has(name)) addToHash(hash, path.join(relative, name))
  }
}

/** @param {string} step @param {string} hash @returns {boolean} whether this step was finished for this content */
export function isStamped(step, hash) {
  return readStamp(step) === hash
}

/** @param {string} step @returns {string | null} what was recorded for a step */
export function readStamp(step) {
  const file = path.join(stampFolder, step)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

/** Records a finished step. @param {string} step @param {string} hash */
export function writeStamp(step, hash) {
  mkdirSync(stampFolder, { recursive: true })
  const file = path.join(stampFolder, step)
  writeFileSync(`${file}.${process.pid}`, hash)
  renameSync(`${file}.${process.pid}`, file)
}

/** Forgets a step before it is done again, so that an interruption is seen. @param {string} step */
export function clearStamp(step) {
  rmSync(path.join(stampFolder, step), { force: true })
}
