import type { verifications } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import { eraseJob } from './erase-person.ts'
import { erasureAskedMail } from './mails.ts'
import { commitTo, hashReceiptToken, newReceiptToken } from './receipt.ts'
import { insertRequest, lockOpenErasure, type RequestRow } from './request-store.ts'
import { deadlineOf } from './request-view.ts'
import { sealWords } from './request-words.ts'
import type { Rights } from './rights.ts'

interface Wanted {
  readonly personId: string
  readonly startsAt: Date
  readonly verified: (typeof verifications)[number]
  /** Of the operator's people, when it is on behalf of the person. */
  readonly handledBy?: string
  readonly details?: string
}

/**
 * Writes a request for erasure, tells the person, and lets it begin in time.
 * @returns the request, and the key to its receipt, which is in the mail and nowhere else
 * @throws Refusal not_found, conflict
 */
export const openErasure = async (
  rights: Rights,
  tx: Tx,
  { personId, startsAt, verified, handledBy, details }: Wanted,
): Promise<{ row: RequestRow; token: string; receiptUrl: string }> => {
  const { accounts, clock, mailer, publicUrl } = rights
  const askedAt = clock.now()
  const email = await accounts.addressOf(tx, personId)
  if (email === null) throw new Refusal('not_found')
  if ((await lockOpenErasure(tx, personId)) !== undefined)
    throw new Refusal('conflict', 'This erasure was asked for already. See it among the requests.')
  const token = newReceiptToken()
  const id = newId('rrq', clock)
  const row = await insertRequest(tx, {
    id,
    kind: 'erasure',
    state: 'waiting',
    personId,
    askedAt,
    dueAt: deadlineOf(rights, 'erasure', askedAt),
    startsAt,
    verified,
    handledBy: handledBy ?? null,
    sealedDetails: details === undefined ? null : await sealWords(rights, { id, personId }, 'sealed_details', details),
    receiptTokenHash: hashReceiptToken(rights, token),
    commitment: commitTo(token, email),
  })
  const receiptUrl = `${publicUrl()}/receipts/${token}`
  await mailer.write(tx, erasureAskedMail(personId, email, startsAt, receiptUrl, `${publicUrl()}/your-data`))
  await recordDecision(tx, clock, {
    gate: 'rights',
    decision: 'allowed',
    rule: `erasure asked, verified by ${verified}`,
  })
  await enqueue(tx, eraseJob, { id }, { key: `erase:${id}`, runAt: startsAt })
  return { row, token, receiptUrl }
}
