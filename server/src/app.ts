/** The composition root: every part of the server is made and wired here, once, from its arguments. */
import { timingSafeEqual } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import { endpoints } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import type { FastifyInstance, LightMyRequestResponse as InjectedResponse } from 'fastify'
import { type Config, isLoopback } from './config.ts'
import { billingTables, createBilling } from './modules/billing/index.ts'
import { createIdentity, type Identity, identityTables } from './modules/identity/index.ts'
import { createInference, inferenceTables, knownModels } from './modules/inference/index.ts'
import { createOperate } from './modules/operate/index.ts'
import {
  createPrivacy,
  type InnerRequest,
  type InnerResponse,
  type ListeningPoint,
  privacyTables,
} from './modules/privacy/index.ts'
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
import { createEvidenceLog, recordDecision } from './platform/evidence/index.ts'
import {
  createErasureGate,
  createPasswordGate,
  createPurposeGate,
  createRetentionGate,
  createTransportGate,
  noSubjectKeys,
  readForeignKeys,
  subjectProblems,
} from './platform/gates/index.ts'
import { createApi } from './platform/http/index.ts'
import { createJobs, migrateJobs } from './platform/jobs/index.ts'
import { createLog, type Log } from './platform/log/index.ts'
import { createMailer } from './platform/mail/index.ts'
import { createVault, loadMasterKey } from './platform/vault/index.ts'
import { mountHealth } from './start/health.ts'
import { createMetrics } from './start/metrics.ts'
import { serveEvidence } from './start/serve-evidence.ts'
import { servePolicy } from './start/serve-policy.ts'
import { servePages } from './start/serve-static.ts'

