import type { Vault } from '../../../platform/vault/index.ts'

/** An address as it is stored and compared: people do not mean two accounts by a capital letter. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase()

/** By which a sealed address is found. @param email normalised */
export const emailIndex = (vault: Pick<Vault, 'blindIndex'>, email: string): string => vault.blindIndex('email', email)
