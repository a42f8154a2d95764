/**
 * Brings a checkout to the state in which `npm start` and `npm test` can run. Plain JavaScript without dependencies,
 * because it runs on whatever Node the machine has, before anything is installed. Doing it again is a quick look.
 *
 *   node tools/setup.mjs [--with chromium] [--with nginx]
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { withLock } from './setup/lock.mjs'
import { installPackages, packagesReady } from './setup/packages.mjs'
import { say, withProgress } from './setup/progress.mjs'
import { root, run, signalActive, toolEnvironment } from './setup/run.mjs'
import { clearStamp, contentHash, isStamped, stampFolder, writeStamp } from './setup/stamp.mjs'
import { ensureSystemProgram } from './setup/system.mjs'

const NODE_MAJOR_MIN = 20

/**
 * A part that is made from sources: `makes` proves that it is there, `from` decides when it is made again.
 * `without` tells what a user misses when it fails.
 */
const parts = [
  {
    step: 'engine',
    title: 'installing the embedded inference engine',
    present: () => existsSync(path.join(root, 'engine/install.mjs')),
    makes: 'engine/node_modules',
    from: ['engine/package.json', 'engine/package-lock.json', 'engine/install.mjs'],
    make: () => run('node', ['engine/install.mjs'], { passThrough: true }),
    without: 'local models cannot run; models of other servers (avow model add) still can',
  },
  {
    step: 'console',
    title: 'building the console',
    present: () => hasBuildScript('console'),
    makes: 'console/dist/index.html',
    from: ['console', 'sdk/src', 'contract/src', 'package-lock.json'],
    make: () => buildPages('console'),
    without: 'the console in the browser is missing; the API and the CLI work',
  },
  {
    step: 'site',
    title: 'building the documentation',
    present: () => hasBuildScript('site'),
    makes: 'site/.vitepress/dist/index.html',
    from: [
      'site',
      'README.md',
      'policies',
      'policy',
      'contract/openapi.json',
      'cli/src',
      'console/public',
      'package-lock.json',
    ],
    make: () => buildPages('site'),
    without: 'the documentation pages are missing from the server',
  },
]

/**
 * @param {{with?: string[]}} [options] system programs to have as well (see setup/system.mjs)
 * @returns {Promise<{problems: string[], programs: Record<string, string | null>}>} problems: parts that could not be
 *   made, in words; programs: absolute path of each asked system program, null where it is missing
 * @throws when the packages cannot be installed: nothing works without them
 */
export async function setUp(options = {}) {
  checkNodeVersion()
  const problems = []
  if (!packagesReady() || parts.some(isStale)) {
    const waiting = () => say('another set-up is running in this checkout; waiting for it')
    await withLock(path.join(stampFolder, 'lock'), waiting, async () => {
      await installPackages()
      for (const part of parts) await makePart(part, problems)
    })
  }
  const programs = {}
  for (const name of options.with ?? []) {
    const outcome = await ensureSystemProgram(name)
    programs[name] = outcome.file
    if (outcome.file === null) say(outcome.reason)
  }
  return { problems, programs }
}

/**
 * Builds pages as people get them, whatever NODE_ENV the caller works in: React's development build is larger than the
 * console's limit.
 * @param {string} workspace
 */
function buildPages(workspace) {
  const env = { ...toolEnvironment(), NODE_ENV: 'production' }
  return run('npm', ['run', '--silent', 'build', '-w', workspace], { env })
}

/** Ends what the set-up has running, then this process, when the user or a supervisor wants to stop. */
export function stopOnSignals() {
  const exitCodes = { SIGINT: 130, SIGTERM: 143 }
  const handlers = Object.entries(exitCodes).map(([signal, code]) => {
    const handler = () => {
      signalActive(signal)
      say('stopped; the next run goes on from here')
      process.exit(code)
    }
    process.once(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => {
    for (const remove of handlers) remove()
  }
}

function checkNodeVersion() {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= NODE_MAJOR_MIN) return
  throw new Error(`Node ${NODE_MAJOR_MIN} or newer is needed, this is ${process.version} (${process.execPath})`)
}

function isStale(part) {
  return part.present() && !(existsSync(path.join(root, part.makes)) && isStamped(part.step, contentHash(part.from)))
}

async function makePart(part, problems) {
  if (!isStale(part)) return
  const hash = contentHash(part.from)
  clearStamp(part.step)
  try {
    await withProgress(part.title, part.make)
    if (!existsSync(path.join(root, part.makes))) throw new Error(`it reported success but left no ${part.makes}`)
    writeStamp(part.step, hash)
  } catch (error) {
    say(error.message)
    const problem = `${part.title} failed: ${part.without}`
    say(problem)
    problems.push(problem)
  }
}

function hasBuildScript(workspace) {
  const manifest = JSON.parse(readFileSync(path.join(root, workspace, 'package.json'), 'utf8'))
  return manifest.scripts?.build !== undefined
}

function argumentsOf(argv) {
  const names = []
  for (let at = 0; at < argv.length; at += 2) {
    if (argv[at] !== '--with' || !argv[at + 1]) throw new Error('usage: node tools/setup.mjs [--with PROGRAM] ...')
    names.push(argv[at + 1])
  }
  return names
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  stopOnSignals()
  try {
    const { problems } = await setUp({ with: argumentsOf(process.argv.slice(2)) })
    process.exitCode = problems.length > 0 ? 1 : 0
  } catch (error) {
    say(error.message)
    process.exitCode = 1
  }
}
