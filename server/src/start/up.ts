/** All of Avow in one process, with its database and its inference engine as children. */
import { readFileSync } from 'node:fs'
import { createApp } from '../app.ts'
import { ConfigError, processEnvironment, readConfig } from '../config.ts'
import { systemClock } from '../platform/clock/index.ts'
import { CatalogueError } from '../platform/db/index.ts'
import { createConnections, guardConnections, hostOf } from '../platform/egress/index.ts'
import { TransportRefused } from '../platform/gates/index.ts'
import { createLog } from '../platform/log/index.ts'
import { startEmbeddedPostgres } from '../platform/postgres/index.ts'
import { type DataFolder, FolderInUse, openDataFolder } from './data-folder.ts'
import { setUpFirstRun } from './first-run.ts'
import { listen, PortInUse } from './listen.ts'
import { loadPolicy, PolicyError } from './load-policy.ts'
import { finishRestore, RestoreUnfinished } from './restore-plan.ts'

const root = new URL('../../../', import.meta.url).pathname
const stopMsMax = 9500

/** What a person can mend is said in words; anything else with its stack. */
const explain = (error: unknown): string => {
  const isKnown = [
    ConfigError,
    PolicyError,
    FolderInUse,
    PortInUse,
    CatalogueError,
    TransportRefused,
    RestoreUnfinished,
  ].some((kind) => error instanceof kind)
  if (isKnown && error instanceof Error) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

type Undo = () => Promise<void> | void

const start = async (undo: Undo[], say: (line: string) => void): Promise<void> => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
  const config = readConfig(processEnvironment(), version)
  const policyFile = loadPolicy(config.policy, `${root}policies`, say)
  const log = createLog(config.logLevel)
  const connections = createConnections(config.airGap)
  guardConnections(connections)
  const folder: DataFolder = openDataFolder(config.dataDir)
  undo.push(() => folder.release())
  await finishRestore(folder.path)

  let databaseUrl = config.databaseUrl
  let vaultDatabaseUrl = config.vaultDatabaseUrl ?? databaseUrl ?? ''
  if (databaseUrl === undefined) {
    say('starting the database')
    const postgres = await startEmbeddedPostgres(
      folder.path,
      folder.secret('secrets/database-password'),
      log.child('database'),
    )
    undo.push(() => postgres.stop())
    atOnce.push(() => postgres.abandon())
    databaseUrl = postgres.url
    vaultDatabaseUrl = postgres.vaultUrl
  }
  for (const url of [databaseUrl, vaultDatabaseUrl]) connections.permit(hostOf(new URL(url)), 'database')

  say('checking the database against the data map')
  const app = await createApp({
    config,
    policyFile,
    databaseUrl,
    vaultDatabaseUrl,
    clock: systemClock,
    log,
    connections,
    say,
    folder,
    root,
  })
  undo.push(() => app.stop())
  const listening = await listen(app.listener, config)
  undo.push(() => listening.stopAccepting())
  await app.start(listening.url)

  const firstRun = await setUpFirstRun({
    folder,
    identity: app.identity,
    database: app.database.for('account', 'security', 'legal'),
    email: config.operatorEmail,
    url: listening.url,
  })
  folder.writeJson('server.json', { url: listening.url, pid: process.pid, version })
  undo.push(() => folder.remove('server.json'))
  await app.whenReady(say)
  if (firstRun.isNew)
    say(`first start: the operator's sign-in and a first API key are in ${folder.path}/first-run.json`)
  process.stdout.write(`avow ready ${listening.url}\n`)
}

const undo: Undo[] = []
/** What ends the processes below this one when there is no more time to stop them in order. */
const atOnce: (() => void)[] = []
let stopping = false

const stop = async (code: number): Promise<void> => {
  if (stopping) return
  stopping = true
  setTimeout(() => {
    process.stderr.write(
      `the stop took longer than ${stopMsMax / 1000} s and was cut short; nothing booked is lost, the next start recovers\n`,
    )
    for (const end of atOnce) end()
    process.exit(code === 0 ? 1 : code)
  }, stopMsMax).unref()
  for (const step of undo.reverse()) {
    try {
      await step()
    } catch (error) {
      process.stderr.write(`while stopping: ${explain(error)}\n`)
    }
  }
  process.exit(code)
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

start(undo, (line) => process.stderr.write(`avow: ${line}\n`)).catch((error: unknown) => {
  process.stderr.write(`avow does not start: ${explain(error)}\n`)
  void stop(1)
})
