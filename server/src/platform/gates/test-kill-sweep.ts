/** A process that sweeps two tables and is killed before its n-th statement: node FILE URL N < MAP. Started by a test. */
import { readFileSync } from 'node:fs'
import { type CompiledPolicy, parseDuration } from '@avow/policy'
import { systemClock } from '../clock/index.ts'
import { type MappedColumn, openDatabase } from '../db/index.ts'
import { killBeforeStatement } from '../db/test-kill.ts'
import { anyReading } from '../db/test-reading.ts'
import { createRetentionGate } from './retention.ts'

const [url = '', killBefore = ''] = process.argv.slice(2)
const map = JSON.parse(readFileSync(0, 'utf8')) as MappedColumn[]
const database = openDatabase(url, 2, () => undefined, { for: () => anyReading, duty: () => anyReading })
const period = parseDuration('P90D')
const policy = {
  retention: (name: string) => ({ class: name, trigger: 'creation', exceptions: [], period }),
} as unknown as CompiledPolicy

const statements = killBeforeStatement(Number(killBefore))

const gate = createRetentionGate({ database: database.duty('retention'), clock: systemClock, policy, map })
const swept = ['usage_event', 'mail_outbox']
for (const of of gate.tables) if (swept.includes(of.table)) await gate.sweep(of)
process.stdout.write(`swept ${statements()}\n`)
await database.close()
