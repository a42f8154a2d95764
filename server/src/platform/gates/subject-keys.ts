import type { Tx } from '../db/index.ts'

/** Keys under which a subject's fields are sealed. */
export interface SubjectKeys {
  /** Destroys the subject's key for ever, at once, whatever becomes of the caller's transaction. Safe to repeat. */
  shred(tx: Tx, subjectId: string): Promise<void>
}
