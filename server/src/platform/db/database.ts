import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { Pool } from 'pg'
import { closerOf } from './close-pool.ts'

/** A transaction or the pool itself; stores take it as their first argument. */
export type Tx = Omit<NodePgDatabase, '$client'>

export interface Database {
  readonly pool: Pool
  /** Statements outside a transaction: reads in jobs and checks. */
  readonly direct: Tx
  /** One transaction; rolled back if `work` throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Opens a pool. A lost connection is an error of the query that was running, never of the process.
 * @param onError told of errors of idle connections
 */
export const openDatabase = (url: string, connectionsMax: number, onError: (error: Error) => void): Database => {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 60_000,
    keepAlive: true,
  })
  const close = closerOf(pool)
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  const direct = drizzle(pool)
  return { pool, direct, transaction: (work) => direct.transaction((tx) => work(tx)), close }
}
