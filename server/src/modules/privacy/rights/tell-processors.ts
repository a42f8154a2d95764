import type { Category } from '@avow/policy'
import { eq } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Recipient, Subject } from '../../../platform/gates/index.ts'
import { type DisclosureRow, listDisclosures } from './list-disclosures.ts'
import { eraseThereMail } from './mails.ts'
import type { Rights } from './rights.ts'
import { erasureNotice } from './tables.ts'

export type ErasureNoticeRow = typeof erasureNotice.$inferSelect

/** What says of nobody whose it is: a provider of models knows no caller. */
const nameless: ReadonlySet<Category> = new Set(['content.inference'])

const disclosuresMax = 100_000

type Outcome = Pick<ErasureNoticeRow, 'state' | 'reason'>

const notTellable = (reason: string): Outcome => ({ state: 'not-tellable', reason })

/** Writes to a party that received something which names the person, where the policy says how to reach it. */
const tell = async (
  { mailer, policy }: Rights,
  tx: Tx,
  party: { readonly recipient: Recipient | undefined; readonly namesThem: boolean },
  person: { readonly id: string; readonly email: string },
): Promise<Outcome> => {
  if (!party.namesThem) return notTellable('it received nothing that says whose it is')
  if (party.recipient === undefined) return notTellable('the policy does not list it any more')
  if (party.recipient.contact === undefined) return notTellable('the policy names no contact of it')
  if (mailer.mode !== 'smtp') return notTellable('no mail server is set up')
  await mailer.write(tx, eraseThereMail(party.recipient.contact, person, policy.source.operator.name))
  return { state: 'told', reason: null }
}

/**
 * Tells each processor that received data about the person to erase it too, in the transaction that begins the erasure:
 * afterwards nobody knows whom it would be about.
 */
export const tellProcessors = async (
  rights: Rights,
  tx: Tx,
  requestId: string,
  subject: Subject,
  email: string,
): Promise<void> => {
  const rows = await listDisclosures(tx, rights.map, subject, { limit: disclosuresMax })
  const parties = new Map<string, DisclosureRow[]>()
  for (const row of rows.filter(({ ground }) => ground === 'processor'))
    parties.set(row.recipient, [...(parties.get(row.recipient) ?? []), row])
  for (const [id, received] of parties) {
    const namesThem = received.some(({ categories }) => categories.some((one) => !nameless.has(one as Category)))
    const recipient = rights.policy.source.recipients.find((one) => one.id === id)
    const outcome = await tell(rights, tx, { recipient, namesThem }, { id: subject.personId, email })
    const name = recipient?.name ?? received[0]?.name ?? id
    await tx
      .insert(erasureNotice)
      .values({ requestId, recipient: id, name, ...outcome, at: rights.clock.now() })
      .onConflictDoNothing()
  }
}

export const listErasureNotices = (tx: Tx, requestId: string): Promise<ErasureNoticeRow[]> =>
  tx.select().from(erasureNotice).where(eq(erasureNotice.requestId, requestId))
