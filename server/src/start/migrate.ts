/** Brings the database up to date and ends: for an operator who migrates apart from starting. */
import { dataMap } from '../app.ts'
import { processEnvironment, readConfig } from '../config.ts'
import { systemClock } from '../platform/clock/index.ts'
import { noReadings } from '../platform/db/index.ts'
import { createLog } from '../platform/log/index.ts'
import { openStorage } from './open-storage.ts'

const config = readConfig(processEnvironment(), 'migrate')
const { databaseUrl } = config
if (databaseUrl === undefined) {
  process.stderr.write('set DATABASE_URL; the embedded database is migrated at every start\n')
  process.exit(2)
}
const { applied, database, vault } = await openStorage({
  config,
  databaseUrl,
  vaultDatabaseUrl: config.vaultDatabaseUrl ?? databaseUrl,
  clock: systemClock,
  log: createLog(config.logLevel),
  map: dataMap,
  readings: noReadings,
})
await vault.close()
await database.close()
process.stdout.write(applied.length === 0 ? 'nothing to do\n' : `${applied.join('\n')}\n`)
