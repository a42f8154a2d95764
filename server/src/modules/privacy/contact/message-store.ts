import { and, desc, eq, isNull } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { type Cursor, Refusal } from '../../../platform/http/index.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import type { Contact } from './contact.ts'
import { contactMessage } from './tables.ts'

type MessageRow = typeof contactMessage.$inferSelect
type Sealing = Pick<Contact, 'vault'>

/** What is sealed of a message, as its writer gave it. */
export interface Written {
  readonly name: string | null
  readonly email: string
  readonly text: string
}

export interface ContactMessage {
  readonly row: MessageRow
  readonly written: Written
  readonly answer: string | null
}

const placeOf = (row: string, column: 'sealed_message' | 'sealed_answer') => ({ table: 'contact_message', column, row })

const open = async (tx: Tx, { vault }: Sealing, rows: readonly MessageRow[]): Promise<ContactMessage[]> => {
  const cells = rows.flatMap(({ id, sealedMessage, sealedAnswer }) => [
    { subject: id, place: placeOf(id, 'sealed_message'), sealed: sealedMessage },
    ...(sealedAnswer === null ? [] : [{ subject: id, place: placeOf(id, 'sealed_answer'), sealed: sealedAnswer }]),
  ])
  const opened = (await vault.openMany(tx, cells))[Symbol.iterator]()
  return rows.flatMap((row) => {
    const message: string | null | undefined = opened.next().value
    const answer: string | null | undefined = row.sealedAnswer === null ? null : opened.next().value
    return typeof message === 'string' ? [{ row, written: JSON.parse(message) as Written, answer: answer ?? null }] : []
  })
}

export const insertMessage = async (
  { vault }: Sealing,
  tx: Tx,
  of: Pick<MessageRow, 'id' | 'contact' | 'receivedAt' | 'dueAt'>,
  written: Written,
): Promise<void> => {
  await tx.insert(contactMessage).values({
    ...of,
    lastAt: of.receivedAt,
    addressIndex: addressIndex(vault, written.email),
    sealedMessage: await vault.sealFor(of.id, placeOf(of.id, 'sealed_message'), JSON.stringify(written)),
  })
}

/** @throws Refusal not_found */
export const findMessage = async (deps: Sealing, tx: Tx, id: string): Promise<ContactMessage> => {
  const [found] = await open(tx, deps, await tx.select().from(contactMessage).where(eq(contactMessage.id, id)))
  if (found === undefined) throw new Refusal('not_found')
  return found
}

/** Held against change until the transaction ends. @throws Refusal not_found; conflict for one that has ended */
export const lockOpenMessage = async (deps: Sealing, tx: Tx, id: string): Promise<ContactMessage> => {
  const rows = await tx.select().from(contactMessage).where(eq(contactMessage.id, id)).for('update')
  const [found] = await open(tx, deps, rows)
  if (found === undefined) throw new Refusal('not_found')
  if (found.row.endedAt !== null) throw new Refusal('conflict', 'This message was answered or closed already.')
  return found
}

export interface Ending {
  readonly at: Date
  readonly by: string
  readonly answer?: string
  readonly closedBecause?: NonNullable<MessageRow['closedBecause']>
}

export const endMessage = async (
  { vault }: Sealing,
  tx: Tx,
  { row, written }: ContactMessage,
  { at, by, answer, closedBecause }: Ending,
): Promise<ContactMessage> => {
  const set = {
    ...{ endedAt: at, lastAt: at, endedBy: by, closedBecause: closedBecause ?? null },
    sealedAnswer: answer === undefined ? null : await vault.sealFor(row.id, placeOf(row.id, 'sealed_answer'), answer),
  }
  await tx.update(contactMessage).set(set).where(eq(contactMessage.id, row.id))
  return { row: { ...row, ...set }, written, answer: answer ?? null }
}

/** Newest first, one more than the limit. */
export const listMessages = async (
  deps: Sealing,
  tx: Tx,
  page: { limit: number; after: Cursor | undefined; isOpen: boolean; contact: string | undefined },
): Promise<ContactMessage[]> => {
  const { limit, after, isOpen, contact } = page
  const rows = await tx
    .select()
    .from(contactMessage)
    .where(
      and(
        isOpen ? isNull(contactMessage.endedAt) : undefined,
        contact === undefined ? undefined : eq(contactMessage.contact, contact),
        olderThan(contactMessage.receivedAt, contactMessage.id, after),
      ),
    )
    .orderBy(desc(contactMessage.receivedAt), desc(contactMessage.id))
    .limit(limit + 1)
  return open(tx, deps, rows)
}
