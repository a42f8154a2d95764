import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type AvowClient, createClient } from '@avow/sdk'
import { commandOf, interruptGroup, killTree, processTree } from './process-tree.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const startMsMax = 90_000

/** What the first start writes to `first-run.json`. */
export interface FirstRun {
  readonly url: string
  readonly operator: { readonly email: string; readonly password: string }
  readonly organisation: { readonly id: string; readonly name: string }
  readonly project: { readonly id: string; readonly name: string }
  readonly apiKey: string
}

/** How a command of the CLI ended. */
export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface StartOptions {
  /** Settings beside those of the harness, such as AVOW_POLICY. */
  readonly env?: Readonly<Record<string, string>>
  /** The whole `npm start`, set-up included, instead of the server's own entry. */
  readonly npm?: boolean
  /** A data folder that there is already; a fresh one otherwise. */
  readonly folder?: string
  /** Which process; all of Avow otherwise. */
  readonly entry?: 'up' | 'gateway'
}

/** A real Avow in processes of its own, on a folder of its own. */
export interface RunningAvow {
  readonly url: string
  readonly folder: string
  readonly firstRun: FirstRun
  readonly operatorToken: string
  readonly apiKey: string
  /** The process that was started; everything else is below it. */
  readonly pid: number
  /** A typed client; with the operator's token unless another is given. `null`: a stranger. */
  api(token?: string | null): AvowClient
  /** Runs the CLI as a script does, with AVOW_DATA set. */
  cli(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<CliResult>
  /** Every process of its database, the main one first. */
  databasePids(): number[]
  /** The process of the embedded engine. */
  enginePid(): number
  output(): { readonly stdout: string; readonly stderr: string }
  /** SIGTERM; gives the exit code and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>
  /** Ctrl-C, as a terminal sends it; gives the exit code. */
  interrupt(): Promise<{ readonly code: number | null }>
  /** kill -9 of the whole process tree. */
  kill9(): Promise<void>
  /** Starts again on the same folder and port. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>
  /** Ends what runs and removes the folder. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Below the ports that the system gives to outgoing connections: one of those could take it before the server does. */
export const freePort = async (): Promise<number> => {
  const probe = createServer()
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
  } catch {
    return freePort()
  }
  probe.close()
  await once(probe, 'close')
  return port
}

/** The environment of the test run without its own Avow settings. */
const cleanEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AVOW_|DATABASE_URL$|NODE_OPTIONS$|VITEST)/.test(name)),
  )

export interface Running {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
}

export const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('the process was never started')
  return pid
}

export const spawnServer = (folder: string, port: number, options: StartOptions): Running => {
  const [command = '', ...args] = options.npm
    ? ['npm', 'start']
    : [join(root, 'node_modules/.bin/node'), `server/src/start/${options.entry ?? 'up'}.ts`]
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cleanEnvironment(),
      AVOW_PORT: String(port),
      AVOW_DATA: folder,
      AVOW_MODEL: 'none',
      AVOW_LOG_LEVEL: 'warn',
      ...options.env,
    },
  })
  const parts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      parts[name] += text
    })
  }
  return { child, stdout: () => parts.stdout, stderr: () => parts.stderr }
}

/** The address after `avow ready`; fails with all that the server said when it ends first or takes too long. */
export const untilReady = ({ child, stdout, stderr }: Running): Promise<string> =>
  new Promise((ready, fail) => {
    const giveUp = (why: string): void => fail(new Error(`the server ${why}\n${stderr()}${stdout()}`))
    const timer = setTimeout(giveUp, startMsMax, `was not ready within ${startMsMax / 1000} s`)
    child.once('error', fail)
    child.once('close', (code, signal) => giveUp(`ended with ${code ?? signal}`))
    child.stdout?.on('data', () => {
      const address = /^avow ready (\S+)$/m.exec(stdout())?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      child.removeAllListeners('close')
      ready(address)
    })
  })

