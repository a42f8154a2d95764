import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClauseReport, type CompiledPolicy, compilePolicy, parsePolicy } from '@avow/policy'
import { type Backups, createBackups, takeBackupKey } from '../../platform/backups/index.ts'
import { type Clock, systemClock } from '../../platform/clock/index.ts'
import { type Database, type MappedColumn, withReadings } from '../../platform/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { createConnections } from '../../platform/egress/index.ts'
import { createEvidenceLog, type EvidenceLog } from '../../platform/evidence/index.ts'
import {
  createDisclosures,
  createEgressGate,
  createErasureGate,
  createPasswordGate,
  createPeopleGates,
  createPlacementGate,
  createPurposeGate,
  createRetentionGate,
  createStanding,
  createTransportGate,
  type FloodRules,
  type PurposeGate,
  type SubjectKeys,
} from '../../platform/gates/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { createMailer, createMarketingGate, type Mailer } from '../../platform/mail/index.ts'
import { shredding, type Vault } from '../../platform/vault/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { createCallOrigins, openProbeBooks } from '../billing/index.ts'
import { createAccessLog, createIdentity, type Identity, type IdentityDeps } from '../identity/index.ts'
import { openProbeBodies, type ProbeBodiesOn } from '../inference/index.ts'
import { createOrganisationLimits, type OrganisationLimits } from '../placement/index.ts'
import type { CheckedSystem } from './check.ts'
import { followActs, routesOn } from './index.ts'
import { createVerifyJob } from './jobs.ts'
import { replayErasures } from './rights/index.ts'
import { verifyPolicy } from './verify-policy.ts'
import { type SettledPolicy, settlePolicy } from './versions/index.ts'

/** What a policy was compiled from. */
const texts = new WeakMap<CompiledPolicy, string>()

const compileText = (file: string, text: string): CompiledPolicy => {
  const parsed = parsePolicy(text, file)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const policy = compilePolicy(parsed.policy)
  texts.set(policy, text)
  return policy
}
const readShipped = (name: string): string =>
  readFileSync(new URL(`../../../../policies/${name}.yaml`, import.meta.url), 'utf8')

export const starterText = readShipped('starter')

type TextChange = readonly [from: string, to: string]

/** A policy that comes with the product, with pieces of its text replaced. */
export const shippedPolicy = (name: string, ...changes: readonly TextChange[]): CompiledPolicy => {
  const text = changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`${name} has no ${from}`)
    return result.replace(from, to)
  }, readShipped(name))
  return compileText(`${name}.yaml`, text)
}

export const starterPolicy = (...changes: readonly TextChange[]): CompiledPolicy => shippedPolicy('starter', ...changes)

export interface TestSystem extends CheckedSystem {
  readonly mailer: Pick<Mailer, 'write' | 'mode' | 'compose'>
  readonly evidence: EvidenceLog
  readonly accounts: Identity['api']['accounts']
  readonly subjectKeys: SubjectKeys
  readonly publicUrl: () => string
  readonly settled: SettledPolicy
  readonly databaseUrl: string
  readonly misfits: (policy: CompiledPolicy) => readonly string[]
  readonly database: TestDatabase
  readonly backups: Backups
  /** Knows nothing before its `start`. */
  readonly limits: OrganisationLimits
  /** What the purpose gate refused, as it would be recorded. */
  readonly refused: readonly string[]
  readonly identityOn: (database: Database, changed?: Partial<IdentityDeps>) => Identity
}

const perMinute = (times: number) => ({ times, withinMs: 60_000 })
const floods: FloodRules = {
  rules: { 'key-stuffing': perMinute(100), 'id-walking': perMinute(600), 'request-flood': perMinute(6000) },
  blockMs: 300_000,
}

