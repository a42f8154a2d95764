/** A process that makes what backups are due and is killed before its n-th statement: node FILE URL FOLDER N < MAP */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilePolicy, parsePolicy } from '@avow/policy'
import { createBackups, takeBackupKey } from '../../platform/backups/index.ts'
import { systemClock } from '../../platform/clock/index.ts'
import { type MappedColumn, openDatabase } from '../../platform/db/index.ts'
import { killBeforeStatement } from '../../platform/db/test-kill.ts'
import { anyReading } from '../../platform/db/test-reading.ts'
import { createLog } from '../../platform/log/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { createTendBackupsJob } from './tend-backups.ts'

const [url = '', dataDir = '', killBefore = ''] = process.argv.slice(2)
const map = JSON.parse(readFileSync(0, 'utf8')) as MappedColumn[]
const file = new URL('../../../../policies/starter.yaml', import.meta.url).pathname
const parsed = parsePolicy(readFileSync(file, 'utf8'), file)
if (!parsed.ok) throw new Error('the starter does not parse')
const database = openDatabase(url, 3, () => undefined, { for: () => anyReading, duty: () => anyReading })
const vault = await openTestVault(url)
const backups = createBackups({
  databaseUrl: url,
  vaultDatabaseUrl: url,
  folder: join(dataDir, 'backups'),
  dataDir,
  fileFolders: [],
  key: takeBackupKey(join(dataDir, 'backup.key')),
  clock: systemClock,
  policy: compilePolicy(parsed.policy),
  map,
  version: 'test',
})
const job = createTendBackupsJob({
  backups,
  database: database.for('security'),
  vault,
  clock: systemClock,
  gates: { retention: { instant: async () => systemClock.now() } },
  log: createLog('silent'),
  every: 'P1D',
})

killBeforeStatement(Number(killBefore))

await job.run({}, new AbortController().signal)
process.stdout.write('made')
await vault.close()
await database.close()
