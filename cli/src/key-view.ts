import type { ApiKey } from './api-types.ts'
import type { Session } from './session.ts'
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

/** Names of a project's newest keys by id; none for whoever may not see its keys: then ids stand in their place. */
export const keyNames = async (session: Session, projectId: string): Promise<ReadonlyMap<string, string>> => {
  const params = { path: { projectId }, query: { limit: 200 } }
  const { data } = await session.api().GET('/api/v1/projects/{projectId}/keys', { params })
  return new Map(data?.items.map(({ id, name }) => [id, name]))
}
