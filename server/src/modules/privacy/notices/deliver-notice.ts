import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { noticeMail } from './notice-mail.ts'
import {
  countReached,
  findNotice,
  finishNotice,
  insertRecipients,
  lockNotice,
  type NoticeRow,
  notReached,
  type RecipientRow,
} from './notice-store.ts'
import type { Delivery } from './notices.ts'
import { deliverNoticeJob } from './publish-notice.ts'

const batchPeople = 100

/** Tells some people, each once: the row that says so and the mail are written together. */
const tell = async (notices: Delivery, tx: Tx, row: NoticeRow, personIds: readonly string[]): Promise<void> => {
  const { clock, mailer, accounts, publicUrl } = notices
  const addresses = await accounts.addressesOf(tx, personIds)
  const recipients: RecipientRow[] = []
  for (const [personId, address] of addresses) {
    const { written } = await mailer.write(tx, noticeMail(row, { personId, address }, publicUrl()))
    recipients.push({
      id: newId('nrc', clock),
      noticeId: row.id,
      personId,
      outcome: written ? 'told' : 'refused',
      toldAt: clock.now(),
      dismissedAt: null,
      overAt: row.kind === 'policy-change' ? null : clock.now(),
    })
  }
  await insertRecipients(tx, recipients)
  const told = recipients.filter(({ outcome }) => outcome === 'told').length
  await countReached(tx, row.id, { told, refused: recipients.length - told })
}

/** One transaction; @returns where the next batch begins, or null when there is none */
const deliverBatch = (notices: Delivery, id: string, after: string | null): Promise<string | null> =>
  notices.database.transaction(async (tx) => {
    const row = await lockNotice(tx, id)
    if (row === undefined) return null
    const people = await notices.accounts.openAccounts(tx, after, batchPeople)
    if (people.length > 0) await tell(notices, tx, row, await notReached(tx, id, people))
    return people.length < batchPeople ? null : (people.at(-1) ?? null)
  })

/**
 * Tells every account that was not told yet, in batches of which each is whole or not there: after a kill it goes on,
 * and nobody is told twice. @param after begins behind this account; null: with the first
 */
export const deliverNotice = async (
  notices: Delivery,
  id: string,
  { after = null, signal }: { after?: string | null; signal?: AbortSignal } = {},
): Promise<void> => {
  const { clock, database } = notices
  let position = await deliverBatch(notices, id, after)
  while (position !== null) {
    if (signal?.aborted) throw new Error('stopped; the rest follows')
    position = await deliverBatch(notices, id, position)
  }
  await database.transaction(async (tx) => {
    if (!(await finishNotice(tx, id, clock.now()))) return
    const row = await findNotice(tx, id)
    const done = { gate: 'notice', decision: 'done', rule: `notice(${row?.kind ?? ''})` } as const
    await recordDecision(tx, clock, { ...done, counted: row?.told ?? 0 })
  })
}

export const createDeliverNoticeJob = (notices: Delivery): Job => ({
  name: deliverNoticeJob,
  readsFor: ['legal', 'account'],
  run: async (payload, signal) => {
    const id = (payload as { id?: unknown }).id
    if (typeof id === 'string') await deliverNotice(notices, id, { signal })
  },
})
