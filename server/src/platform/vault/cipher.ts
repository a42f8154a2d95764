import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

/** Something was changed, or is not in its own place, or not under this key. */
export class SealBroken extends Error {}

/** 256 bits. One that is used often is a KeyObject: from bytes, each use takes three times as long. */
type CipherKey = Buffer | KeyObject

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce: version byte, nonce, tag, ciphertext.
 * @param associated authenticated, not stored
 */
export const encrypt = (version: number, key: CipherKey, associated: string, plain: Buffer): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body])
}

/** @throws SealBroken unless version, key, associated data and every byte are those of `encrypt` */
export const decrypt = (version: number, key: CipherKey, associated: string, sealed: Buffer): Buffer => {
  if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes)
    throw new SealBroken('not a sealed value of this kind')
  const bodyFrom = 1 + nonceBytes + tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(associated)).setAuthTag(sealed.subarray(1 + nonceBytes, bodyFrom))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(bodyFrom)), decipher.final()])
  } catch (error) {
    throw new SealBroken('a sealed value was changed, or is not in its own place', { cause: error })
  }
}