/** A fresh folder to keep data in. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'avow-e2e-'))

/** kill -9 of a start and everything below it, after so many milliseconds. */
export const killDuringStart = async (folder: string, afterMs: number): Promise<void> => {
  const { child } = spawnServer(folder, await freePort(), {})
  const closed = once(child, 'close')
  await sleep(afterMs)
  await killTree(pidOf(child))
  await closed
}

/** How a start ended that was expected to fail: exit code and everything that was printed. */
export const failToStart = async (
  env: Readonly<Record<string, string>>,
  folder?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const place = folder ?? newFolder()
  const running = spawnServer(place, await freePort(), { env })
  const timer = setTimeout(() => running.child.kill('SIGKILL'), startMsMax)
  const [code] = (await once(running.child, 'close')) as [number | null]
  clearTimeout(timer)
  if (folder === undefined) rmSync(place, { recursive: true, force: true })
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

const runCli = (
  folder: string,
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> =>
  new Promise((done) => {
    const child = execFile(
      join(root, 'node_modules/.bin/node'),
      [join(root, 'cli/bin/avow.mjs'), ...args],
      {
        cwd: folder,
        env: { ...cleanEnvironment(), AVOW_DATA: folder, HOME: folder, ...env },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : (child.exitCode ?? -1), stdout, stderr }),
    )
    child.stdin?.end(input)
  })

/** The processes below the server whose command line matches. */
const pidsRunning = ({ child }: Running, pattern: RegExp): number[] =>
  processTree(pidOf(child))
    .filter(({ pid }) => pid !== child.pid && pattern.test(commandOf(pid)))
    .map(({ pid }) => pid)

/** Starts a real Avow on a free port and a fresh folder, and waits until it says that it is ready. */
export const startAvow = async (options: StartOptions = {}): Promise<RunningAvow> => {
  const folder = options.folder ?? newFolder()
  const port = await freePort()
  let running: Running
  let url = ''
  let env = options.env ?? {}

  const launch = async (): Promise<void> => {
    running = spawnServer(folder, port, { ...options, env })
    try {
      url = await untilReady(running)
    } catch (error) {
      if (!hasEnded()) await killTree(pidOf(running.child))
      throw error
    }
  }
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const hasEnded = (): boolean => running.child.exitCode !== null || running.child.signalCode !== null
  await launch()
  const firstRun = JSON.parse(file('first-run.json')) as FirstRun

  return {
    folder,
    firstRun,
    get url() {
      return url
    },
    get operatorToken() {
      return file('operator-token').trim()
    },
    apiKey: firstRun.apiKey,
    get pid() {
      return pidOf(running.child)
    },
    api: (token) => {
      const wanted = token === undefined ? file('operator-token').trim() : token
      return createClient({ baseUrl: url, ...(wanted === null ? {} : { token: wanted }) })
    },
    cli: (args, cliOptions) => runCli(folder, args, cliOptions),
    databasePids: () => pidsRunning(running, /\bpostgres\b/),
    enginePid: () => {
      const [pid, ...more] = pidsRunning(running, / src\/main\.ts .*--model/)
      if (pid === undefined || more.length > 0)
        throw new Error(pid === undefined ? 'the engine does not run' : 'more than one engine runs')
      return pid
    },
    output: () => ({ stdout: running.stdout(), stderr: running.stderr() }),
    stop: async () => {
      const began = performance.now()
      const closed = once(running.child, 'close')
      running.child.kill('SIGTERM')
      const [code] = (await closed) as [number | null]
      return { code, ms: performance.now() - began }
    },
    interrupt: async () => {
      const closed = once(running.child, 'close')
      interruptGroup(pidOf(running.child))
      const [code] = (await closed) as [number | null]
      return { code }
    },
    kill9: async () => {
      const closed = once(running.child, 'close')
      await killTree(pidOf(running.child))
      await closed
    },
    restart: async (more) => {
      env = { ...env, ...more }
      await launch()
    },
    [Symbol.asyncDispose]: async () => {
      if (!hasEnded()) await killTree(pidOf(running.child))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