/** Every declared column of the running version, libraries' included. */
export const dataMap = [
  ...[...platformTables, ...identityTables, ...billingTables, ...inferenceTables, ...privacyTables].flatMap(mapTable),
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
    await migrate(database.pool, new URL('../migrations', import.meta.url).pathname)
    await migrateJobs(database)
    const findings = await checkCatalogue(database.pool, dataMap)
    if (findings.undeclared.length > 0 || findings.missing.length > 0) throw new CatalogueError(findings)
    const unowned = subjectProblems(dataMap, await readForeignKeys(database.pool))
    if (unowned.length > 0) throw new Error(`the data map does not say whose data this is:\n  ${unowned.join('\n  ')}`)
    // Before anyone has an account nothing depends on the master key: a first start that was cut off may make it.
    const { rowCount } = await database.pool.query('select 1 from person limit 1')
    return { database, isNew: rowCount === 0 }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** A page or an answer of the API, for the checks of the policy. */
const innerResponse = ({ statusCode, headers, body }: InjectedResponse): InnerResponse => {
  const isJson = /\bjson\b/.test(String(headers['content-type']))
  return { status: statusCode, headers, body: isJson ? (JSON.parse(body) as unknown) : body || null }
}

const sameToken =
  (expected: string) =>
  (given: string): boolean => {
    const [a, b] = [Buffer.from(expected), Buffer.from(given)]
    return a.length === b.length && timingSafeEqual(a, b)
  }

/** The gates, the vault and the other platform parts that modules are given. */
const createPlatform = (deps: AppDeps, database: Database, isNew: boolean) => {
  const { config, policy, clock, log, folder } = deps
  const retentionGate = createRetentionGate({ database, clock, policy, map: dataMap })
  if (retentionGate.problems.length > 0) {
    throw new Error(`the policy and the data map do not fit:\n  ${retentionGate.problems.join('\n  ')}`)
  }
  const gates = {
    retention: retentionGate,
    erasure: createErasureGate({ clock, map: dataMap }),
    password: createPasswordGate(policy.password),
    transport: createTransportGate(policy.transport),
    purpose: createPurposeGate(policy, (rule) => {
      void recordDecision(database.direct, clock, { gate: 'purpose', decision: 'refused', rule }).catch(() => undefined)
    }),
  }
  const vault = createVault(loadMasterKey(config.masterKeyFile, isNew))
  const seed = Buffer.from(vault.secretFor('evidence'), 'base64url')
  return {
    database,
    clock,
    policy,
    vault,
    evidence: createEvidenceLog({ database, clock, log: log.child('evidence'), seed, name: 'avow/evidence' }),
    gates,
    mail: createMailer({ database, clock, smtpUrl: config.mail.smtpUrl, from: config.mail.from }),
    jobs: createJobs(database, log.child('jobs')),
    metrics: createMetrics(),
    operatorToken: { matches: sameToken(folder.secret('operator-token')) },
  }
}

type Platform = ReturnType<typeof createPlatform>

/** What is known only once everything is made: the checks of the policy look at it. */
interface Running {
  call(request: InnerRequest): Promise<InnerResponse>
  listening(): ListeningPoint | null
  publicUrl(): string
  isStopping(): boolean
}

const createModules = (deps: AppDeps, platform: Platform, running: Running) => {
  const { config, log, folder, root } = deps
  const { gates } = platform
  const { publicUrl, call, listening } = running
  const identityOn = (database: Database): Identity =>
    createIdentity({
      ...platform,
      database,
      log: log.child('identity'),
      publicUrl,
      passwordGate: gates.password,
      knownModels,
    })
  const identity = identityOn(platform.database)
  const { keyDirectory, keyNames, projectsOf } = identity.api
  const billing = createBilling({
    ...platform,
    databaseUrl: deps.databaseUrl,
    log: log.child('billing'),
    purposeGate: gates.purpose,
    keyNames,
    projectsOf,
    registry: platform.metrics.registry,
    dataDir: folder.path,
    sync: config.usageSync,
  })
  const inference = createInference({
    ...platform,
    log: log.child('inference'),
    purposeGate: gates.purpose,
    keys: keyDirectory,
    metering: billing.metering,
    registry: platform.metrics.registry,
    dataDir: folder.path,
    root,
    config,
  })
  const privacy = createPrivacy({
    ...platform,
    log: log.child('privacy'),
    map: dataMap,
    mailer: platform.mail,
    keys: identity.api.keyDirectory,
    identityOn,
    accounts: identity.api.accounts,
    subjectKeys: noSubjectKeys,
    publicUrl,
    call,
    listening,
    logTo: (destination) => createLog('trace', destination),
    operatorAddress: async () => config.operatorEmail,
  })
  const operate = createOperate({ ...platform, version: config.version, mailer: platform.mail })
  return { identity, billing, inference, privacy, operate }
}

/** The control plane with health and pages, on the routes of all modules. */
const createControlPlane = async (
  deps: AppDeps,
  platform: Platform,
  modules: ReturnType<typeof createModules>,
  running: Running,
) => {
  const { config, root } = deps
  const { identity, billing, inference, privacy, operate } = modules
  const scheme = config.tls === undefined ? 'http' : 'https'
  const api = createApi({
    ...platform,
    log: deps.log.child('api'),
    authorise: identity.authorise,
    routes: [...identity.routes, ...billing.routes, ...inference.routes, ...privacy.routes, ...operate.routes],
    endpoints,
    isOwnOrigin: (origin, host) => origin === running.publicUrl() || origin === `${scheme}://${host ?? ''}`,
    trustedProxies: config.trustedProxies,
    isSecure: scheme === 'https' || config.publicUrl?.startsWith('https:') === true,
    observe: platform.metrics.observe,
  })
  mountHealth(api, {
    database: platform.database,
    registry: platform.metrics.registry,
    isStopping: running.isStopping,
    parts: () => [billing.part(), ...inference.parts()],
    mayReadMetrics: platform.operatorToken.matches,
  })
  serveEvidence(api, platform.evidence)
  servePolicy(api, {
    policy: deps.policy,
    operatorAddress: async () => config.operatorEmail,
    newestReport: privacy.api.newestReport,
  })
  const pages = { consoleDir: `${root}console/dist`, docsDir: `${root}site/.vitepress/dist` }
  await servePages(api, pages, scheme === 'https')
  await api.ready()
  return api
}

/**
 * Makes the whole application on a database.
 * @throws CatalogueError when the database and the data map differ; Error when the map cannot keep the policy's periods
 */
export const createApp = async (deps: AppDeps): Promise<App> => {
  const { config } = deps
  const { database, isNew } = await openAndCheck(deps)
  const platform = createPlatform(deps, database, isNew)
  let url = ''
  let isStopping = false
  let api: FastifyInstance | undefined
  const running: Running = {
    publicUrl: () => config.publicUrl ?? url,
    isStopping: () => isStopping,
    listening: () =>
      url === '' ? null : { host: config.host, port: Number(new URL(url).port), isTls: config.tls !== undefined },
    call: async ({ method, path, body, headers }) => {
      if (api === undefined) throw new Error('the control plane is not made yet')
      const response = await api.inject({
        method,
        url: path,
        headers: { ...headers },
        ...(body === undefined ? {} : { payload: body }),
      })
      return innerResponse(response)
    },
  }
  const modules = createModules(deps, platform, running)
  const { identity, billing, inference, privacy } = modules
  const controlPlane = await createControlPlane(deps, platform, modules, running)
  api = controlPlane

  const onRequest: RequestListener = (request, response) => {
    if (request.url?.startsWith('/v1/') === true || request.url === '/v1') inference.gateway(request, response)
    else controlPlane.routing(request, response)
  }
  const wish = { host: config.host, isLoopback: isLoopback(config.host), tls: config.tls }
  const listener = platform.gates.transport.createListener(wish, onRequest)
  listener.keepAliveTimeout = 65_000

  return {
    database,
    identity,
    listener,
    start: async (address) => {
      url = address
      platform.evidence.start()
      await identity.start()
      await billing.start()
      await inference.start()
      await platform.jobs.start([
        ...platform.mail.jobs,
        ...identity.jobs,
        ...billing.jobs,
        ...inference.jobs,
        ...privacy.jobs,
      ])
      await privacy.start()
    },
    whenReady: (say) => inference.whenReady(say),
    stop: async () => {
      isStopping = true
      await inference.drain()
      await platform.jobs.stop()
      await controlPlane.close()
      listener.closeAllConnections()
      await inference.stop()
      await billing.stop()
      await identity.stop()
      await platform.evidence.stop()
      await database.close()
    },
  }
}
