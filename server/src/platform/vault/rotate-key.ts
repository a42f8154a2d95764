import type { Pool, PoolClient } from 'pg'
import type { Clock } from '../clock/index.ts'
import { inTransaction } from '../db/index.ts'
import type { KeyFiles } from './key-files.ts'
import {
  countKeysNotUnder,
  findCurrentKeyId,
  forgetRetired,
  lockKeysNotUnder,
  makeCurrent,
  replaceWrapped,
} from './key-store.ts'
import { type KeyRing, wrapKey } from './wrap-key.ts'

interface RotationDeps {
  readonly pool: Pool
  readonly files: KeyFiles
  readonly ring: KeyRing
  readonly clock: Pick<Clock, 'now'>
  /** Told after each step. */
  readonly onStep: (step: RotationStep) => Promise<void>
}

export type RotationStep = 'key-made' | 'key-in-force' | 'batch-rewrapped' | 'old-key-forgotten' | 'key-promoted'

const batchKeys = 500
const lockId = 4_157_041 // any constant: one rotation at a time on one database

/** @returns how many keys it wrapped anew */
const rewrapBatch = (client: PoolClient, ring: KeyRing): Promise<number> =>
  inTransaction(client, async () => {
    const under = ring.current()
    const keys = await lockKeysNotUnder(client, under.id, batchKeys)
    const fresh = keys.map((key) => wrapKey(under, key.subject, ring.unwrap(key)))
    if (fresh.length > 0) await replaceWrapped(client, under.id, fresh)
    return fresh.length
  })

const rotate = async (client: PoolClient, deps: RotationDeps): Promise<number> => {
  const { files, ring, clock, onStep } = deps
  const next = files.makeNext()
  await onStep('key-made')
  await inTransaction(client, () => makeCurrent(client, next.id, clock.now()))
  ring.reload(next.id)
  await onStep('key-in-force')
  let rewrapped = 0
  while ((await countKeysNotUnder(client, next.id)) > 0) {
    rewrapped += await rewrapBatch(client, ring)
    await onStep('batch-rewrapped')
  }
  await forgetRetired(client)
  await onStep('old-key-forgotten')
  files.promote()
  ring.reload(next.id)
  await onStep('key-promoted')
  return rewrapped
}

/**
 * Replaces the key-encryption key: makes a new one, wraps every data key with it, and only then drops the old one. What
 * data keys sealed is not touched. Cut off anywhere, the next call goes on with the same new key.
 * @returns how many data keys were wrapped anew; null when a rotation runs already
 */
export const rotateKey = async (deps: RotationDeps): Promise<number | null> => {
  const client = await deps.pool.connect()
  let isLocked = false
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [lockId])
    isLocked = rows[0]?.mine === true
    return isLocked ? await rotate(client, deps) : null
  } finally {
    if (isLocked) await client.query('select pg_advisory_unlock($1)', [lockId]).catch(() => undefined)
    client.release()
  }
}

/** Whether a rotation was begun and not finished. */
export const isRotating = async (deps: Pick<RotationDeps, 'pool' | 'files'>): Promise<boolean> => {
  if (deps.files.read().next !== null) return true
  const current = await findCurrentKeyId(deps.pool)
  return current !== null && (await countKeysNotUnder(deps.pool, current.id)) > 0
}
