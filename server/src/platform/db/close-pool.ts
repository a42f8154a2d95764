import { once } from 'node:events'
import type { Pool, PoolClient } from 'pg'

/**
 * How to close a new pool and wait until its connections are gone. The pool's own `end` does not wait: a database
 * that is stopped right after it would break them off, and each would be reported as lost.
 */
export const closerOf = (pool: Pool): (() => Promise<void>) => {
  const open = new Set<PoolClient>()
  pool.on('connect', (client) => open.add(client))
  pool.on('remove', (client) => open.delete(client))
  return async () => {
    await pool.end()
    while (open.size > 0) await once(pool, 'remove')
  }
}
