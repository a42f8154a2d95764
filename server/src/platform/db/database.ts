import type { Purpose } from '@avow/policy'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { type ClientBase, Pool, type PoolClient } from 'pg'
import { closerOf } from './close-pool.ts'
import { inTransaction } from './in-transaction.ts'
import type { Duty, Reading, Readings } from './reading.ts'
import { createStatementNames } from './statement-names.ts'

/** A transaction, or statements by themselves, for declared purposes; stores take it as their first argument. */
export interface Tx extends Omit<NodePgDatabase, '$client' | 'transaction'> {
  readonly reading: Reading
  /** The same connection for another reading; only the purpose gate and the database can make one. */
  as(reading: Reading): Tx
  /** A transaction; inside one, a savepoint. Rolled back if `work` throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

/** A connection below the gates, such as a client of pg. */
export type Connection = Pick<ClientBase, 'query'>

/** The database for one reader, who said what for. */
export interface Database {
  /** Statements outside a transaction: reads in jobs and checks. */
  readonly direct: Tx
  /** One transaction; rolled back if `work` throws. @throws Refusal policy_refused */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The connection of another reader, for this one's purposes. */
  on(tx: Tx): Tx
  /** A connection that its owner opened, in the transaction that is open there. */
  over(connection: Connection): Tx
  /** Runs work while no other process holds this lock; @returns whether it ran */
  alone(lockId: number, work: () => Promise<void>): Promise<boolean>
}

/** The only way to a database: to say what for. */
export interface Databases {
  for(purpose: Purpose, ...more: readonly Purpose[]): Database
  /** Reads every category. Each caller is listed in tools/gate-rules.ts with its reason. */
  duty(duty: Duty): Database
}

export interface OpenDatabase extends Databases {
  /** Below every gate: for the platform itself. */
  readonly pool: Pool
  close(): Promise<void>
}

const nameOf = createStatementNames()

/** What the query builder takes for a connection: every statement is shown to the reading first. */
class AdmittedConnection {
  readonly #connection: Connection
  readonly #reading: Reading
  constructor(connection: Connection, reading: Reading) {
    this.#connection = connection
    this.#reading = reading
  }
  query(config: { text: string }, values: unknown[]): Promise<unknown> {
    this.#reading.admit(config.text)
    const name = nameOf(config.text)
    return this.#connection.query(name === undefined ? config : { ...config, name }, values)
  }
}

/** @param depth of transactions around it; null on the pool itself */
const makeTx = (pool: Pool, connection: Connection, reading: Reading, depth: number | null): Tx => {
  const builder = drizzle(new AdmittedConnection(connection, reading) as unknown as PoolClient)
  const nested = async <T>(level: number, work: (tx: Tx) => Promise<T>): Promise<T> => {
    await connection.query(`savepoint sp${level}`)
    try {
      const result = await work(makeTx(pool, connection, reading, level))
      await connection.query(`release savepoint sp${level}`)
      return result
    } catch (error) {
      await connection.query(`rollback to savepoint sp${level}`)
      throw error
    }
  }
  return Object.assign(builder, {
    reading,
    as: (other: Reading) => makeTx(pool, connection, other, depth),
    transaction: <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
      depth === null ? begin(pool, reading, work) : nested(depth + 1, work),
  }) as unknown as Tx
}

const begin = async <T>(pool: Pool, reading: Reading, work: (tx: Tx) => Promise<T>): Promise<T> => {
  reading.open()
  const client = await pool.connect()
  try {
    return await inTransaction(client, () => work(makeTx(pool, client, reading, 0)))
  } finally {
    client.release()
  }
}

/** On a connection of its own; one that may still hold the lock is not given back. */
const whileLocked = async (pool: Pool, lockId: number, work: () => Promise<void>): Promise<boolean> => {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [lockId])
    if (rows[0]?.mine !== true) return false
    await work()
    await client.query('select pg_advisory_unlock($1)', [lockId])
    return true
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw failure
  } finally {
    client.release(failure)
  }
}

const foreign = (): never => {
  throw new Error('a transaction has the one connection that it has')
}

/** A transaction is alone already. */
const atOnce = async (_lockId: number, work: () => Promise<void>): Promise<boolean> => {
  await work()
  return true
}

const databaseOf = (pool: Pool, reading: Reading): Database => {
  const direct = makeTx(pool, pool, reading, null)
  return {
    direct,
    transaction: direct.transaction,
    on: (tx) => tx.as(reading),
    over: (connection) => makeTx(pool, connection, reading, 0),
    alone: (lockId, work) => whileLocked(pool, lockId, work),
  }
}

/** The databases of a transaction: whoever says what for reads on its connection, and its transactions are savepoints. */
export const inside = (databases: Databases, tx: Tx): Databases => {
  const on = (database: Database): Database => {
    const direct = database.on(tx)
    return { direct, transaction: direct.transaction, on: database.on, over: foreign, alone: atOnce }
  }
  return {
    for: (...purposes) => on(databases.for(...purposes)),
    duty: (duty) => on(databases.duty(duty)),
  }
}

/** A transaction as these readings let it be read; its transactions are savepoints. */
export const databasesOn = (tx: Tx, readings: Readings): Databases => {
  const on = (reading: Reading): Database => {
    const direct = tx.as(reading)
    return { direct, transaction: direct.transaction, on: (other) => other.as(reading), over: foreign, alone: atOnce }
  }
  return { for: (...purposes) => on(readings.for(purposes)), duty: (duty) => on(readings.duty(duty)) }
}

/** An open database as these readings let it be read. */
export const withReadings = ({ pool }: Pick<OpenDatabase, 'pool'>, readings: Readings): Databases => ({
  for: (...purposes) => databaseOf(pool, readings.for(purposes)),
  duty: (duty) => databaseOf(pool, readings.duty(duty)),
})

/**
 * Opens a pool. A lost connection is an error of the query that was running, never of the process.
 * @param onError told of errors of idle connections
 * @param readings of the purpose gate
 */
export const openDatabase = (
  url: string,
  connectionsMax: number,
  onError: (error: Error) => void,
  readings: Readings,
): OpenDatabase => {
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
  return { pool, ...withReadings({ pool }, readings), close }
}
