import { addDuration, type Duration } from '@avow/policy'
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import type { Identity } from '../identity.ts'
import { signInLink } from '../links.ts'
import { person } from '../tables.ts'
import { closeAccount } from './close-account.ts'
import { mayLeave } from './close-own-account.ts'
import { accountIdleMail } from './mails.ts'
import { lockPerson } from './person-store.ts'

export const closeIdleJob = 'close-idle-accounts'
const batchRows = 500

/** On the UTC calendar, as the retention gate reckons. */
const isPast = (column: SQL | PgColumn, length: Duration, at: Date): SQL =>
  sql`((${column} at time zone 'UTC') + ${length.text}::interval <= (${at.toISOString()}::timestamptz at time zone 'UTC'))`

/** Whose sessions, and whose organisations' keys, will not have been used for so long at an instant. */
const isIdle = (after: Duration, at: Date): SQL =>
  sql`${isPast(person.lastActiveAt, after, at)} and not exists (select 1 from membership m join project p on p.organisation_id = m.organisation_id join api_key k on k.project_id = p.id where m.person_id = ${person.id} and not ${isPast(sql`coalesce(k.last_used_at, '-infinity')`, after, at)})`

const idlePeople = async (tx: Tx, condition: SQL | undefined): Promise<string[]> => {
  const rows = await tx
    .select({ id: person.id })
    .from(person)
    .where(and(isNull(person.closedAt), condition))
    .orderBy(person.lastActiveAt)
    .limit(batchRows)
  return rows.map(({ id }) => id)
}

/**
 * Warns people whose account nobody uses, and closes what was idle for as long as the policy says; never without a warning
 * that was long enough ago.
 * @returns how many were warned and closed
 */
export const closeIdleAccounts = async (identity: Identity): Promise<{ warned: number; closed: number }> => {
  const { clock, database, mail, policy, vault } = identity
  const { idle } = policy.accounts
  if (idle === null) return { warned: 0, closed: 0 }
  const now = clock.now()
  const closing = and(isIdle(idle.after, now), isPast(person.idleWarnedAt, idle.warning, now))
  let closed = 0
  for (const id of await idlePeople(database.direct, closing)) {
    closed += await database.transaction(async (tx) => {
      const locked = await lockPerson(tx, vault, id)
      if (locked === undefined || !(await mayLeave(tx, id))) return 0
      await closeAccount(tx, identity, id, null)
      await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'idle account closed' })
      return 1
    })
  }
  const closesAt = addDuration(now, idle.warning)
  const warning = and(isIdle(idle.after, closesAt), isNull(person.idleWarnedAt))
  let warned = 0
  for (const id of await idlePeople(database.direct, warning)) {
    warned += await database.transaction(async (tx) => {
      const locked = await lockPerson(tx, vault, id)
      if (locked === undefined) return 0
      await tx.update(person).set({ idleWarnedAt: now }).where(eq(person.id, id))
      await mail.write(tx, accountIdleMail(locked, closesAt, signInLink(identity)))
      return 1
    })
  }
  return { warned, closed }
}

export const createCloseIdleJob = (identity: Identity): Job => ({
  name: closeIdleJob,
  readsFor: ['account', 'security'],
  cron: '50 3 * * *',
  run: async () => {
    await closeIdleAccounts(identity)
  },
})
