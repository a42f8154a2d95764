import { and, eq } from 'drizzle-orm'
import { deploymentPlan, type Tx } from '../../platform/db/index.ts'
import { organisationPin, providerAcceptance } from './tables.ts'

export type PinRow = typeof organisationPin.$inferSelect
export type AcceptanceRow = typeof providerAcceptance.$inferSelect

export const findPin = async (tx: Tx, organisationId: string): Promise<PinRow | undefined> => {
  const [row] = await tx.select().from(organisationPin).where(eq(organisationPin.organisationId, organisationId))
  return row
}

export const savePin = async (tx: Tx, row: PinRow): Promise<void> => {
  const { organisationId: _id, ...changes } = row
  await tx
    .insert(organisationPin)
    .values(row)
    .onConflictDoUpdate({ target: organisationPin.organisationId, set: changes })
}

export const removePin = async (tx: Tx, organisationId: string): Promise<void> => {
  await tx.delete(organisationPin).where(eq(organisationPin.organisationId, organisationId))
}

export const listAcceptances = (tx: Tx, organisationId: string): Promise<AcceptanceRow[]> =>
  tx.select().from(providerAcceptance).where(eq(providerAcceptance.organisationId, organisationId))

/** Keeps the first acceptance where there is one. */
export const insertAcceptance = async (tx: Tx, row: AcceptanceRow): Promise<void> => {
  await tx.insert(providerAcceptance).values(row).onConflictDoNothing()
}

export const removeAcceptance = async (tx: Tx, organisationId: string, recipient: string): Promise<void> => {
  await tx
    .delete(providerAcceptance)
    .where(and(eq(providerAcceptance.organisationId, organisationId), eq(providerAcceptance.recipient, recipient)))
}

/** What gates read of every plan. */
export const listPlans = (tx: Tx) =>
  tx.select({ organisationId: deploymentPlan.organisationId, settings: deploymentPlan.settings }).from(deploymentPlan)

/** Pins and acceptances of every organisation, for a gateway's memory. */
export const readAllLimits = async (tx: Tx): Promise<{ pins: PinRow[]; acceptances: AcceptanceRow[] }> => ({
  pins: await tx.select().from(organisationPin),
  acceptances: await tx.select().from(providerAcceptance),
})
