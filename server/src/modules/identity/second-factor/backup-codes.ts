import { randomInt } from 'node:crypto'
import type { Vault } from '../../../platform/vault/index.ts'

const alphabet = '23456789abcdefghjkmnpqrstuvwxyz' // no characters that look alike
const count = 10

const group = (): string => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Ten codes such as `k7m2p-9xw4d`, each good for one sign-in. About 49 bits each; attempts are limited. */
export const newBackupCodes = (): string[] => Array.from({ length: count }, () => `${group()}-${group()}`)

/** Keyed hash of a code for one person, however it was typed. */
export const hashBackupCode = (vault: Pick<Vault, 'keyedHash'>, personId: string, code: string): string =>
  vault.keyedHash('backup-code', `${personId}\0${code.toLowerCase().replace(/[\s-]/g, '')}`)
