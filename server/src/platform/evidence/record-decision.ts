import { type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'
import { evidenceLeaf } from '../db/tables.ts'

export interface Decision {
  gate:
    | 'data-map'
    | 'purpose'
    | 'retention'
    | 'transport'
    | 'password'
    | 'age'
    | 'staff-access'
    | 'mail'
    | 'erasure'
    | 'hold'
    | 'plan'
    | 'attestation'
    | 'disclosure'
    | 'incident'
    | 'rights'
    | 'notice'
    | 'backup'
    | 'egress'
    | 'placement'
    | 'bodies'
    | 'budget'
    | 'limit'
    | 'training'
    | 'publication'
    | 'wipe'
  decision: 'allowed' | 'refused' | 'done'
  rule?: string
  /** How many rows or acts this decision was about. */
  counted?: number
  /** SHA-256, hex, of whom it is about with a salt that is stored nowhere here. */
  commitment?: string
}

/**
 * Writes a decision in the caller's transaction, so that it is durable exactly when the act is. No personal data.
 * @returns its sequence, by which the log finds it
 */
export const recordDecision = async (tx: Tx, clock: Clock, decision: Decision): Promise<bigint> => {
  const leaf = {
    at: clock.now(),
    gate: decision.gate,
    decision: decision.decision,
    rule: decision.rule ?? null,
    counted: decision.counted ?? null,
    commitment: decision.commitment ?? null,
  }
  const [made] = await tx.insert(evidenceLeaf).values(leaf).returning({ sequence: evidenceLeaf.sequence })
  if (made === undefined) throw new Error('a decision was not written')
  return made.sequence
}

/** Parts of a statement that count what `act` changed, and write the decision of it where that is not nothing. */
const recorded = (clock: Clock, act: SQL, { gate, decision, rule, commitment }: Omit<Decision, 'counted'>): SQL =>
  sql`act as (${act} returning 1), done as (select count(*)::int as n from act), leaf as (insert into evidence_leaf (at, gate, decision, rule, counted, commitment) select ${clock.now().toISOString()}::timestamptz, ${gate}, ${decision}, ${rule ?? null}::text, n, ${commitment ?? null}::text from done where n > 0)`

/**
 * Changes rows and writes the decision in one statement: one way to the database, and neither is there without the other.
 * @param act an insert, update or delete, without `returning`; the rows that it changed are what is counted; where
 *   there are none there is no decision either
 */
export const actAndRecord = async (
  tx: Tx,
  clock: Clock,
  act: SQL,
  decision: Omit<Decision, 'counted'>,
): Promise<number> => {
  const { rows } = await tx.execute<{ n: number }>(sql`with ${recorded(clock, act, decision)} select n from done`)
  return rows[0]?.n ?? 0
}

/**
 * The same if a condition holds, which is asked once in the same statement.
 * @param act ends with a condition, behind which another can stand
 * @returns null when it does not hold: then nothing is changed
 */
export const actIfAndRecord = async (
  tx: Tx,
  clock: Clock,
  condition: SQL,
  act: SQL,
  decision: Omit<Decision, 'counted'>,
): Promise<number | null> => {
  const guarded = sql`${act} and (select holds from asked)`
  const { rows } = await tx.execute<{ n: number; holds: boolean }>(
    sql`with asked as materialized (select ${condition} as holds), ${recorded(clock, guarded, decision)} select n, holds from done, asked`,
  )
  const [row] = rows
  return row?.holds === true ? row.n : null
}
