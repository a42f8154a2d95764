/**
 * `npm test`: sets the checkout up, then runs every check and every test, and sums them up.
 * `npm test -- PATTERN ...` runs only the tests whose file names contain a pattern.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { ensureDocker } from './setup/docker.mjs'
import { say } from './setup/progress.mjs'
import { pinnedNode, root, toolEnvironment } from './setup/run.mjs'
import { setUp, stopOnSignals } from './setup.mjs'

const reportFolder = path.join(root, '.cache/test')
const exists = (file) => existsSync(path.join(root, file))

/** Checks without tests of their own, the longest first. `skip` gives the reason when one cannot run here. */
const checks = [
  { title: 'Types', command: ['tsc', '--noEmit', '-p', '.'] },
  {
    title: 'Types of the console',
    command: ['tsc', '--noEmit', '-p', 'console'],
    skip: () => (exists('console/tsconfig.json') ? null : 'the console has no tsconfig.json'),
  },
  { title: 'Lint and format', command: ['biome', 'check', '--error-on-warnings'] },
  { title: 'Borders between the rooms', command: ['node', 'tools/check-borders.ts'] },
  {
    title: 'Types of the engine',
    command: ['tsc', '--noEmit', '-p', 'tsconfig.engine.json'],
    skip: () => (exists('engine/node_modules') ? null : 'the engine is not installed'),
  },
  { title: 'Dead code and unlisted dependencies', command: ['knip'] },
  ...readdirSync(path.join(root, 'tools'))
    .filter((file) => /^check-.*(?<!\.test)\.ts$/.test(file) && file !== 'check-borders.ts')
    .sort()
    .map((file) => ({
      title: `Check ${file.slice('check-'.length, -'.ts'.length)}`,
      command: ['node', `tools/${file}`],
    })),
]

const stopHandling = stopOnSignals()
const { problems, programs } = await setUp({ with: ['chromium'] }).catch((error) => {
  say(error.message)
  process.exit(1)
})
stopHandling()

const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal)
    process.exit(1)
  })
}

mkdirSync(reportFolder, { recursive: true })
const patterns = process.argv.slice(2)
// Installed and started while the checks run: nothing waits for it before the tests do.
const docker = ensureDocker().catch((error) => error.message)
const outcomes = problems.map((problem) => ({ title: `Set-up: ${problem}`, passed: 0, failed: 1, skipped: 0 }))
if (patterns.length > 0) {
  const projects = ['unit', 'end-to-end', ...(programs.chromium === null ? [] : ['browser'])]
  await tellOfDocker()
  outcomes.push(await runTests(`Tests of ${patterns.join(', ')}`, projects))
} else {
  outcomes.push(...(await runChecks()))
  await tellOfDocker()
  outcomes.push(await runTests('Unit and database tests', ['unit']))
  outcomes.push(await runTests('End-to-end tests', ['end-to-end']))
  const browserTests = 'Browser tests'
  outcomes.push(
    programs.chromium === null
      ? skipped(browserTests, countTestFiles('conformance/browser'), 'Chromium is missing')
      : await runTests(browserTests, ['browser']),
  )
}
summarise()

async function tellOfDocker() {
  const reason = await docker
  if (reason !== null) say(reason)
}

/** Two at a time, as each keeps one core busy; what one says is shown when it ends. */
async function runChecks() {
  const waiting = [...checks.entries()]
  const ended = []
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [position, check] = next
      ended[position] = await runCheck(check)
    }
  }
  await Promise.all([work(), work()])
  return ended
}

async function runCheck({ title, command, skip }) {
  const reason = skip?.()
  if (reason) return skipped(title, 1, reason)
  const { status, seconds } = await execute(title, command, { apart: true })
  return { title, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0, seconds }
}

/** Runs projects of vitest.config.ts and reads the numbers from its report; no report counts as a failure. */
async function runTests(title, projects) {
  const reportFile = path.join(reportFolder, `${projects.join('-')}.json`)
  rmSync(reportFile, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const env = programs.chromium ? { CHROMIUM_PATH: programs.chromium } : {}
  const chosen = projects.flatMap((project) => ['--project', project])
  // Tests on a running server wait for it a fifth of their time: a third worker uses that.
  const workers = projects.includes('unit') ? [] : ['--maxWorkers=3']
  const command = ['vitest', 'run', ...chosen, ...workers, ...reporters, ...patterns]
  const { status, seconds } = await execute(title, command, { env })
  if (!existsSync(reportFile)) return { title, passed: 0, failed: 1, skipped: 0, seconds }
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  const failedBeforeTests = report.testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  }).length
  const failed = report.numFailedTests + failedBeforeTests
  return {
    title,
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    seconds,
    failures: report.testResults.flatMap(describeFailures),
  }
}

/** The failed tests of one file, each with the first lines of what it said, for the end of the output. */
function describeFailures({ name, status, message, assertionResults }) {
  const file = path.relative(root, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0) return status === 'failed' ? [`${file}\n    ${firstLines(message)}`] : []
  return failed.map((test) => `${file}: ${test.fullName}\n    ${firstLines(test.failureMessages?.[0] ?? '')}`)
}

function firstLines(text) {
  return text.split('\n').slice(0, 6).join('\n    ')
}

/** Runs a program. `apart` holds its output back until it ends, so that two at once can be told apart. */
async function execute(title, [program, ...args], { env = {}, apart = false } = {}) {
  const said = [`\n== ${title} ==\n`]
  if (!apart) process.stdout.write(said.pop())
  const startedMs = performance.now()
  const file = program === 'node' ? pinnedNode : path.join(root, 'node_modules/.bin', program)
  const status = await new Promise((resolve) => {
    const output = apart ? 'pipe' : 'inherit'
    const options = { cwd: root, stdio: ['ignore', output, output], env: { ...toolEnvironment(), ...env } }
    const child = spawn(file, args, options)
    running.add(child)
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => said.push(text))
    child.once('error', (error) => said.push(`${error.message}\n`))
    child.once('close', (code) => {
      running.delete(child)
      resolve(code ?? 1)
    })
  })
  const seconds = (performance.now() - startedMs) / 1000
  const outcome = `== ${title}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s ==\n`
  process.stdout.write(said.join('') + outcome)
  return { status, seconds }
}

function skipped(title, count, reason) {
  process.stdout.write(`\n== ${title}: skipped, ${reason} ==\n`)
  return { title: `${title} (${reason})`, passed: 0, failed: 0, skipped: count, seconds: 0 }
}

function countTestFiles(folder) {
  if (!exists(folder)) return 0
  return readdirSync(path.join(root, folder), { recursive: true }).filter((name) => /\.test\.ts$/.test(name)).length
}

function summarise() {
  const total = (key) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0)
  process.stdout.write('\n== Summary (each check counts as one) ==\n')
  for (const outcome of outcomes) {
    const { title, passed, failed, seconds } = outcome
    let word = passed > 0 ? 'passed ' : 'skipped'
    if (failed > 0) word = 'FAILED '
    const counts = `${passed} passed, ${failed} failed, ${outcome.skipped} skipped`
    process.stdout.write(`${word} ${title}: ${counts}${seconds ? ` (${seconds.toFixed(1)} s)` : ''}\n`)
    for (const failure of outcome.failures ?? []) process.stdout.write(`  ${failure}\n`)
  }
  process.stdout.write(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`)
  process.exitCode = total('failed') > 0 || total('passed') === 0 ? 1 : 0
}
