import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateJobs } from '../jobs/index.ts'
import { createLog } from '../log/index.ts'
import { startEmbeddedPostgres } from '../postgres/index.ts'
import { prepareVault } from '../vault/prepare-vault.ts'
import { migrate, noReadings, openDatabase } from './index.ts'

/** vitest's global set-up: one real PostgreSQL with a migrated template, from which each test file copies its own. */
export default async (project: { provide(key: 'databaseUrl', value: string): void }): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'avow-test-'))
  const cluster = await startEmbeddedPostgres(folder, 'test', createLog('silent'), ['fsync=off', 'max_connections=300'])
  const template = openDatabase(cluster.adminUrl, 3, () => undefined, noReadings)
  await migrate(template.pool, new URL('../../../migrations', import.meta.url).pathname)
  await migrateJobs(template)
  await prepareVault(template.pool)
  await template.close()
  project.provide('databaseUrl', cluster.adminUrl)
  return async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}