/** The gates through which anything leaves, in a country, and the records that they leave. */
export const outwardOf = (policy: CompiledPolicy, here: string | null) => {
  const connections = createConnections(false)
  connections.guarding(true)
  const placement = createPlacementGate(policy, here, () => undefined)
  const egress = createEgressGate(policy, placement, connections, () => undefined)
  const parts = {
    configured: async () => [],
    shownModels: () => [],
    disclosures: createDisclosures(policy, here),
    connections,
  }
  return { gates: { placement, egress }, parts }
}

/** The gates between people and those who are not them, on such outward gates. */
export const peopleGatesOf = (
  deps: Pick<TestSystem, 'policy' | 'clock' | 'vault'>,
  { gates, parts }: ReturnType<typeof outwardOf>,
) =>
  createPeopleGates({ ...deps, placement: gates.placement, disclosures: parts.disclosures, refused: () => undefined })

const limitsOf = (database: TestDatabase, gates: ReturnType<typeof outwardOf>['gates']): OrganisationLimits =>
  createOrganisationLimits({
    database,
    databaseUrl: database.url,
    log: createLog('silent'),
    ...gates,
    refused: () => undefined,
  })

const testEvidence = (database: Database, clock: Clock): EvidenceLog =>
  createEvidenceLog({ database, clock, log: createLog('silent'), seed: Buffer.alloc(32, 9), name: 'avow/test' })
/** A database and a folder beside it, which end together. */
const createPlace = async (): Promise<{ database: TestDatabase; dataDir: string }> => {
  const opened = await createTestDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'avow-system-'))
  const close = async (): Promise<void> => {
    rmSync(dataDir, { recursive: true, force: true })
    await opened.close()
  }
  return { database: { ...opened, close }, dataDir }
}

/** What is recorded of requests and calls. */
const recordsOf = (
  deps: Omit<Parameters<typeof createAccessLog>[0], 'database'> & { database: TestDatabase } & Parameters<
      typeof createCallOrigins
    >[0],
) => {
  const origins = createCallOrigins(deps)
  const accessLogOn = (database: Database) => createAccessLog({ ...deps, database })
  const probeBooks = (days: readonly string[]) =>
    openProbeBooks({ databaseUrl: deps.database.url, log: deps.log, days, origins })
  return { accessLog: accessLogOn(deps.database), accessLogOn, probeBooks }
}

/** The real backups of a test system. */
export const backupsIn = (
  dataDir: string,
  { database, clock, policy, map }: Pick<TestSystem, 'database' | 'clock' | 'policy' | 'map'>,
): Backups =>
  createBackups({
    databaseUrl: database.url,
    vaultDatabaseUrl: database.url,
    folder: join(dataDir, 'backups'),
    dataDir,
    fileFolders: [],
    key: takeBackupKey(join(dataDir, 'backup.key')),
    clock,
    policy,
    map,
    version: 'test',
  })

const settleOn = async (database: Database, clock: Clock, policy: CompiledPolicy) => {
  const misfits = () => []
  const parts = { database, clock, misfits, hasPeople: async () => false }
  return { misfits, settled: await settlePolicy(parts, { text: texts.get(policy) ?? starterText, policy }) }
}

interface MailParts {
  database: Database
  clock: Clock
  policy: CompiledPolicy
  vault: Vault
  purpose: PurposeGate
}

