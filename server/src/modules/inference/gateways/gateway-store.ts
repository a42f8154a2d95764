import { and, desc, eq, gt, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { type GatewayRow, gateway } from './tables.ts'

/** A gateway that did not say for so long that it lives is counted no more. By the clock of the database. */
export const lostAfterSeconds = 10
/** For so long one that is gone is still shown. */
const shownSeconds = 86_400

const seenWithin = (seconds: number) => gt(gateway.seenAt, sql`now() - ${seconds} * interval '1 second'`)

export interface Beat extends Pick<GatewayRow, 'id' | 'name' | 'version' | 'startedAt' | 'activeCalls'> {
  /** Null: anybody's. */
  readonly counts: Buffer | null
}

/** Says that a gateway lives. @returns whose limits each of the others counts */
export const sayAlive = async (tx: Tx, beat: Beat): Promise<(Buffer | null)[]> => {
  const seenAt = sql`now()`
  const { id: _id, ...said } = beat
  await tx
    .insert(gateway)
    .values({ ...beat, seenAt })
    .onConflictDoUpdate({ target: gateway.id, set: { ...said, seenAt } })
  const others = await tx
    .select({ counts: gateway.counts })
    .from(gateway)
    .where(and(ne(gateway.id, beat.id), seenWithin(lostAfterSeconds)))
  return others.map(({ counts }) => counts)
}

/** Ids of those that live. */
export const livingGateways = async (tx: Tx): Promise<ReadonlySet<string>> =>
  new Set((await listGateways(tx)).filter(({ isAlive }) => isAlive).map(({ id }) => id))

export const sayGone = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(gateway).where(eq(gateway.id, id))
}

/** Those that live, and those that vanished without a word within the last day; the newest word first. */
export const listGateways = (tx: Tx): Promise<(Omit<GatewayRow, 'counts'> & { isAlive: boolean })[]> =>
  tx
    .select({
      id: gateway.id,
      name: gateway.name,
      version: gateway.version,
      startedAt: gateway.startedAt,
      seenAt: gateway.seenAt,
      activeCalls: gateway.activeCalls,
      isAlive: sql<boolean>`${seenWithin(lostAfterSeconds)}`,
    })
    .from(gateway)
    .where(seenWithin(shownSeconds))
    .orderBy(desc(seenWithin(lostAfterSeconds)), gateway.name)
