import type { ApiKey } from './api-types.ts'
import type { Palette } from './terminal.ts'
import { harmless } from './terminal.ts'
import { shownTime } from './time.ts'

const limit = (value: number | null, unit: string): string =>
  value === null ? 'no limit of its own' : `${value} ${unit}`

/** The state with its colour. */
export const paintKeyState = (paint: Palette, state: ApiKey['state'], text: string = state): string =>
  ({ active: paint.green, rotating: paint.yellow, expired: paint.dim, revoked: paint.red })[state](text)

/** One key in words. */
export const keyText = (key: ApiKey, paint: Palette): string =>
  `${[
    `${paint.bold(harmless(key.name))} (${key.id})`,
    `State:     ${paintKeyState(paint, key.state)}`,
    `Prefix:    ${harmless(key.prefix)}...`,
    `Models:    ${key.allowedModels === null ? 'all' : harmless(key.allowedModels.join(', '))}`,
    `Requests:  ${limit(key.requestsPerMinute, 'a minute')}`,
    `Tokens:    ${limit(key.tokensPerMinute, 'a minute')}`,
    `At once:   ${limit(key.concurrentRequests, 'requests')}`,
    `Created:   ${shownTime(key.createdAt)}`,
    `Expires:   ${key.expiresAt === null ? 'never' : shownTime(key.expiresAt)}`,
    `Last used: ${key.lastUsedAt === null ? 'never' : shownTime(key.lastUsedAt)}`,
    ...(key.revokedAt === null ? [] : [`Revoked:   ${shownTime(key.revokedAt)}`]),
  ].join('\n')}\n`
