import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilePolicy, parsePolicy } from '@avow/policy'
import { movableClock } from '../../server/src/platform/clock/index.ts'
import {
  type Database,
  type Databases,
  type MappedColumn,
  type OpenDatabase,
  openDatabase,
} from '../../server/src/platform/db/index.ts'
import { createEvidenceLog, type EvidenceLog } from '../../server/src/platform/evidence/index.ts'
import {
  createErasureGate,
  createPurposeGate,
  createRetentionGate,
  type ErasureGate,
  type PurposeGate,
  type RetentionGate,
} from '../../server/src/platform/gates/index.ts'
import { createLog } from '../../server/src/platform/log/index.ts'
import { createKeyFiles, openVault, type Vault } from '../../server/src/platform/vault/index.ts'
import { startDatabase } from '../gateway/database.ts'
import { cpuMicros, descendantsOf } from '../gateway/processes.ts'

/** The platform's real parts on a database of the bench's own. */
export interface BenchPlatform {
  /** For arranging; reads everything. */
  readonly database: Database & Pick<OpenDatabase, 'pool'>
  /** As the server's readers get it. */
  readonly databases: Databases
  readonly url: string
  readonly clock: ReturnType<typeof movableClock>
  readonly vault: Vault
  readonly evidence: EvidenceLog
  readonly gates: { readonly purpose: PurposeGate; readonly retention: RetentionGate; readonly erasure: ErasureGate }
  readonly policy: ReturnType<typeof compilePolicy>
  /** User and system time of this process and the database's so far, milliseconds. */
  cpuMs(): number
  stop(): Promise<void>
}

const readStarter = (): BenchPlatform['policy'] => {
  const file = join(import.meta.dirname, '../../policies/starter.yaml')
  const parsed = parsePolicy(readFileSync(file, 'utf8'), 'starter.yaml')
  if (!parsed.ok) throw new Error('the starter policy does not parse')
  return compilePolicy(parsed.policy)
}

/** @param prepare makes tables of the bench's own, before anything opens */
export const openPlatform = async (
  map: readonly MappedColumn[],
  prepare: readonly string[] = [],
): Promise<BenchPlatform> => {
  const postgres = await startDatabase()
  const log = createLog('silent')
  const clock = movableClock(new Date())
  const policy = readStarter()
  const purpose = createPurposeGate({ policy, map, onRefused: () => undefined })
  const opened = openDatabase(postgres.url, 4, () => undefined, purpose)
  for (const statement of prepare) await opened.pool.query(statement)
  const database = { pool: opened.pool, ...opened.duty('check') }
  const files = createKeyFiles(`${postgres.folder}/master-key`)
  const vault = await openVault({ databaseUrl: postgres.vaultUrl, files, clock, log, hasSecrets: false })
  return {
    database,
    databases: opened,
    url: postgres.url,
    clock,
    vault,
    policy,
    cpuMs: () => cpuMicros([process.pid, ...descendantsOf(postgres.pid())]) / 1000,
    evidence: createEvidenceLog({ database, clock, log, seed: randomBytes(32), name: 'avow/bench' }),
    gates: {
      purpose,
      retention: createRetentionGate({ database, clock, policy, map }),
      erasure: createErasureGate({ clock, map }),
    },
    stop: async () => {
      await vault.close()
      await opened.close()
      await postgres.stop()
    },
  }
}
