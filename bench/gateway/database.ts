import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, noReadings, openDatabase } from '../../server/src/platform/db/index.ts'
import { createLog } from '../../server/src/platform/log/index.ts'
import { startEmbeddedPostgres } from '../../server/src/platform/postgres/index.ts'

/** A migrated PostgreSQL of the bench's own, as durable as the server's. */
export const startDatabase = async (): Promise<{
  url: string
  vaultUrl: string
  folder: string
  pid(): number
  stop(): Promise<void>
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'avow-bench-pg-'))
  const cluster = await startEmbeddedPostgres(folder, 'bench', createLog('silent'))
  const database = openDatabase(cluster.url, 2, () => undefined, noReadings)
  await migrate(database.pool, join(import.meta.dirname, '../../server/migrations'))
  await database.close()
  return {
    url: cluster.url,
    vaultUrl: cluster.vaultUrl,
    folder,
    pid: cluster.pid,
    stop: async () => {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
