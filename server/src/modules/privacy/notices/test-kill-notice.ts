/** A process of its own that tells everyone a notice and is killed before its n-th statement: node FILE URL ID N */

import { systemClock } from '../../../platform/clock/index.ts'
import { openDatabase } from '../../../platform/db/index.ts'
import { killBeforeStatement } from '../../../platform/db/test-kill.ts'
import { anyReading } from '../../../platform/db/test-reading.ts'
import { createPasswordGate } from '../../../platform/gates/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { createMailer } from '../../../platform/mail/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { createIdentity } from '../../identity/index.ts'
import { starterPolicy } from '../test-system.ts'
import { deliverNotice } from './index.ts'

const [url = '', id = '', killBefore = ''] = process.argv.slice(2)
const clock = systemClock
const opened = openDatabase(url, 4, () => undefined, { for: () => anyReading, duty: () => anyReading })
const database = opened.for('legal')
const policy = starterPolicy()
const vault = await openTestVault(url)
const mailer = createMailer({ database, clock, vault, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' })
const publicUrl = () => 'http://127.0.0.1'
const identity = createIdentity({
  databaseUrl: url,
  database,
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

const statements = killBeforeStatement(Number(killBefore))

await deliverNotice({ database, clock, mailer, publicUrl, accounts: identity.api.accounts }, id)
process.stdout.write(String(statements()))
await identity.stop()
await vault.close()
await opened.close()
