/** A gateway that spends from a budget until nothing fits any more: node FILE URL FOLDER. Started, and killed, by a test. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { systemClock } from '../../../platform/clock/index.ts'
import { openDatabase } from '../../../platform/db/index.ts'
import { anyReading } from '../../../platform/db/test-reading.ts'
import { createLog } from '../../../platform/log/index.ts'
import { createBilling, exactCost } from '../index.ts'
import { usageEventOf } from '../test-usage-event.ts'

const [databaseUrl = '', dataDir = ''] = process.argv.slice(2)
const database = openDatabase(databaseUrl, 4, () => undefined, { for: () => anyReading, duty: () => anyReading })
const billing = createBilling({
  ...{ database: database.for('billing'), databaseUrl, clock: systemClock, log: createLog('warn'), dataDir },
  ...{ registry: new Registry(), purposeGate: { require: () => undefined }, sync: 'soon', folderSecret: dataDir },
  ...{ disclose: async () => undefined, keyNames: async () => new Map(), projectsOf: async () => [] },
  accounts: { peopleIn: async () => [], addressesOf: async () => new Map() },
  mail: { write: async () => ({ written: true as const }) },
  publicUrl: () => '',
})
await billing.start()
process.stdout.write('spending\n')

const spender = { organisationId: 'org_1', projectId: 'prj_1', keyId: 'key_1' }
/** Sets ten thousandths aside, and costs one to ten of them. */
const prices = { promptMicrosPerMillion: 1_000_000_000n, completionMicrosPerMillion: 0n }
const aside = exactCost({ promptTokens: 10, completionTokens: 0 }, prices)

const call = async (id: string): Promise<boolean> => {
  const atMs = Date.now()
  const reserved = await billing.spending.reserve(spender, aside, atMs)
  if (reserved.kind === 'short') return false
  if (reserved.kind === 'away') return true
  await sleep(Math.random() * 5)
  const promptTokens = 1 + Math.floor(Math.random() * 10)
  const event = usageEventOf({ id, atMs, ...prices, promptTokens, completionTokens: 0 })
  await new Promise<void>((done) => billing.metering.record(event, () => done()))
  reserved.kind === 'reserved' && reserved.reservation?.settle(exactCost(event, event))
  return true
}

const client = async (_: unknown, index: number): Promise<void> => {
  for (let turn = 0; await call(`${process.pid}-${index}-${turn}`); turn += 1);
}
await Promise.all(Array.from({ length: 50 }, client))
await billing.stop()
await database.close()
