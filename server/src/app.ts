/** The composition root: every part of the server is made and wired here, once, from its arguments. */
import type { Server } from 'node:http'
import { endpoints } from '@avow/contract'
import type { Billing } from './modules/billing/index.ts'
import { createIdentity, type Identity, type IdentityDeps } from './modules/identity/index.ts'
import {
  createInference,
  type Inference,
  knownModels,
  livingGateways,
  type Throttles,
} from './modules/inference/index.ts'
import { createOperate } from './modules/operate/index.ts'
import { createPlacement, type Placement } from './modules/placement/index.ts'
import {
  createPrivacy,
  findPastVersions,
  findWaitingPolicy,
  followActs,
  replayErasures,
} from './modules/privacy/index.ts'
import type { Database, OpenDatabase } from './platform/db/index.ts'
import {
  createStrangerDoor,
  guessedKey,
  recordedUnwanted,
  type Strangers,
  type Suspicion,
} from './platform/gates/index.ts'
import { createApi, createCallerAddress, type Route } from './platform/http/index.ts'
import type { Job } from './platform/jobs/index.ts'
import { createLog } from './platform/log/index.ts'
import { serveUnsubscribe } from './platform/mail/index.ts'
import { shredding } from './platform/vault/index.ts'
import { createAdoption } from './start/adopt-journals.ts'
import { createBillingIn } from './start/billing-in.ts'
import { misfits } from './start/choose-policy.ts'
import { type AppDeps, createPlatform, type PartDeps, type Platform } from './start/create-platform.ts'
import { gatewaysFolder } from './start/data-folder.ts'
import { dataMap } from './start/data-map.ts'
import { floodRulesOf, spendRuleOf, spendRulesOf } from './start/flood-rules.ts'
import { gatewayFacts } from './start/gateway-facts.ts'
import { mountHealth } from './start/health.ts'
import { containersOf } from './start/open-containers.ts'
import { openGuarded } from './start/open-guarded.ts'
import { configuredParties } from './start/open-outward-gates.ts'
import { guardRestore } from './start/restore-guard.ts'
import { createListener, createRunning, type Running, type RunningState } from './start/running.ts'
import { serveBrowserGuard } from './start/serve-browser-guard.ts'
import { serveEvidence } from './start/serve-evidence.ts'
import { servePolicy } from './start/serve-policy.ts'
import { serveSignals } from './start/serve-signals.ts'
import { servePages } from './start/serve-static.ts'

export { type AppDeps, backedUpFolders } from './start/create-platform.ts'
export { dataMap } from './start/data-map.ts'

