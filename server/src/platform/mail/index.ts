export { mailTo } from './clear-mail.ts'
export * from './mailer.ts'
export {
  addressIndex,
  type ClosedMail,
  findClosedMail,
  listClosedMail,
  listMail,
  openMessages,
  type StoredMail,
  sealMail,
} from './outbox.ts'
