import { randomBytes, randomInt } from 'node:crypto'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `length` random characters of 0-9, A-Z, a-z; 43 of them hold 256 bits. */
export const randomBase62 = (length: number): string =>
  Array.from({ length }, () => base62[randomInt(base62.length)]).join('')

/** A one-time token for a link: 256 random bits, base64url. */
export const newLinkToken = (): string => randomBytes(32).toString('base64url')

/** A session's token. The prefix lets scanners of leaked secrets know it. */
export const newSessionToken = (): string => `avs_${randomBase62(43)}`

/** An API key's secret. */
export const newKeySecret = (): string => `avow_${randomBase62(43)}`

/** How much of a secret may be shown again, to recognise it. */
export const displayPrefix = (secret: string): string => secret.slice(0, 12)
