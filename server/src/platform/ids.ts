import { randomBytes, randomInt } from 'node:crypto'
import type { Clock } from './clock/index.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford base32

const base32 = (value: bigint, length: number): string =>
  Array.from({ length }, (_, i) => alphabet[Number((value >> BigInt(5 * (length - 1 - i))) & 31n)]).join('')

/** `prefix_` and 26 characters: 48 bits of time (ms), 80 random bits. Ids of later milliseconds sort later (as ULID). */
export const newId = (prefix: string, clock: Pick<Clock, 'nowMs'>): string =>
  `${prefix}_${base32(BigInt(clock.nowMs()), 10)}${base32(BigInt(`0x${randomBytes(10).toString('hex')}`), 16)}`

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * `length` random characters of 0-9, A-Z, a-z; 43 of them hold 256 bits. Unlike base64url it never begins with a hyphen, which a
 * command line would take for an option.
 */
export const randomBase62 = (length: number): string =>
  Array.from({ length }, () => base62[randomInt(base62.length)]).join('')
