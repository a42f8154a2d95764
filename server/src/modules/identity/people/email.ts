/** Here and in the outbox an address is compared and found in one way. */
export { addressIndex as emailIndex, normaliseAddress as normaliseEmail } from '../../../platform/mail/index.ts'
