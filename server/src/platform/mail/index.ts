export * from './mailer.ts'
export { addressIndex, listMail, type StoredMail, sealMail } from './outbox.ts'
