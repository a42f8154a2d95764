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
export type StoredMail = Pick<Row, 'id' | 'kind' | 'state' | 'reason' | 'createdAt' | 'sentAt'> &
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

/** Opens mail; that about an erased subject is left out. */
const openMail = async (vault: Pick<Vault, 'openMany'>, rows: readonly Row[]): Promise<StoredMail[]> => {
  const opened = await openRows(vault, table, rows, (row) => ({
    subject: row.about,
    row: row.id,
    fields: {
      to: ['sealed_recipient', row.sealedRecipient],
      message: ['sealed_message', row.sealedMessage],
    },
  }))
  return opened.map(({ row: { id, kind, state, reason, createdAt, sentAt }, plain }) => {
    const message = JSON.parse(plain.message) as MessageText
    return { id, kind, state, reason, createdAt, sentAt, to: plain.to, ...message }
  })
}

/** Mail in the outbox, newest first. */
export const listMail = async (
  tx: Tx,
  vault: Pick<Vault, 'openMany' | 'blindIndex'>,
  wanted: { to?: string | undefined; kind?: string | undefined; where?: SQL | undefined; limit: number },
): Promise<StoredMail[]> => {
  const { to, kind, where, limit } = wanted
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
  return openMail(vault, rows)
}

export const findMail = async (tx: Tx, vault: Pick<Vault, 'openMany'>, id: string): Promise<StoredMail | undefined> => {
  const rows = await tx.select().from(mailOutbox).where(eq(mailOutbox.id, id))
  return (await openMail(vault, rows))[0]
}
