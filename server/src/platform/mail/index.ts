export { mailTo } from './clear-mail.ts'
export type { MailDecision } from './decide-mail.ts'
export * from './mailer.ts'
export * from './marketing-gate.ts'
export {
  addressIndex,
  type ClosedMail,
  findClosedMail,
  handingOver,
  listClosedMail,
  listMail,
  normaliseAddress,
  openMessages,
  type StoredMail,
  sealMail,
} from './outbox.ts'
export { serveUnsubscribe } from './serve-unsubscribe.ts'
