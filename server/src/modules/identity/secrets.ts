import { randomBase62 } from '../../platform/ids.ts'

/** A one-time token for a link: 256 random bits. */
export const newLinkToken = (): string => randomBase62(43)

/** A session's token. The prefix lets scanners of leaked secrets know it. */
export const newSessionToken = (): string => `avs_${randomBase62(43)}`

/** An API key's secret. */
export const newKeySecret = (): string => `avow_${randomBase62(43)}`

/** How much of a secret may be shown again, to recognise it. */
export const displayPrefix = (secret: string): string => secret.slice(0, 12)
