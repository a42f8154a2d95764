export * from './mailer.ts'
export { addressIndex, listMail, normaliseAddress, type StoredMail, sealMail } from './outbox.ts'
