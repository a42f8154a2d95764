import type { Pool } from 'pg'
import { migrate } from '../db/index.ts'

/** Makes the vault's schema, if its role may and nobody did, and its tables. */
export const prepareVault = async (pool: Pool): Promise<void> => {
  const { rowCount } = await pool.query("select 1 from pg_namespace where nspname = 'vault'")
  if (rowCount === 0) await pool.query('create schema if not exists vault')
  await migrate(pool, new URL('../../../migrations/vault', import.meta.url).pathname, { schema: 'vault' })
}