const mailOf = (parts: MailParts) => {
  const standing = createStanding(parts)
  const marketing = createMarketingGate({ ...parts, standing, publicUrl: () => 'http://127.0.0.1' })
  const mailer = createMailer({ ...parts, marketing, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' })
  return { standing, marketing, mailer }
}

/** The purpose gate before a database, and what it refused. */
const guard = (database: TestDatabase, policy: CompiledPolicy, map: readonly MappedColumn[]) => {
  const refused: string[] = []
  const purpose = createPurposeGate({ policy, map, onRefused: (rule) => void refused.push(rule) })
  return { purpose, databases: withReadings(database, purpose), refused }
}

const readersOf = ({ routes }: Identity) => ({
  routes,
  jobs: [
    createVerifyJob(
      async () => undefined,
      () => false,
    ),
  ],
})

/**
 * The parts that checks look at, real ones on a database of its own; tests replace the part that they sabotage.
 * @param map the data map of the whole server, which tests take from the composition root
 */
export const createTestSystem = async (
  map: readonly MappedColumn[],
  clock: Clock = systemClock,
  policy: CompiledPolicy = starterPolicy(),
): Promise<TestSystem> => {
  const { database, dataDir } = await createPlace()
  const { settled, misfits } = await settleOn(database, clock, policy)
  const outward = outwardOf(policy, null)
  const { purpose, databases, refused } = guard(database, policy, map)
  const password = createPasswordGate(policy.password)
  const vault = await openTestVault(database.url)
  const directory = await database.pool.query<{ data_directory: string }>('show data_directory')
  const { standing, marketing, mailer } = mailOf({
    database: databases.for('communicate', 'support'),
    clock,
    policy,
    vault,
    purpose,
  })
  const operatorToken = { matches: () => false }
  const identityOn = (on: Database, changed: Partial<IdentityDeps> = {}): Identity =>
    createIdentity({
      ...{ database: on, databaseUrl: database.url, clock, log: createLog('silent'), vault, policy, mail: mailer },
      passwordGate: password,
      publicUrl: () => 'http://127.0.0.1',
      knownModels: async () => new Set(),
      operatorToken,
      acted: followActs({ clock, settled, marketing, policy, gates: { standing } }),
      ...changed,
    })
  const people = peopleGatesOf({ policy, clock, vault }, outward)
  const made = {
    evidence: testEvidence(database, clock),
    accounts: identityOn(database).api.accounts,
    subjectKeys: shredding(vault),
    publicUrl: () => 'http://127.0.0.1',
    ...{ settled, misfits, database, databases, refused, clock, policy, map },
    readers: () => readersOf(identityOn(databases.for('account', 'security', 'legal'))),
    gates: {
      retention: createRetentionGate({ database, clock, policy, map }),
      password,
      transport: createTransportGate(policy.transport),
      purpose,
      erasure: createErasureGate({ clock, map }),
      standing,
      ...outward.gates,
      ...people,
    },
    ...outward.parts,
    limits: limitsOf(database, outward.gates),
    mailer,
    marketing,
    keys: { onChange: () => () => undefined },
    identityOn,
    ...recordsOf({ database, clock, policy, vault, log: createLog('silent'), unwanted: people.unwanted }),
    bodiesOn: (on: ProbeBodiesOn) => openProbeBodies({ policy, vault, clock, purposeGate: purpose, map, ...on }),
    call: async () => ({ status: 404, headers: {}, body: null }),
    listening: () => ({ host: '127.0.0.1', port: 9, isTls: false }),
    logTo: (destination: { write(line: string): void }) => createLog('trace', destination),
    ...{ replayErasures, backups: backupsIn(dataDir, { database, clock, policy, map }) },
    vault,
    databaseUrl: database.url,
    floods,
    spendRules: { times: 10, throttle: { forMs: 3_600_000, requestsPerMinute: 3 } },
    files: { database: directory.rows[0]?.data_directory ?? null, others: [] },
  }
  return { ...made, routesOn: routesOn({ ...made, log: createLog('silent'), operatorAddress: async () => null }) }
}

/** The report on one clause alone, by the checks of its rules. */
export const verifyClause = async (system: CheckedSystem, id: string): Promise<ClauseReport> => {
  const { policy } = system
  const clauses = policy.clauses.filter((clause) => clause.id === id)
  const rules = policy.rules.filter((rule) => rule.clauses.includes(id))
  const report = await verifyPolicy({ ...system, policy: { ...policy, clauses, rules } })
  const [clause] = report.clauses
  if (clause === undefined) throw new Error(`the policy has no clause ${id}`)
  return clause
}
