import { contract } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../platform/db/index.ts'
import { type Route, route } from '../../platform/http/index.ts'
import { enqueue, type Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Mailer } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { listOutbox } from './list-outbox.ts'
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
  mailer: Mailer
  clock: Clock
  database: Database
  vault: Vault
  map: readonly MappedColumn[]
  log: Log
}): Operate => ({
  routes: [
    listOutbox(deps.vault),
    ...vaultRoutes(deps.vault),
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
  jobs: [createRotateKeyJob(deps.vault, deps.log), createDropKeysJob(deps)],
  start: async () => {
    // A rotation that was cut off goes on.
    if (await deps.vault.isRotating())
      await deps.database.transaction((tx) => enqueue(tx, rotateKeyJob, {}, { key: rotateKeyJob }))
  },
})
