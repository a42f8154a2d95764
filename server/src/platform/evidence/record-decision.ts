import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'
import { evidenceLeaf } from '../db/tables.ts'

export interface Decision {
  gate: 'data-map' | 'purpose' | 'retention' | 'transport' | 'password' | 'age' | 'staff-access' | 'mail'
  decision: 'allowed' | 'refused' | 'done'
  rule?: string
  /** How many rows or acts this decision was about. */
  counted?: number
}

/** Writes a decision in the caller's transaction, so that it is durable exactly when the act is. No personal data. */
export const recordDecision = async (tx: Tx, clock: Clock, decision: Decision): Promise<void> => {
  await tx.insert(evidenceLeaf).values({
    at: clock.now(),
    gate: decision.gate,
    decision: decision.decision,
    rule: decision.rule ?? null,
    counted: decision.counted ?? null,
  })
}
