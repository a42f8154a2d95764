/** The composition root: every part of the server is made and wired here, once, from its arguments. */
import { timingSafeEqual } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import { endpoints } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import { type Config, isLoopback } from './config.ts'
import { createIdentity, type Identity, identityTables } from './modules/identity/index.ts'
import { createInference, inferenceTables } from './modules/inference/index.ts'
import { createOperate } from './modules/operate/index.ts'
import { createPrivacy, privacyTables } from './modules/privacy/index.ts'
import type { Clock } from './platform/clock/index.ts'
import {
  CatalogueError,
  checkCatalogue,
  type Database,
  libraryColumns,
  mapTable,
  migrate,
  openDatabase,
  platformTables,
} from './platform/db/index.ts'
import { recordDecision } from './platform/evidence/index.ts'
import {
  createPasswordGate,
  createPurposeGate,
  createRetentionGate,
  createTransportGate,
} from './platform/gates/index.ts'
import { createApi } from './platform/http/index.ts'
import { createJobs, migrateJobs } from './platform/jobs/index.ts'
import type { Log } from './platform/log/index.ts'
import { createMailer } from './platform/mail/index.ts'
import { createVault, loadMasterKey } from './platform/vault/index.ts'
import { mountHealth } from './start/health.ts'
import { createMetrics } from './start/metrics.ts'
import { servePages } from './start/serve-static.ts'

/** Every declared column of the running version, libraries' included. */
export const dataMap = [
  ...[...platformTables, ...identityTables, ...inferenceTables, ...privacyTables].flatMap(mapTable),
  ...libraryColumns,
]

export interface AppDeps {
  config: Config
  policy: CompiledPolicy
  databaseUrl: string
  clock: Clock
  log: Log
  /** Secrets by name, made on first use. */
  folder: { path: string; secret(name: string): string }
  /** The checkout: where the engine, the console and the docs are. */
  root: string
}

export interface App {
  readonly database: Database
  readonly identity: Identity
  /** Not listening yet. */
  readonly listener: Server
  /** Starts jobs and background work once the address is known. */
  start(url: string): Promise<void>
  /** Settles when every part answers. */
  whenReady(say: (line: string) => void): Promise<void>
  /** Ends work in order; nothing that was answered is lost. */
  stop(): Promise<void>
}

const openAndCheck = async (deps: AppDeps): Promise<{ database: Database; isNew: boolean }> => {
  const database = openDatabase(deps.databaseUrl, 20, (error) =>
    deps.log.warn({ event: 'database-connection-lost', error: error.name }, 'an idle database connection was lost'),
  )
  try {
    const applied = await migrate(database.pool, new URL('../migrations', import.meta.url).pathname)
    await migrateJobs(database)
    const findings = await checkCatalogue(database.pool, dataMap)
    if (findings.undeclared.length > 0 || findings.missing.length > 0) throw new CatalogueError(findings)
    return { database, isNew: applied.includes('0001-platform.sql') }
  } catch (error) {
    await database.close()
    throw error
  }
}

const sameToken =
  (expected: string) =>
  (given: string): boolean => {
    const [a, b] = [Buffer.from(expected), Buffer.from(given)]
    return a.length === b.length && timingSafeEqual(a, b)
  }

/**
 * Makes the whole application on a database.
 * @throws CatalogueError when the database and the data map differ; Error when the map cannot keep the policy's periods
 */
export const createApp = async (deps: AppDeps): Promise<App> => {
  const { config, policy, clock, log, folder } = deps
  const { database, isNew } = await openAndCheck(deps)
  const vault = createVault(loadMasterKey(config.masterKeyFile, isNew))
  const metrics = createMetrics()
  const passwordGate = createPasswordGate(policy.password)
  const retentionGate = createRetentionGate({ database, clock, policy, map: dataMap })
  if (retentionGate.problems.length > 0)
    throw new Error(`the policy and the data map do not fit:\n  ${retentionGate.problems.join('\n  ')}`)
  const purposeGate = createPurposeGate(policy, (rule) => {
    void recordDecision(database.direct, clock, { gate: 'purpose', decision: 'refused', rule }).catch(() => undefined)
  })
  const transportGate = createTransportGate(policy.transport)
  const mailer = createMailer({ database, clock, smtpUrl: config.mail.smtpUrl, from: config.mail.from })
  const jobs = createJobs(database, log.child('jobs'))

  let url = ''
  const publicUrl = (): string => config.publicUrl ?? url

  const identity = createIdentity({
    database,
    clock,
    log: log.child('identity'),
    vault,
    policy,
    mail: mailer,
    passwordGate,
    publicUrl,
    operatorToken: { matches: sameToken(folder.secret('operator-token')) },
  })
  const inference = createInference({
    database,
    clock,
    log: log.child('inference'),
    vault,
    purposeGate,
    keys: identity.api.keyDirectory,
    keyNames: identity.api.keyNames,
    projectsOf: identity.api.projectsOf,
    metrics: metrics.registry,
    dataDir: folder.path,
    root: deps.root,
    config,
  })
  const privacy = createPrivacy({
    database,
    clock,
    log: log.child('privacy'),
    policy,
    map: dataMap,
    retentionGate,
    passwordGate,
    purposeGate,
    transportGate,
    vault,
  })
  const operate = createOperate({ version: config.version, policy, mailer, clock })

  const api = createApi({
    database,
    clock,
    log: log.child('api'),
    authorise: identity.authorise,
    routes: [...identity.routes, ...inference.routes, ...privacy.routes, ...operate.routes],
    endpoints,
    isOwnOrigin: (origin, host) =>
      [publicUrl(), url].includes(origin) ||
      origin === `${config.tls === undefined ? 'http' : 'https'}://${host ?? ''}`,
    isSecure: config.tls !== undefined || publicUrl().startsWith('https:'),
    observe: metrics.observe,
  })
  let isStopping = false
  mountHealth(api, {
    database,
    registry: metrics.registry,
    isStopping: () => isStopping,
    parts: () => inference.parts(),
    mayReadMetrics: sameToken(folder.secret('operator-token')),
  })
  await servePages(
    api,
    { consoleDir: `${deps.root}console/dist`, docsDir: `${deps.root}site/.vitepress/dist` },
    config.tls !== undefined,
  )
  await api.ready()

  const onRequest: RequestListener = (request, response) => {
    if (request.url?.startsWith('/v1/') === true || request.url === '/v1') inference.gateway(request, response)
    else api.routing(request, response)
  }
  const listener = transportGate.createListener(
    { host: config.host, isLoopback: isLoopback(config.host), tls: config.tls },
    onRequest,
  )
  listener.keepAliveTimeout = 65_000

  return {
    database,
    identity,
    listener,
    start: async (address) => {
      url = address
      await inference.start()
      await jobs.start([...mailer.jobs, ...identity.jobs, ...inference.jobs, ...privacy.jobs])
      await privacy.start(address)
    },
    whenReady: (say) => inference.whenReady(say),
    stop: async () => {
      isStopping = true
      await inference.drain()
      await jobs.stop()
      await api.close()
      listener.closeAllConnections()
      await inference.stop()
      await identity.stop()
      await database.close()
    },
  }
}
