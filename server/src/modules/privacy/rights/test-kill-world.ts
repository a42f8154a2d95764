import { readFileSync } from 'node:fs'
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
import type { Rights } from './index.ts'

/** What a process needs that does one thing and is killed in the middle of it: the data map comes on its standard input. */
export const openKillWorld = async (url: string) => {
  const map = JSON.parse(readFileSync(0, 'utf8')) as MappedColumn[]
  const clock = systemClock
  const log = createLog('silent')
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
    log,
    vault,
    policy,
    mail: mailer,
    passwordGate: createPasswordGate(policy.password),
    publicUrl,
    operatorToken: { matches: () => false },
    acted: async () => undefined,
    knownModels: async () => new Set(),
  })
  const rights: Rights = {
    database,
    clock,
    policy,
    map,
    vault,
    mailer,
    publicUrl,
    evidence: createEvidenceLog({ database, clock, log, seed: Buffer.alloc(32, 9), name: 'avow/test' }),
    erasureGate: createErasureGate({ clock, map }),
    subjectKeys: shredding(vault),
    accounts: identity.api.accounts,
  }
  const close = async (): Promise<void> => {
    await identity.stop()
    await vault.close()
    await opened.close()
  }
  return { opened, clock, log, vault, identity, rights, close }
}
