/** All of Avow in one process, with its database and its inference engine as children. */
import { readFileSync } from 'node:fs'
import { createApp } from '../app.ts'
import { processEnvironment, readConfig } from '../config.ts'
import { systemClock } from '../platform/clock/index.ts'
import { createConnections, guardConnections, hostOf } from '../platform/egress/index.ts'
import { createLog } from '../platform/log/index.ts'
import { startEmbeddedPostgres } from '../platform/postgres/index.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { setUpFirstRun } from './first-run.ts'
import { listen } from './listen.ts'
import { loadPolicy } from './load-policy.ts'
import { finishRestore } from './restore-plan.ts'
import { runProcess, type Starting } from './run-process.ts'

const root = new URL('../../../', import.meta.url).pathname

const start = async ({ undo, atOnce, say }: Starting): Promise<void> => {
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
    main: null,
    operatorToken: folder.secret('operator-token'),
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

runProcess('avow', start)
