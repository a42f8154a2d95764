import { contract } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import type { Backups } from '../../platform/backups/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../platform/db/index.ts'
import type { RetentionGate } from '../../platform/gates/index.ts'
import { type Route, route } from '../../platform/http/index.ts'
import { enqueue, type Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Mailer } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { backupRoutes } from './backup-routes.ts'
import { createTendBackupsJob } from './tend-backups.ts'
import { createDropKeysJob, createRotateKeyJob, rotateKeyJob, vaultRoutes } from './vault-routes.ts'

export interface Operate {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  start(): Promise<void>
}

/** What the operator sees of the installation itself. */
export const createOperate = (deps: {
  version: string
  policy: CompiledPolicy
  mailer: Pick<Mailer, 'mode'>
  clock: Clock
  database: Database
  vault: Vault
  map: readonly MappedColumn[]
  log: Log
  backups: Backups
  gates: { readonly retention: RetentionGate }
  /** How often a backup is made by itself: ISO 8601; undefined: never. */
  backupEvery: string | undefined
}): Operate => ({
  routes: [
    ...vaultRoutes(deps.vault),
    ...backupRoutes({ ...deps, every: deps.backupEvery }),
    route(contract.operate.meta, async () => ({
      version: deps.version,
      policy: {
        id: deps.policy.id,
        name: deps.policy.title,
        version: deps.policy.version,
        minimumAge: deps.policy.minimumAge,
      },
      mail: deps.mailer.mode,
      now: deps.clock.now().toISOString(),
    })),
  ],
  jobs: [
    createRotateKeyJob(deps.vault, deps.log),
    createDropKeysJob(deps),
    createTendBackupsJob({ ...deps, every: deps.backupEvery }),
  ],
  start: async () => {
    // A rotation that was cut off goes on.
    if (await deps.vault.isRotating())
      await deps.database.transaction((tx) => enqueue(tx, rotateKeyJob, {}, { key: rotateKeyJob }))
  },
})
