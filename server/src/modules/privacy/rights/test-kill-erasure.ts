/** A process of its own that erases one person and is killed before its n-th statement: node FILE URL ID N < MAP */
import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { systemClock } from '../../../platform/clock/index.ts'
import { type MappedColumn, openDatabase } from '../../../platform/db/index.ts'
import { anyReading } from '../../../platform/db/test-reading.ts'
import { createEvidenceLog } from '../../../platform/evidence/index.ts'
import { createErasureGate, createPasswordGate } from '../../../platform/gates/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { createMailer } from '../../../platform/mail/index.ts'
import { shredding } from '../../../platform/vault/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { createIdentity } from '../../identity/index.ts'
import { starterPolicy } from '../test-system.ts'
import { erasePerson } from './index.ts'

const [url = '', id = '', killBefore = ''] = process.argv.slice(2)
const map = JSON.parse(readFileSync(0, 'utf8')) as MappedColumn[]
const clock = systemClock
const opened = openDatabase(url, 4, () => undefined, { for: () => anyReading, duty: () => anyReading })
const database = opened.duty('rights')
const policy = starterPolicy()
const vault = await openTestVault(url)
const mailer = createMailer({ database, clock, vault, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' })
const publicUrl = () => 'http://127.0.0.1'
const identity = createIdentity({
  database,
  databaseUrl: url,
  clock,
  log: createLog('silent'),
  vault,
  policy,
  mail: mailer,
  passwordGate: createPasswordGate(policy.password),
  publicUrl,
  operatorToken: { matches: () => false },
  acted: async () => undefined,
  knownModels: async () => new Set(),
})

let left = Number(killBefore)
const query = Client.prototype.query
Client.prototype.query = function (this: Client, ...given: Parameters<typeof query>) {
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
  return query.apply(this, given)
} as typeof query

const rights = {
  database,
  clock,
  policy,
  map,
  vault,
  mailer,
  publicUrl,
  evidence: createEvidenceLog({
    database,
    clock,
    log: createLog('silent'),
    seed: Buffer.alloc(32, 9),
    name: 'avow/test',
  }),
  erasureGate: createErasureGate({ clock, map }),
  subjectKeys: shredding(vault),
  accounts: identity.api.accounts,
}
const outcome = await erasePerson(rights, id)
process.stdout.write(`${outcome} ${Number(killBefore) - left}\n`)
await identity.stop()
await vault.close()
await opened.close()
