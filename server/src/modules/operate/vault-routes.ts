import { contract, type vaultView } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../platform/db/index.ts'
import { type Route, route } from '../../platform/http/index.ts'
import { enqueue, type Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

type Keys = Pick<Vault, 'state' | 'rotateKey' | 'isRotating' | 'dropUnusedKeys'>

export const rotateKeyJob = 'rotate-vault-key'

const view = async (vault: Keys): Promise<z.input<typeof vaultView>> => {
  const { since, ...state } = await vault.state()
  return { ...state, since: since.toISOString() }
}

/** The state of the vault, and the replacement of its key-encryption key. */
export const vaultRoutes = (vault: Keys): Route[] => [
  route(contract.operate.vault, () => view(vault)),
  route(contract.operate.rotateVaultKey, async ({ tx }) => {
    await enqueue(tx, rotateKeyJob, {}, { key: rotateKeyJob })
    return view(vault)
  }),
]

export const createRotateKeyJob = (vault: Keys, log: Log): Job => ({
  name: rotateKeyJob,
  readsFor: ['security'],
  run: async () => {
    const rewrapped = await vault.rotateKey()
    if (rewrapped !== null)
      log.info({ event: 'vault-key-rotated', count: rewrapped }, 'the key-encryption key was replaced')
  },
})

const unusedMs = 86_400_000

/** Destroys keys that have sealed nothing for a day. */
export const createDropKeysJob = (deps: {
  readonly vault: Keys
  readonly database: Database
  readonly map: readonly MappedColumn[]
  readonly clock: Clock
  readonly log: Log
}): Job => ({
  name: 'drop-unused-vault-keys',
  readsFor: ['security'],
  cron: '40 * * * *',
  run: async () => {
    const madeBefore = new Date(deps.clock.nowMs() - unusedMs)
    const dropped = await deps.vault.dropUnusedKeys({ tx: deps.database.direct, map: deps.map, madeBefore })
    if (dropped > 0) deps.log.info({ event: 'vault-keys-dropped', count: dropped }, 'keys that sealed nothing are gone')
  },
})
