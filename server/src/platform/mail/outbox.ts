import { and, desc, eq, type SQL } from 'drizzle-orm'
import { mailOutbox, type Tx } from '../db/index.ts'
import { openRows, type Vault } from '../vault/index.ts'

type Row = typeof mailOutbox.$inferSelect

/** What of a message is sealed as one. */
export interface MessageText {
  readonly subject: string
  readonly text: string
  readonly links: readonly string[]
}

/** A message as it was written. */
export type StoredMail = Pick<Row, 'id' | 'about' | 'kind' | 'state' | 'reason' | 'createdAt' | 'sentAt'> &
  MessageText & { readonly to: string }

const table = 'mail_outbox'

/** An address as it is stored and compared: people do not mean two accounts by a capital letter. */
export const normaliseAddress = (address: string): string => address.trim().toLowerCase()

/** By which a sealed address is found, wherever it is sealed. */
export const addressIndex = (vault: Pick<Vault, 'blindIndex'>, address: string): string =>
  vault.blindIndex('email', normaliseAddress(address))

export const sealMail = async (
  vault: Pick<Vault, 'sealFor' | 'blindIndex'>,
  mail: { readonly id: string; readonly about: string; readonly to: string } & MessageText,
): Promise<Pick<Row, 'about' | 'sealedRecipient' | 'recipientIndex' | 'sealedMessage'>> => {
  const { id: row, about, to, subject, text, links } = mail
  const seal = (column: string, plain: string) => vault.sealFor(about, { table, column, row }, plain)
  return {
    about,
    sealedRecipient: await seal('sealed_recipient', to),
    recipientIndex: addressIndex(vault, to),
    sealedMessage: await seal('sealed_message', JSON.stringify({ subject, text, links })),
  }
}

/** A message whose envelope is open and whose text is not. */
export type ClosedMail = Pick<
  Row,
  'id' | 'about' | 'recipientIndex' | 'kind' | 'state' | 'reason' | 'createdAt' | 'sentAt' | 'sealedMessage'
> & { readonly to: string }

export interface MailWanted {
  readonly to?: string | undefined
  readonly kind?: string | undefined
  readonly where?: SQL | undefined
  readonly limit: number
}

/** Opens to whom it goes; mail about an erased subject is left out. */
const openEnvelopes = async (tx: Tx, vault: Pick<Vault, 'openMany'>, rows: readonly Row[]): Promise<ClosedMail[]> => {
  const opened = await openRows(tx, vault, table, rows, (row) => ({
    subject: row.about,
    row: row.id,
    fields: { to: ['sealed_recipient', row.sealedRecipient] },
  }))
  return opened.map(({ row, plain }) => ({ ...row, to: plain.to }))
}

/** Opens what messages say. Staff get here through the staff access gate only. */
export const openMessages = async (
  tx: Tx,
  vault: Pick<Vault, 'openMany'>,
  mails: readonly ClosedMail[],
): Promise<StoredMail[]> => {
  const opened = await openRows(tx, vault, table, mails, (mail) => ({
    subject: mail.about,
    row: mail.id,
    fields: { message: ['sealed_message', mail.sealedMessage] },
  }))
  return opened.map(({ row: { id, about, kind, state, reason, createdAt, sentAt, to }, plain }) => {
    const message = JSON.parse(plain.message) as MessageText
    return { id, about, kind, state, reason, createdAt, sentAt, to, ...message }
  })
}

/** Envelopes in the outbox, newest first. */
export const listClosedMail = async (
  tx: Tx,
  vault: Pick<Vault, 'openMany' | 'blindIndex'>,
  { to, kind, where, limit }: MailWanted,
): Promise<ClosedMail[]> => {
  const rows = await tx
    .select()
    .from(mailOutbox)
    .where(
      and(
        to === undefined ? undefined : eq(mailOutbox.recipientIndex, addressIndex(vault, to)),
        kind === undefined ? undefined : eq(mailOutbox.kind, kind),
        where,
      ),
    )
    .orderBy(desc(mailOutbox.createdAt), desc(mailOutbox.id))
    .limit(limit)
  return openEnvelopes(tx, vault, rows)
}

export const findClosedMail = async (
  tx: Tx,
  vault: Pick<Vault, 'openMany'>,
  id: string,
): Promise<ClosedMail | undefined> => {
  const rows = await tx.select().from(mailOutbox).where(eq(mailOutbox.id, id))
  return (await openEnvelopes(tx, vault, rows))[0]
}

/** Mail in the outbox, newest first, open. */
export const listMail = async (
  tx: Tx,
  vault: Pick<Vault, 'openMany' | 'blindIndex'>,
  wanted: MailWanted,
): Promise<StoredMail[]> => openMessages(tx, vault, await listClosedMail(tx, vault, wanted))

/** A message as it waits: who it is about, and nothing that is sealed. */
export type WaitingMail = Pick<Row, 'id' | 'about' | 'kind' | 'state'>

export const findWaitingMail = async (tx: Tx, id: string): Promise<WaitingMail | undefined> => {
  const { about, kind, state } = mailOutbox
  return (await tx.select({ id: mailOutbox.id, about, kind, state }).from(mailOutbox).where(eq(mailOutbox.id, id)))[0]
}

/**
 * To hand people what was written to them is their own matter: who restricted the use of their data gets it all the
 * same, or could not come back into their account. News is a use like any other.
 */
export const handingOver = (tx: Tx, { about, kind }: Pick<Row, 'about' | 'kind'>): Tx =>
  kind === 'marketing' ? tx : tx.as(tx.reading.by(about))

/** A message for its recipient; undefined for mail about an erased subject, and for news to who does not let it. */
export const openToHandOver = async (
  tx: Tx,
  vault: Pick<Vault, 'openMany'>,
  mail: WaitingMail,
): Promise<StoredMail | undefined> => {
  const reader = handingOver(tx, mail)
  const closed = await findClosedMail(reader, vault, mail.id)
  return closed === undefined ? undefined : (await openMessages(reader, vault, [closed]))[0]
}
