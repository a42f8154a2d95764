import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const stepSeconds = 30
const digits = 6
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret: 160 random bits in base32 without padding (RFC 4648), as authenticator apps take it. */
export const newTotpSecret = (): string => encodeBase32(randomBytes(20))

/** The address that an app reads from a QR code. */
export const totpUri = (secret: string, issuer: string, account: string): string =>
  `otpauth://totp/${encodeURIComponent(`${issuer}:${account}`)}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`

/** The code of a step (RFC 6238 with SHA-1, 30 seconds, six digits: what every app speaks). */
export const totpCode = (secret: string, step: number): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', decodeBase32(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  const value = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits
  return String(value).padStart(digits, '0')
}

/** The step of an instant. */
export const totpStep = (atMs: number): number => Math.floor(atMs / 1000 / stepSeconds)

/**
 * Finds the step that a code belongs to: now, one before or one after.
 * @param lastStep the step of the last code that was accepted; it and older ones are refused, so no code works twice
 * @returns the step, or null when the code is wrong or was used
 */
export const matchTotp = (secret: string, code: string, atMs: number, lastStep: number): number | null => {
  const given = Buffer.from(code)
  const now = totpStep(atMs)
  let found: number | null = null
  for (const step of [now - 1, now, now + 1]) {
    const expected = Buffer.from(totpCode(secret, step))
    const isEqual = given.length === expected.length && timingSafeEqual(given, expected)
    if (isEqual && step > lastStep) found = step
  }
  return found
}

export const encodeBase32 = (bytes: Buffer): string => {
  let bits = 0
  let value = 0
  let out = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += alphabet[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits === 0 ? out : out + alphabet[(value << (5 - bits)) & 31]
}

export const decodeBase32 = (text: string): Buffer => {
  let bits = 0
  let value = 0
  const bytes: number[] = []
  for (const character of text) {
    const index = alphabet.indexOf(character)
    if (index < 0) throw new Error('not base32')
    value = (value << 5) | index
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >>> bits) & 0xff)
    }
    value &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}
