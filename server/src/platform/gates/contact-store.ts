import { eq, lt } from 'drizzle-orm'
import { marketingContact, type Tx } from '../db/index.ts'

const dayMs = 86_400_000

/** When somebody who gets news last cared for us. */
export const contactStore = {
  /** Null: they get none. */
  lastActivity: async (tx: Tx, personId: string): Promise<Date | null> => {
    const [row] = await tx.select().from(marketingContact).where(eq(marketingContact.personId, personId))
    return row?.lastActivityAt ?? null
  },
  keep: async (tx: Tx, personId: string, now: Date): Promise<void> => {
    await tx
      .insert(marketingContact)
      .values({ personId, since: now, lastActivityAt: now })
      .onConflictDoUpdate({
        target: marketingContact.personId,
        set: { lastActivityAt: now },
        setWhere: lt(marketingContact.lastActivityAt, new Date(now.getTime() - dayMs)),
      })
  },
  end: async (tx: Tx, personId: string): Promise<void> => {
    await tx.delete(marketingContact).where(eq(marketingContact.personId, personId))
  },
}
