import { addDuration, type CompiledPolicy, parseDuration } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../../identity/index.ts'

/** What the use cases of messages to the policy's contacts share. */
export interface Contact {
  readonly database: Database
  readonly clock: Clock
  readonly policy: CompiledPolicy
  readonly vault: Pick<Vault, 'sealFor' | 'openMany' | 'blindIndex'>
  readonly mailer: Pick<Mailer, 'write'>
  readonly accounts: Pick<Identity['api']['accounts'], 'countMessage'>
}

/** One month (GDPR Article 12(3)), where the policy gives no right a deadline. */
const longest = 'P1M'

/** A message may ask for a right, whoever it is addressed to: the shortest deadline that the policy gives one. */
export const answerWithin = ({ source }: CompiledPolicy, now: Date): { duration: string; dueAt: Date } => {
  const all = [...Object.values(source.rights).map(({ deadline }) => deadline), longest].flatMap((duration) => {
    const parsed = parseDuration(duration)
    return parsed === null ? [] : [{ duration, dueAt: addDuration(now, parsed) }]
  })
  const [first] = all.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
  if (first === undefined) throw new Error('no deadline can be read')
  return first
}

/** Whom one can write to; nobody where the policy says nothing of how long inquiries are kept. */
export const contactsOf = (policy: CompiledPolicy): string[] =>
  policy.retention('inquiry') === null ? [] : Object.keys(policy.source.contacts)
