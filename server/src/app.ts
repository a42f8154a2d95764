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
import { type Database, libraryColumns, mapTable, platformTables } from './platform/db/index.ts'
import { createEvidenceLog, recordDecision } from './platform/evidence/index.ts'
import {
  createErasureGate,
  createPasswordGate,
  createPurposeGate,
  createRetentionGate,
  createTransportGate,
} from './platform/gates/index.ts'
import { createApi } from './platform/http/index.ts'
import { createJobs, type Job } from './platform/jobs/index.ts'
import { createLog, type Log } from './platform/log/index.ts'
import { createMailer } from './platform/mail/index.ts'
import { shredding, type Vault, vaultColumns } from './platform/vault/index.ts'
import { mountHealth } from './start/health.ts'
import { createMetrics } from './start/metrics.ts'
import { openStorage } from './start/open-storage.ts'
import { serveEvidence } from './start/serve-evidence.ts'
import { servePolicy } from './start/serve-policy.ts'
import { servePages } from './start/serve-static.ts'

/** Every declared column of the running version, libraries' included. */
export const dataMap = [
  ...[...platformTables, ...identityTables, ...billingTables, ...inferenceTables, ...privacyTables].flatMap(mapTable),
  ...libraryColumns,
  ...vaultColumns,
]

export interface AppDeps {
  config: Config
  policy: CompiledPolicy
  databaseUrl: string
  /** The same database as the vault's own role. */
  vaultDatabaseUrl: string
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
const createPlatform = (deps: AppDeps, database: Database, vault: Vault) => {
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
  const seed = Buffer.from(vault.secretFor('evidence'), 'base64url')
  return {
    database,
    clock,
    policy,
    vault,
    evidence: createEvidenceLog({ database, clock, log: log.child('evidence'), seed, name: 'avow/evidence' }),
    gates,
    mail: createMailer({ database, clock, vault, smtpUrl: config.mail.smtpUrl, from: config.mail.from }),
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
    subjectKeys: shredding(platform.vault),
    publicUrl,
    call,
    listening,
    logTo: (destination) => createLog('trace', destination),
    files: {
      database: config.databaseUrl === undefined ? `${folder.path}/postgres` : null,
      others: [`${folder.path}/journal`],
    },
    operatorAddress: async () => config.operatorEmail,
  })
  const operate = createOperate({
    ...platform,
    version: config.version,
    mailer: platform.mail,
    map: dataMap,
    log: log.child('vault'),
  })
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

const jobsOf = (platform: Platform, modules: ReturnType<typeof createModules>): Job[] =>
  [platform.mail, ...Object.values(modules)].flatMap((part) => part.jobs)

/**
 * Makes the whole application on a database.
 * @throws CatalogueError when the database and the data map differ; Error when the map cannot keep the policy's periods
 */
export const createApp = async (deps: AppDeps): Promise<App> => {
  const { config } = deps
  const { database, vault } = await openStorage({ ...deps, map: dataMap })
  const platform = createPlatform(deps, database, vault)
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
  const { identity, billing, inference, privacy, operate } = modules
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
      await platform.jobs.start(jobsOf(platform, modules))
      await privacy.start()
      await operate.start()
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
      await vault.close()
      await database.close()
    },
  }
}
