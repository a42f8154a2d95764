import { and, desc, eq, gt } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { olderThan } from '../page-position.ts'
import { invitation } from '../tables.ts'
import type { PageWanted } from './organisation-store.ts'

export type InvitationRow = typeof invitation.$inferSelect

export const insertInvitation = async (tx: Tx, row: InvitationRow): Promise<void> => {
  await tx.insert(invitation).values(row)
}

/** Newest first, one more than the limit. */
export const listInvitationsOf = (tx: Tx, organisationId: string, page: PageWanted): Promise<InvitationRow[]> =>
  tx
    .select()
    .from(invitation)
    .where(
      and(eq(invitation.organisationId, organisationId), olderThan(invitation.createdAt, invitation.id, page.after)),
    )
    .orderBy(desc(invitation.createdAt), desc(invitation.id))
    .limit(page.limit + 1)

export const hasOpenInvitation = async (tx: Tx, organisationId: string, email: string, now: Date): Promise<boolean> => {
  const open = and(
    eq(invitation.organisationId, organisationId),
    eq(invitation.email, email),
    eq(invitation.state, 'pending'),
    gt(invitation.expiresAt, now),
  )
  return (await tx.$count(invitation, open)) > 0
}

export const countInvitationsSince = (tx: Tx, organisationId: string, since: Date): Promise<number> =>
  tx.$count(invitation, and(eq(invitation.organisationId, organisationId), gt(invitation.createdAt, since)))

export const lockInvitation = async (
  tx: Tx,
  organisationId: string,
  id: string,
): Promise<InvitationRow | undefined> => {
  const [row] = await tx
    .select()
    .from(invitation)
    .where(and(eq(invitation.organisationId, organisationId), eq(invitation.id, id)))
    .for('update')
  return row
}

/** By the token of the mail, which itself names the organisation. */
export const lockInvitationByToken = async (tx: Tx, tokenHash: string): Promise<InvitationRow | undefined> => {
  const [row] = await tx.select().from(invitation).where(eq(invitation.tokenHash, tokenHash)).for('update')
  return row
}

export const decideInvitation = async (tx: Tx, id: string, state: 'accepted' | 'revoked'): Promise<void> => {
  await tx.update(invitation).set({ state }).where(eq(invitation.id, id))
}
