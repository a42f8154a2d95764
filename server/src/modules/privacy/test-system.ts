import { readFileSync } from 'node:fs'
import { type ClauseReport, type CompiledPolicy, compilePolicy, parsePolicy } from '@avow/policy'
import { type Clock, systemClock } from '../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../platform/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { createEvidenceLog, type EvidenceLog } from '../../platform/evidence/index.ts'
import {
  createErasureGate,
  createPasswordGate,
  createPurposeGate,
  createRetentionGate,
  createTransportGate,
  type SubjectKeys,
} from '../../platform/gates/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { createMailer, type Mailer } from '../../platform/mail/index.ts'
import { shredding } from '../../platform/vault/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { createIdentity, type Identity, type IdentityDeps } from '../identity/index.ts'
import type { CheckedSystem } from './check.ts'
import { verifyPolicy } from './verify-policy.ts'

const compileText = (file: string, text: string): CompiledPolicy => {
  const parsed = parsePolicy(text, file)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy)
}
const readShipped = (name: string): string =>
  readFileSync(new URL(`../../../../policies/${name}.yaml`, import.meta.url), 'utf8')

/** A policy that comes with the product. */
export const shippedPolicy = (name: string): CompiledPolicy => compileText(`${name}.yaml`, readShipped(name))

/** The starter policy, with pieces of its text replaced. */
export const starterPolicy = (...changes: readonly (readonly [from: string, to: string])[]): CompiledPolicy => {
  const text = changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the starter has no ${from}`)
    return result.replace(from, to)
  }, readShipped('starter'))
  return compileText('starter.yaml', text)
}

export interface TestSystem extends CheckedSystem {
  readonly mailer: Pick<Mailer, 'write' | 'mode'>
  readonly evidence: EvidenceLog
  readonly accounts: Identity['api']['accounts']
  readonly subjectKeys: SubjectKeys
  readonly publicUrl: () => string
  readonly database: TestDatabase
  readonly identityOn: (database: Database, changed?: Partial<IdentityDeps>) => Identity
}

/**
 * The parts that checks look at, real ones on a database of its own; tests replace the part that they sabotage.
 * @param map the data map of the whole server, which tests take from the composition root
 */
export const createTestSystem = async (
  map: readonly MappedColumn[],
  clock: Clock = systemClock,
): Promise<TestSystem> => {
  const policy = starterPolicy()
  const database = await createTestDatabase()
  const password = createPasswordGate(policy.password)
  const vault = await openTestVault(database.url)
  const directory = await database.pool.query<{ data_directory: string }>('show data_directory')
  const mailer = createMailer({ database, clock, vault, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' })
  const operatorToken = { matches: () => false }
  const identityOn = (on: Database, changed: Partial<IdentityDeps> = {}): Identity =>
    createIdentity({
      database: on,
      clock,
      log: createLog('silent'),
      vault,
      policy,
      mail: mailer,
      passwordGate: password,
      publicUrl: () => 'http://127.0.0.1',
      knownModels: async () => new Set(),
      operatorToken,
      ...changed,
    })
  return {
    evidence: createEvidenceLog({
      database,
      clock,
      log: createLog('silent'),
      seed: Buffer.alloc(32, 9),
      name: 'avow/test',
    }),
    accounts: identityOn(database).api.accounts,
    subjectKeys: shredding(vault),
    publicUrl: () => 'http://127.0.0.1',
    database,
    clock,
    policy,
    map,
    gates: {
      retention: createRetentionGate({ database, clock, policy, map }),
      password,
      transport: createTransportGate(policy.transport),
      purpose: createPurposeGate(policy, () => undefined),
      erasure: createErasureGate({ clock, map }),
    },
    mailer,
    keys: { onChange: () => () => undefined },
    identityOn,
    call: async () => ({ status: 404, headers: {}, body: null }),
    listening: () => ({ host: '127.0.0.1', port: 9, isTls: false }),
    logTo: (destination) => createLog('trace', destination),
    vault,
    files: { database: directory.rows[0]?.data_directory ?? null, others: [] },
  }
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
