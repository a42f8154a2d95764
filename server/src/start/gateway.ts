/** A process that answers calls under /v1 and nothing else, beside the main process on the same database. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, processEnvironment, readConfig } from '../config.ts'
import { createGatewayApp, type GatewayApp } from '../gateway-app.ts'
import { systemClock } from '../platform/clock/index.ts'
import { type Connections, createConnections, guardConnections, hostOf } from '../platform/egress/index.ts'
import { createLog, describeError } from '../platform/log/index.ts'
import { findEmbeddedPostgres } from '../platform/postgres/index.ts'
import type { PartDeps } from './create-platform.ts'
import { type DataFolder, FolderInUse, filesIn, gatewaysFolder, isFolderHeld, openDataFolder } from './data-folder.ts'
import { listen } from './listen.ts'
import { DatabaseNotReady } from './open-storage.ts'
import { runProcess, type Starting, undoAll } from './run-process.ts'

const root = new URL('../../../', import.meta.url).pathname
const lookEveryMs = 1000

type Addresses = Pick<PartDeps, 'databaseUrl' | 'vaultDatabaseUrl'>

/** Of the embedded database the main process may have moved to another port. */
const findDatabase = ({ databaseUrl, vaultDatabaseUrl, dataDir }: Config): Addresses => {
  if (databaseUrl !== undefined) return { databaseUrl, vaultDatabaseUrl: vaultDatabaseUrl ?? databaseUrl }
  const name = 'secrets/database-password'
  const found = existsSync(join(dataDir, name)) ? findEmbeddedPostgres(dataDir, filesIn(dataDir).secret(name)) : null
  if (found === null)
    throw new DatabaseNotReady(
      `no database runs on ${dataDir}. Start the main process there first (npm start), or set DATABASE_URL as it has it`,
    )
  return { databaseUrl: found.url, vaultDatabaseUrl: found.vaultUrl }
}

const permit = (connections: Connections, { databaseUrl, vaultDatabaseUrl }: Addresses): void => {
  for (const url of [databaseUrl, vaultDatabaseUrl]) connections.permit(hostOf(new URL(url)), 'database')
}

/** Resolves when the app has to be made anew: another policy is in force, a backup is restored, the database has moved. */
const untilOutdated = async (app: GatewayApp, config: Config, databaseUrl: string): Promise<void> => {
  for (;;) {
    await sleep(lookEveryMs, undefined, { ref: false })
    try {
      if (!(await app.isCurrent())) return
    } catch {
      if (hasMoved(config, databaseUrl)) return
    }
  }
}

const hasMoved = (config: Config, databaseUrl: string): boolean => {
  try {
    return findDatabase(config).databaseUrl !== databaseUrl
  } catch {
    return false
  }
}

/** The main process may have the folder for moments, to carry what was left in it. */
const openWhenFree = async (path: string): Promise<DataFolder> => {
  for (let tries = 1; ; tries++) {
    try {
      return openDataFolder(path)
    } catch (error) {
      if (!(error instanceof FolderInUse) || tries === 5) throw error
      await sleep(lookEveryMs)
    }
  }
}

const start = async ({ undo, say }: Starting): Promise<void> => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
  const config = readConfig(processEnvironment(), version)
  const log = createLog(config.logLevel)
  const connections = createConnections(config.airGap)
  guardConnections(connections)
  findDatabase(config)
  const [path, name] = [config.dataDir, 'operator-token']
  const folder = await openWhenFree(join(gatewaysFolder(path), config.gateway))
  undo.push(() => folder.release())
  const isBesideMain = existsSync(join(path, name))
  const main = { path, isAlive: () => (isBesideMain ? isFolderHeld(path) : null) }
  const operatorToken = (isBesideMain ? filesIn(path) : folder).secret(name)
  const parts = { config, main, clock: systemClock, log, say, connections, folder, root, operatorToken }

  let port = config.port
  const serve = async (ending: Starting['undo']) => {
    const addresses = findDatabase(config)
    permit(connections, addresses)
    const app = await createGatewayApp({ ...parts, ...addresses })
    ending.push(() => app.stop())
    await app.start()
    const listening = await listen(app.listener, { ...config, port })
    ending.push(() => listening.stopAccepting())
    port = Number(new URL(listening.url).port) || port
    folder.writeJson('server.json', { url: listening.url, pid: process.pid, version })
    return { url: listening.url, outdated: untilOutdated(app, config, addresses.databaseUrl) }
  }

  const ending: Starting['undo'] = []
  undo.push(() => folder.remove('server.json'))
  undo.push(() => undoAll(ending))
  const first = await serve(ending)
  process.stdout.write(`avow ready ${first.url}\n`)
  let { outdated } = first
  for (;;) {
    await outdated
    say('what the main process put in force changed; beginning anew')
    await undoAll(ending)
    for (;;) {
      try {
        outdated = (await serve(ending)).outdated
        break
      } catch (error) {
        await undoAll(ending)
        log.warn({ event: 'gateway-waits', ...describeError(error) }, 'the gateway cannot begin anew and tries again')
        await sleep(lookEveryMs)
      }
    }
    say(`goes on at port ${port}`)
  }
}

runProcess('avow gateway', start)
