import type { ClientBase } from 'pg'

/** One transaction on a connection that the caller holds; rolled back if `work` throws, and what it threw is thrown on. */
export const inTransaction = async <T>(client: Pick<ClientBase, 'query'>, work: () => Promise<T>): Promise<T> => {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that is gone has rolled back by itself; its own error says less than the one that led here.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
