import type { Vault } from './open-vault.ts'

/** The vault as the erasure's last step: it commits for itself, so rows go before their key. */
export const shredding = (vault: Pick<Vault, 'shred'>) => ({
  shred: async (_tx: unknown, subjectId: string): Promise<void> => {
    await vault.shred(subjectId)
  },
})
