export { createKeyFiles } from './key-files.ts'
export * from './open-vault.ts'
export { createSecrets } from './secrets.ts'
export { vaultColumns } from './tables.ts'
