import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford base32

const base32 = (value: number, length: number): string => {
  let rest = value
  let text = ''
  for (let n = 0; n < length; n++) {
    text = alphabet.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/**
 * Ids `req_` and 26 characters: 10 of time (ms), 10 drawn once a process, 6 counted. They sort by time and cost no
 * system call each.
 */
export const createRequestIds = (nowMs: () => number): (() => string) => {
  const drawn = [...randomBytes(10)].map((byte) => alphabet.charAt(byte % 32)).join('')
  let counted = randomBytes(3).readUIntBE(0, 3)
  let lastMs = -1
  let head = ''
  return () => {
    const at = nowMs()
    if (at !== lastMs) {
      lastMs = at
      head = `req_${base32(at, 10)}${drawn}`
    }
    counted = (counted + 1) % 32 ** 6
    return head + base32(counted, 6)
  }
}
