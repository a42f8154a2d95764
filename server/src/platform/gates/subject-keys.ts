import type { Tx } from '../db/index.ts'

/** Keys under which a subject's fields are sealed. */
export interface SubjectKeys {
  /** Destroys the subject's key for ever, in the caller's transaction. Safe to repeat. */
  shred(tx: Tx, subjectId: string): Promise<void>
}

/** For a cloud that seals nothing under a key of each subject: there is none to destroy. */
export const noSubjectKeys: SubjectKeys = { shred: async () => undefined }
