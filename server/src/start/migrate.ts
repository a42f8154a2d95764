/** Applies migrations and ends: for an operator who migrates apart from starting. */
import { processEnvironment, readConfig } from '../config.ts'
import { migrate, openDatabase } from '../platform/db/index.ts'
import { migrateJobs } from '../platform/jobs/index.ts'

const config = readConfig(processEnvironment(), 'migrate')
if (config.databaseUrl === undefined) {
  process.stderr.write('set DATABASE_URL; the embedded database is migrated at every start\n')
  process.exit(2)
}
const database = openDatabase(config.databaseUrl, 2, () => undefined)
const applied = await migrate(database.pool, new URL('../../migrations', import.meta.url).pathname)
await migrateJobs(database)
await database.close()
process.stdout.write(applied.length === 0 ? 'nothing to do\n' : `${applied.join('\n')}\n`)
