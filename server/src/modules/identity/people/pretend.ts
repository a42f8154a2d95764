import type { Tx } from '../../../platform/db/index.ts'

class Undone extends Error {}

/** Does work and undoes it, so that the time of an answer does not tell whether an account exists. */
export const pretend = async (tx: Tx, work: (tx: Tx) => Promise<unknown>): Promise<void> => {
  try {
    await tx.transaction(async (inner) => {
      await work(inner)
      throw new Undone('done and undone')
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
}
