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
