import { and, eq, gt, inArray, or } from 'drizzle-orm'
import { erasureLedger, mailOutbox, type Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { holdOrganisationsToo, type Subject } from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueue, type Job } from '../../../platform/jobs/index.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import { erasureBegunMail } from './mails.ts'
import {
  addFigures,
  closeUnanswered,
  findRequest,
  listDueErasures,
  lockRequest,
  type RequestRow,
  updateRequest,
} from './request-store.ts'
import type { Rights } from './rights.ts'
import { tellProcessors } from './tell-processors.ts'

export const eraseJob = 'erase-person'
export const resumeErasuresJob = 'resume-erasures'

/** The table of the requests themselves: its rows lose the person in the last transaction. */
const ownTable = 'rights_request'
/** Rows that others refer to: they go when nothing else is left. */
const roots: ReadonlySet<string> = new Set(['person', 'organisation'])
const begun: ReadonlySet<RequestRow['state']> = new Set(['running', 'held', 'done'])
const mailWaitMs = 3_600_000
const passesMax = 20
const rowsATransaction = 1000

type Outcome = 'not yet' | 'mail first' | 'held' | 'done'

/** Cuts every access and writes the ledger, before anything is destroyed. */
const begin = (rights: Rights, id: string): Promise<void> =>
  rights.database.transaction(async (tx) => {
    const { accounts, clock, mailer, vault } = rights
    const row = await lockRequest(tx, id)
    const now = clock.now()
    if (row?.state !== 'waiting' || row.personId === null || row.startsAt > now) return
    if (!(await accounts.mayLeave(tx, row.personId))) throw new Error('the last operator cannot be erased')
    const closed = await accounts.close(tx, row.personId)
    const entry = (subjectKind: 'person' | 'organisation', subjectId: string) => ({
      id: newId('ers', clock),
      at: now,
      subjectKind,
      subjectHash: vault.keyedHash('erasure', subjectId),
    })
    const organisations = closed.organisationsAlone.map((one) => entry('organisation', one))
    await tx.insert(erasureLedger).values([entry('person', row.personId), ...organisations])
    if (mailer.mode === 'smtp') await mailer.write(tx, erasureBegunMail(row.personId, closed.email))
    const { formerAddresses, organisationsAlone: organisationIds } = closed
    const subject = { addresses: [addressIndex(vault, closed.email)], formerAddresses, organisationIds }
    await holdOrganisationsToo(tx, row.personId, organisationIds, now)
    await tellProcessors(rights, tx, id, { ...subject, personId: row.personId, until: now }, closed.email)
    await updateRequest(tx, id, { state: 'running', begunAt: now, subject })
    const counted = await closeUnanswered(tx, row.personId, now)
    if (counted > 0)
      await recordDecision(tx, clock, {
        gate: 'rights',
        decision: 'done',
        rule: 'closed: the person is erased',
        counted,
      })
  })

const subjectOf = (row: RequestRow | undefined): Subject | null => {
  if (row?.subject == null || row.personId === null || row.begunAt === null) return null
  return { ...row.subject, personId: row.personId, until: row.begunAt }
}

/** Whether mail to them, or to others about them, still waits to leave: its copy here goes after it. */
const mailWaits = async (rights: Rights, subject: Subject): Promise<boolean> => {
  if (rights.mailer.mode !== 'smtp') return false
  const since = new Date(rights.clock.nowMs() - mailWaitMs)
  const waiting = and(
    or(inArray(mailOutbox.recipientIndex, [...subject.addresses]), eq(mailOutbox.aboutPersonId, subject.personId)),
    eq(mailOutbox.state, 'queued'),
    gt(mailOutbox.createdAt, since),
  )
  return (await rights.database.direct.$count(mailOutbox, waiting)) > 0
}

/**
 * A bounded number of rows, of one table or of several, and their figures are one transaction: a crash at any line is only
 * a slower run, and somebody with few rows in many tables does not wait for as many writes to the disk.
 */