export interface App {
  readonly database: OpenDatabase
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

/** The privacy module, which looks at all the others. */
const createPolicyThatRuns = (
  deps: PartDeps,
  platform: Platform,
  { publicUrl, call, listening, readers }: Running,
  identityOn: (database: Database, changed?: Partial<IdentityDeps>) => Identity,
  { identity, inference, placement }: { identity: Identity; inference: Inference; placement: Placement },
) => {
  const { config, folder, log } = deps
  return createPrivacy({
    ...platform,
    database: platform.database.duty('check'),
    databases: platform.database,
    log: log.child('privacy'),
    map: dataMap,
    mailer: platform.mail,
    keys: identity.api.keyDirectory,
    identityOn,
    accounts: identity.api.accounts,
    misfits: misfits({ ...platform, database: platform.database.duty('retention'), map: dataMap }),
    subjectKeys: shredding(platform.vault),
    configured: configuredParties(deps),
    shownModels: inference.shownModels,
    databaseUrl: deps.databaseUrl,
    floods: floodRulesOf(config.floods),
    spendRules: spendRulesOf(config.spend),
    limits: placement.limits,
    ...{ publicUrl, call, listening, readers },
    logTo: (destination) => createLog('trace', destination),
    replayErasures,
    files: {
      database: config.databaseUrl === undefined ? `${folder.path}/postgres` : null,
      others: [`${folder.path}/journal`, ...(deps.main === null ? [gatewaysFolder(folder.path)] : [])],
    },
    operatorAddress: async () =>
      (await identity.api.operatorAddress(platform.database.for('account').direct)) ?? config.operatorEmail,
  })
}

/** Who holds floods off, for those who are made before. */
interface Guarded {
  readonly strangers: Omit<Strangers, 'take' | 'flush'>
  readonly throttles: Throttles
}

/** The gateway with the models behind it. */
const createModels = (
  deps: PartDeps,
  platform: Platform,
  of: { identity: Identity; billing: Billing; placement: Placement; suspect: (suspicion: Suspicion) => void } & Guarded,
): Inference => {
  const { config, log, folder, root } = deps
  const { gates, database: databases } = platform
  return createInference({
    ...platform,
    limits: of.placement.limits,
    database: databases.for('provide'),
    lawful: databases.for('provide', 'legal'),
    books: databases.for('provide', 'billing'),
    databaseUrl: deps.databaseUrl,
    map: dataMap,
    log: log.child('inference'),
    purposeGate: gates.purpose,
    keys: of.identity.api.keyDirectory,
    keyById: of.identity.api.keyDirectory.findById,
    projectsOf: of.identity.api.projectsOf,
    keyNames: of.identity.api.keyNames,
    keyRefused: (ipAddress) => of.suspect(guessedKey(ipAddress)),
    ...{ strangers: of.strangers, throttles: of.throttles },
    addressOf: createCallerAddress(config.trustedProxies),
    bodiesRefused: (rule) => platform.refusals.note('bodies', rule),
    metering: of.billing.metering,
    spending: of.billing.spending,
    registry: platform.metrics.registry,
    containers: containersOf(deps),
    dataDir: deps.main?.path ?? folder.path,
    self: gatewayFacts(deps),
    isLenderAlive: deps.main?.isAlive ?? null,
    root,
    config,
  })
}

/** Every module, made and wired once. */
export const createModules = (deps: PartDeps, platform: Platform, running: Running) => {
  const { config, log, folder } = deps
  const { gates, database: databases } = platform
  const { publicUrl } = running
  const suspect = (suspicion: Suspicion): void => privacy.api.suspect(suspicion)
  const identityOn = (database: Database, changed: Partial<IdentityDeps> = {}): Identity =>
    createIdentity({
      ...platform,
      database,
      databaseUrl: deps.databaseUrl,
      log: log.child('identity'),
      publicUrl,
      passwordGate: gates.password,
      knownModels,
      acted: followActs(platform),
      ...changed,
    })
  const identity = identityOn(databases.for('account', 'security', 'legal'), { suspect })
  const billing = createBillingIn(deps, platform, identity, publicUrl)(folder, platform.metrics.registry, {
    spendWatch: { rule: spendRuleOf(config.spend), tell: (spend) => privacy.api.suddenSpend(spend) },
  })
  const placement = createPlacement({
    ...platform,
    database: databases.for('provide'),
    databaseUrl: deps.databaseUrl,
    placement: gates.placement,
    egress: gates.egress,
    log: log.child('placement'),
    refused: (rule) => platform.refusals.note('placement', rule),
  })
  const strangers: Guarded['strangers'] = {
    blockOf: (ipAddress) => privacy.api.strangers.blockOf(ipAddress),
    note: (...about) => privacy.api.strangers.note(...about),
    remember: (credential) => privacy.api.strangers.remember(credential),
    isKnown: (credential) => privacy.api.strangers.isKnown(credential),
  }
  const inference = createModels(deps, platform, {
    ...{ identity, billing, placement, suspect, strangers },
    throttles: { of: (id) => privacy.api.throttles.of(id) },
  })
  const privacy = createPolicyThatRuns(deps, platform, running, identityOn, { identity, inference, placement })
  const operate = createOperate({
    ...platform,
    database: databases.for('security', 'legal'),
    version: config.version,
    mailer: platform.mail,
    map: dataMap,
    log: log.child('vault'),
    backupEvery: config.backups.every,
  })
  return { identity, billing, placement, inference, privacy, operate }
}

type Modules = ReturnType<typeof createModules> & { readonly adoption: ReturnType<typeof createAdoption> }

/** The control plane with health and pages, on the routes of all modules. */
const createControlPlane = async (deps: AppDeps, platform: Platform, modules: Modules, running: Running) => {
  const { config, root } = deps
  const { identity, billing, inference, privacy } = modules
  const scheme = config.tls === undefined ? 'http' : 'https'
  const api = createApi({
    ...platform,
    log: deps.log.child('api'),
    authorise: identity.authorise,
    routes: routesOf(modules),
    endpoints,
    isOwnOrigin: (origin, host) => origin === running.publicUrl() || origin === `${scheme}://${host ?? ''}`,
    trustedProxies: config.trustedProxies,
    isSecure: scheme === 'https' || config.publicUrl?.startsWith('https:') === true,
    unwanted: recordedUnwanted({ ...platform, database: platform.database.for('legal') }),
    observe: platform.metrics.observe,
    door: createStrangerDoor(privacy.api.strangers, deps.clock.nowMs, (credential) =>
      platform.operatorToken.matches(credential.replace(/^Bearer /i, '')),
    ),
    visited: platform.accessLog.note,
  })
  mountHealth(api, {
    database: platform.database,
    registry: platform.metrics.registry,
    isStopping: running.isStopping,
    parts: () => [...running.restore(), billing.part(), ...inference.parts()],
    mayReadMetrics: platform.operatorToken.matches,
  })
  serveEvidence(api, platform.evidence)
  servePolicy(api, {
    policy: platform.policy,
    waiting: () => findWaitingPolicy(platform.database.for('legal').direct),
    history: () => findPastVersions(platform.database.for('legal').direct),
    operatorAddress: async () =>
      (await identity.api.operatorAddress(platform.database.for('account').direct)) ?? config.operatorEmail,
    newestReport: privacy.api.newestReport,
  })
  serveSignals(api, platform.policy)
  serveBrowserGuard(api, platform.policy)
  await serveUnsubscribe(api, { ...platform, database: platform.database.for('legal') })
  const pages = { consoleDir: `${root}console/dist`, docsDir: `${root}site/.vitepress/dist` }
  await servePages(api, pages, scheme === 'https')
  await api.ready()
  return api
}

const routesOf = (modules: Modules): Route[] => Object.values(modules).flatMap((module) => module.routes)

const jobsOf = (platform: Platform, modules: Modules): Job[] =>
  [platform.mail, platform.accessLog, ...Object.values(modules)].flatMap((part) => part.jobs)

/**
 * Makes the whole application on a database.
 * @throws CatalogueError when the database and the data map differ; Error when the map cannot keep the policy's periods
 */
export const createApp = async (deps: AppDeps): Promise<App> => {
  const { config } = deps
  const guarded = await openGuarded({ ...deps, map: dataMap })
  const { database, vault } = guarded
  const state: RunningState = { url: '', isStopping: false }
  const running = createRunning(config, state)
  const platform = createPlatform(deps, { ...guarded, publicUrl: running.publicUrl })
  const adoption = (identity: Identity) =>
    createAdoption({
      ...{ ...deps, log: deps.log.child('billing'), gateways: gatewaysFolder(deps.folder.path) },
      living: () => livingGateways(database.for('provide').direct),
      billingIn: createBillingIn(deps, platform, identity, running.publicUrl),
    })
  const made = createModules(deps, platform, running)
  const modules = { ...made, adoption: adoption(made.identity) }
  const { identity, billing, placement, inference, privacy, operate } = modules
  const lawful = { ...deps, database: database.for('legal') }
  const guard = await guardRestore(lawful, billing.flush, privacy.api.replayErasures)
  const controlPlane = await createControlPlane(deps, platform, modules, running)
  const readers = { routes: routesOf(modules), jobs: jobsOf(platform, modules) }
  Object.assign(state, { guard, api: controlPlane, readers })

  const listener = createListener(config, platform.gates.transport, guard, (path) =>
    path === '/v1' || path.startsWith('/v1/') ? inference.gateway : controlPlane.routing,
  )

  return {
    database,
    identity,
    listener,
    start: async (address) => {
      state.url = address
      await guard.finish()
      platform.evidence.start()
      for (const part of [platform.accessLog, identity, billing, placement, inference]) await part.start()
      await platform.jobs.start(jobsOf(platform, modules))
      await privacy.start()
      await operate.start()
    },
    whenReady: (say) => inference.whenReady(say),
    stop: async () => {
      state.isStopping = true
      privacy.drain()
      await inference.drain()
      await privacy.stop()
      await platform.jobs.stop()
      await controlPlane.close()
      listener.closeAllConnections()
      for (const part of [platform.accessLog, inference, billing, placement, identity]) await part.stop()
      await platform.refusals.flush()
      await platform.evidence.stop()
      await vault.close()
      await database.close()
    },
  }
}
