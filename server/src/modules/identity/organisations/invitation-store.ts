import { and, desc, eq, gt } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import { emailIndex } from '../people/email.ts'
import { invitation } from '../tables.ts'
import type { PageWanted } from './organisation-store.ts'

type StoredRow = typeof invitation.$inferSelect

/** An invitation with what is sealed opened. It is a subject of its own: the guest may have no account. */
export type InvitationRow = Omit<StoredRow, 'sealedEmail' | 'emailIndex'> & { readonly email: string }

const table = 'invitation'

const openAll = async (tx: Tx, vault: Vault, rows: readonly StoredRow[]): Promise<InvitationRow[]> => {
  const opened = await openRows(tx, vault, table, rows, ({ id, sealedEmail }) => ({
    subject: id,
    row: id,
    fields: { email: ['sealed_email', sealedEmail] },
  }))
  return opened.map(({ row: { sealedEmail: _sealed, emailIndex: _index, ...row }, plain }) => ({ ...row, ...plain }))
}

export const insertInvitation = async (tx: Tx, vault: Vault, row: InvitationRow): Promise<void> => {
  const { email, ...plain } = row
  await tx.insert(invitation).values({
    ...plain,
    sealedEmail: await vault.sealFor(row.id, { table, column: 'sealed_email', row: row.id }, email),
    emailIndex: emailIndex(vault, email),
  })
}

/** Newest first, one more than the limit. */
export const listInvitationsOf = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  page: PageWanted,
): Promise<InvitationRow[]> => {
  const rows = await tx
    .select()
    .from(invitation)
    .where(
      and(eq(invitation.organisationId, organisationId), olderThan(invitation.createdAt, invitation.id, page.after)),
    )
    .orderBy(desc(invitation.createdAt), desc(invitation.id))
    .limit(page.limit + 1)
  return openAll(tx, vault, rows)
}

export const hasOpenInvitation = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  email: string,
  now: Date,
): Promise<boolean> => {
  const open = and(
    eq(invitation.organisationId, organisationId),
    eq(invitation.emailIndex, emailIndex(vault, email)),
    eq(invitation.state, 'pending'),
    gt(invitation.expiresAt, now),
  )
  return (await tx.$count(invitation, open)) > 0
}

export const countInvitationsSince = (tx: Tx, organisationId: string, since: Date): Promise<number> =>
  tx.$count(invitation, and(eq(invitation.organisationId, organisationId), gt(invitation.createdAt, since)))

export const lockInvitation = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  id: string,
): Promise<InvitationRow | undefined> => {
  const rows = await tx
    .select()
    .from(invitation)
    .where(and(eq(invitation.organisationId, organisationId), eq(invitation.id, id)))
    .for('update')
  return (await openAll(tx, vault, rows))[0]
}

/** By the token of the mail, which itself names the organisation. */
export const lockInvitationByToken = async (
  tx: Tx,
  vault: Vault,
  tokenHash: string,
): Promise<InvitationRow | undefined> => {
  const rows = await tx.select().from(invitation).where(eq(invitation.tokenHash, tokenHash)).for('update')
  return (await openAll(tx, vault, rows))[0]
}

export const decideInvitation = async (tx: Tx, id: string, state: 'accepted' | 'revoked'): Promise<void> => {
  await tx.update(invitation).set({ state }).where(eq(invitation.id, id))
}