const eraseTables = async (
  rights: Rights,
  id: string | null,
  tables: readonly string[],
  subject: Subject,
): Promise<void> => {
  const waiting = [...tables]
  const eraseSome = async (tx: Tx): Promise<number> => {
    let [removed, emptied, done] = [0, 0, 0]
    for (const table of waiting) {
      const batch = await rights.erasureGate.eraseBatch(tx, table, subject)
      removed += batch.removed
      emptied += batch.emptied
      if (batch.done) done++
      if (!batch.done || removed + emptied >= rowsATransaction) break
    }
    if (id !== null && removed + emptied > 0) await addFigures(tx, id, { removed, emptied })
    return done
  }
  while (waiting.length > 0) waiting.splice(0, await rights.database.transaction(eraseSome))
}

const leftOf = async (rights: Rights, tx: Tx, subject: Subject) =>
  (await rights.erasureGate.remaining(tx, subject)).filter(({ table }) => table !== ownTable)

/**
 * Walks the map until nothing but held rows is left.
 * @param id of the request that gets the figures; null: none does
 * @returns whether held rows are left
 */
export const eraseAll = async (rights: Rights, id: string | null, subject: Subject): Promise<'held' | 'gone'> => {
  const { database, erasureGate } = rights
  const tables = erasureGate.tables.filter((table) => table !== ownTable)
  for (let pass = 0; pass < passesMax; pass++) {
    await eraseTables(
      rights,
      id,
      tables.filter((one) => !roots.has(one)),
      subject,
    )
    const children = (await leftOf(rights, database.direct, subject)).filter(({ table }) => !roots.has(table))
    if (children.some(({ due }) => due > 0)) continue
    await eraseTables(
      rights,
      id,
      tables.filter((one) => roots.has(one)),
      subject,
    )
    const left = await leftOf(rights, database.direct, subject)
    if (left.every(({ due }) => due === 0)) return left.length > 0 ? 'held' : 'gone'
  }
  throw new Error('rows of an erased person stay locked')
}

/** The key goes, the decision is written and the request forgets whom it was about, all at once. */
const finish = (rights: Rights, id: string, subject: Subject): Promise<boolean> =>
  rights.database.transaction(async (tx) => {
    const { clock, erasureGate, subjectKeys } = rights
    const row = await lockRequest(tx, id)
    if (row?.subject == null) return true
    if ((await leftOf(rights, tx, subject)).length > 0) return false
    await erasureGate.eraseBatch(tx, ownTable, subject)
    if ((await findRequest(tx, id))?.personId !== null) return false
    for (const one of [subject.personId, ...subject.organisationIds]) await subjectKeys.shred(tx, one)
    const evidenceSequence = await recordDecision(tx, clock, {
      gate: 'erasure',
      decision: 'done',
      rule: 'erase',
      counted: row.removed + row.emptied,
      ...(row.commitment === null ? {} : { commitment: row.commitment }),
    })
    await updateRequest(tx, id, { state: 'done', finishedAt: clock.now(), subject: null, evidenceSequence })
    return true
  })

/** Does whatever is left to do for one erasure. Safe to repeat, and to run twice at once. */
export const erasePerson = async (rights: Rights, id: string): Promise<Outcome> => {
  const { database } = rights
  await begin(rights, id)
  const row = await findRequest(database.direct, id)
  if (row === undefined || !begun.has(row.state)) return 'not yet'
  const subject = subjectOf(row)
  if (subject === null) return 'done'
  if (await mailWaits(rights, subject)) return 'mail first'
  if ((await eraseAll(rights, id, subject)) === 'gone' && (await finish(rights, id, subject))) {
    await rights.evidence.integrate()
    return 'done'
  }
  await updateRequest(database.direct, id, { state: 'held' })
  return 'held'
}

export const erasureJobs = (rights: Rights): Job[] => [
  {
    name: eraseJob,
    readsFor: ['legal'],
    run: async (payload) => {
      const { id } = payload as { id?: unknown }
      if (typeof id === 'string') await erasePerson(rights, id)
    },
  },
  {
    // A killed run, an ended hold, mail that has left: whatever it was, it goes on within a minute.
    name: resumeErasuresJob,
    readsFor: ['legal'],
    cron: '* * * * *',
    run: async (_payload, signal) => {
      for (const id of await listDueErasures(rights.database.direct, rights.clock.now())) {
        if (!signal.aborted) await erasePerson(rights, id)
      }
    },
  },
]

/** Goes on with what a hold had stopped. */
export const resumeErasures = (tx: Tx): Promise<void> => enqueue(tx, resumeErasuresJob, {}, { key: resumeErasuresJob })
