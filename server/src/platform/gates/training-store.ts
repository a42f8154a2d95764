import { and, desc, eq, sql } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { Refusal } from '../http/problem.ts'
import type { TrainingLevel } from './judge-training.ts'
import { findPlan } from './plans.ts'
import { trainingApproval } from './training-tables.ts'

export type ApprovalRow = typeof trainingApproval.$inferSelect

const find = (organisationId: string, id: string) =>
  and(eq(trainingApproval.organisationId, organisationId), eq(trainingApproval.id, id))

/** Approvals to train, by the organisation whose content it is. */
export const trainingStore = {
  /** What the organisation's plan says; null: nothing. */
  planned: async (tx: Tx, organisationId: string): Promise<TrainingLevel | null> =>
    (await findPlan(tx, organisationId))?.training ?? null,
  /** Whether the organisation is open and the project, where one is named, is its. */
  isOpen: async (tx: Tx, organisationId: string, projectId: string | null): Promise<boolean> => {
    const isProjectIts =
      projectId === null
        ? sql`true`
        : sql`exists (select 1 from project p where p.id = ${projectId} and p.organisation_id = o.id)`
    const { rows } = await tx.execute(
      sql`select 1 from organisation o where o.id = ${organisationId} and o.closed_at is null and ${isProjectIts}`,
    )
    return rows.length > 0
  },
  list: (tx: Tx, organisationId: string): Promise<ApprovalRow[]> =>
    tx
      .select()
      .from(trainingApproval)
      .where(eq(trainingApproval.organisationId, organisationId))
      .orderBy(desc(trainingApproval.givenAt), desc(trainingApproval.id)),
  /** Nobody can withdraw one of them before the transaction ends. */
  lockAll: (tx: Tx, organisationId: string): Promise<ApprovalRow[]> =>
    tx
      .select()
      .from(trainingApproval)
      .where(eq(trainingApproval.organisationId, organisationId))
      .orderBy(trainingApproval.givenAt, trainingApproval.id)
      .for('share'),
  insert: async (tx: Tx, values: typeof trainingApproval.$inferInsert): Promise<ApprovalRow> => {
    const [row] = await tx.insert(trainingApproval).values(values).returning()
    if (row === undefined) throw new Error('an approval was not written')
    return row
  },
  /** @throws Refusal not_found, conflict */
  end: async (
    tx: Tx,
    of: { organisationId: string; id: string; at: Date; by: { person: string } | { officer: string } },
  ): Promise<ApprovalRow> => {
    const wanted = find(of.organisationId, of.id)
    const [row] = await tx.select().from(trainingApproval).where(wanted).for('update')
    if (row === undefined) throw new Refusal('not_found')
    if (row.endsAt !== null && row.endsAt <= of.at) throw new Refusal('conflict', 'It has ended already.')
    // A clock that was set back must not keep anybody from withdrawing.
    const at = of.at < row.givenAt ? row.givenAt : of.at
    const whom = 'person' in of.by ? { withdrawnBy: of.by.person } : { revokedBy: of.by.officer }
    const [ended] = await tx
      .update(trainingApproval)
      .set({ withdrawnAt: at, endsAt: at, ...whom })
      .where(wanted)
      .returning()
    if (ended === undefined) throw new Error('an approval was not withdrawn')
    return ended
  },
}
