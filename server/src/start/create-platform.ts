import type { Config } from '../config.ts'
import { openProbeBodies, type ProbeBodiesOn } from '../modules/inference/index.ts'
import type { PolicyText } from '../modules/privacy/index.ts'
import { createBackups, takeBackupKey } from '../platform/backups/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import type { Connections } from '../platform/egress/index.ts'
import { createEvidenceLog } from '../platform/evidence/index.ts'
import {
  createErasureGate,
  createPasswordGate,
  createPeopleGates,
  createRetentionGate,
  createStanding,
  createTransportGate,
} from '../platform/gates/index.ts'
import { createJobs } from '../platform/jobs/index.ts'
import type { Log } from '../platform/log/index.ts'
import { createMailer, createMarketingGate } from '../platform/mail/index.ts'
import { dataMap } from './data-map.ts'
import { createMetrics } from './metrics.ts'
import type { Guarded } from './open-guarded.ts'
import { openOutwardGates } from './open-outward-gates.ts'
import { openRecords } from './open-records.ts'
import { sameToken } from './same-token.ts'

/** Folders of the data folder that backups hold beside the database. */
export const backedUpFolders = ['journal']

export interface AppDeps extends PartDeps {
  /** The policy file. What is in force may be an earlier version of it. */
  policyFile: PolicyText
}

/** The process whose data folder this is, for one beside it. */
export interface MainFolder {
  readonly path: string
  /** Whether it runs; null: it is on another machine. */
  isAlive(): boolean | null
}

/** What every process of an installation is made from. */
export interface PartDeps {
  config: Config
  /** Null: this is the main process. */
  main: MainFolder | null
  databaseUrl: string
  /** The same database as the vault's own role. */
  vaultDatabaseUrl: string
  clock: Clock
  log: Log
  /** For the operator who starts it. */
  say: (line: string) => void
  /** By which every connection of this process passes. */
  connections: Connections
  /** Of this process alone. Secrets by name, made on first use. */
  folder: { path: string; secret(name: string): string }
  operatorToken: string
  /** The checkout: where the engine, the console and the docs are. */
  root: string
}

/** The gates, the vault and the other platform parts that modules are given. */
export const createPlatform = (
  deps: PartDeps,
  { database, vault, settled, purpose, publicUrl }: Guarded & { publicUrl: () => string },
) => {
  const { config, clock, log, folder } = deps
  const { policy } = settled
  const retentionGate = createRetentionGate({ database: database.duty('retention'), clock, policy, map: dataMap })
  if (retentionGate.problems.length > 0) {
    throw new Error(`the policy and the data map do not fit:\n  ${retentionGate.problems.join('\n  ')}`)
  }
  const lawful = { database: database.for('legal') }
  const outward = openOutwardGates({ ...deps, policy }, lawful.database)
  const { egress, placement, disclosures, refusals, connections } = outward
  const gates = {
    egress,
    placement,
    retention: retentionGate,
    erasure: createErasureGate({ clock, map: dataMap }),
    standing: createStanding({ policy, clock }),
    ...createPeopleGates({ policy, clock, vault, placement, disclosures, refused: refusals.note }),
    password: createPasswordGate(policy.password),
    transport: createTransportGate(policy.transport),
    purpose,
  }
  const marketing = createMarketingGate({ policy, clock, vault, publicUrl, ...gates })
  const seed = Buffer.from(vault.secretFor('evidence'), 'base64url')
  return {
    database,
    clock,
    policy,
    settled,
    ...{ vault, connections, disclosures, refusals },
    evidence: createEvidenceLog({ ...lawful, clock, log: log.child('evidence'), seed, name: 'avow/evidence' }),
    gates,
    bodiesOn: (on: ProbeBodiesOn) =>
      openProbeBodies({ policy, vault, clock, purposeGate: purpose, map: dataMap, ...on }),
    ...openRecords({ ...deps, ...gates, database: database.for('security'), policy, vault, log: log.child('records') }),
    mail: createMailer({
      database: database.for('communicate', 'support'),
      ...{ clock, vault, marketing, ...config.mail, egress, disclosures },
    }),
    marketing,
    jobs: createJobs(database, log.child('jobs')),
    metrics: createMetrics(),
    backups: createBackups({
      ...deps,
      policy,
      dataDir: folder.path,
      version: config.version,
      folder: config.backups.dir,
      fileFolders: backedUpFolders,
      key: takeBackupKey(config.backups.keyFile),
      map: dataMap,
    }),
    operatorToken: { matches: sameToken(deps.operatorToken) },
  }
}

export type Platform = ReturnType<typeof createPlatform>
