import { systemClock } from '../clock/index.ts'
import { createLog } from '../log/index.ts'
import { type KeyFiles, wrappingKey } from './key-files.ts'
import { openVault, type Vault } from './open-vault.ts'

/** The real vault of a test database; only its master key is fixed, and in memory. */
export const openTestVault = (databaseUrl: string): Promise<Vault> => {
  const current = wrappingKey(Buffer.alloc(32, 7))
  const refuse = () => {
    throw new Error('the key of this test is not replaced')
  }
  const files: KeyFiles = {
    read: () => ({ current, next: null }),
    makeFirst: refuse,
    makeNext: refuse,
    promote: refuse,
  }
  return openVault({ databaseUrl, files, clock: systemClock, log: createLog('silent'), hasSecrets: false })
}
