import { and, desc, eq, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { PageWanted } from '../organisations/organisation-store.ts'
import { olderThan } from '../page-position.ts'
import { apiKey, project } from '../tables.ts'
import type { KeyState } from './key.ts'

export type KeyRow = typeof apiKey.$inferSelect

export const insertKey = async (tx: Tx, row: Omit<KeyRow, 'endedAt'>): Promise<void> => {
  await tx.insert(apiKey).values(row)
}

export const findKey = async (tx: Tx, projectId: string, keyId: string): Promise<KeyRow | undefined> => {
  const [row] = await tx
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), eq(apiKey.id, keyId)))
  return row
}

/** The same, and nobody else changes it until the transaction ends. */
export const lockKey = async (tx: Tx, projectId: string, keyId: string): Promise<KeyRow | undefined> => {
  const [row] = await tx
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), eq(apiKey.id, keyId)))
    .for('update')
  return row
}

export const updateKey = async (
  tx: Tx,
  projectId: string,
  keyId: string,
  changes: Partial<Omit<KeyRow, 'id' | 'projectId' | 'endedAt'>>,
): Promise<void> => {
  if (Object.keys(changes).length === 0) return
  await tx
    .update(apiKey)
    .set(changes)
    .where(and(eq(apiKey.projectId, projectId), eq(apiKey.id, keyId)))
}

/** The condition of a state; the same order of precedence as `stateOf`. */
const hasState = (state: KeyState, now: Date): SQL | undefined => {
  const isOver = sql`${apiKey.expiresAt} <= ${now.toISOString()}::timestamptz`
  const isRunning = and(isNull(apiKey.revokedAt), or(isNull(apiKey.expiresAt), sql`not (${isOver})`))
  switch (state) {
    case 'revoked':
      return isNotNull(apiKey.revokedAt)
    case 'expired':
      return and(isNull(apiKey.revokedAt), isOver)
    case 'rotating':
      return and(isRunning, isNotNull(apiKey.replacedBy))
    case 'active':
      return and(isRunning, isNull(apiKey.replacedBy))
  }
}

const holds = (text: string): SQL | undefined => {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return or(ilike(apiKey.name, pattern), ilike(apiKey.prefix, pattern))
}

/** Newest first, one more than the limit. */
export const listKeysOf = (
  tx: Tx,
  projectId: string,
  page: PageWanted & {
    state: KeyState | undefined
    search: string | undefined
    kind: KeyRow['kind'] | undefined
    now: Date
  },
): Promise<KeyRow[]> =>
  tx
    .select()
    .from(apiKey)
    .where(
      and(
        eq(apiKey.projectId, projectId),
        page.state === undefined ? undefined : hasState(page.state, page.now),
        page.search === undefined ? undefined : holds(page.search),
        page.kind === undefined ? undefined : eq(apiKey.kind, page.kind),
        olderThan(apiKey.createdAt, apiKey.id, page.after),
      ),
    )
    .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
    .limit(page.limit + 1)

/** Names of the keys of projects, by id: for lists of usage. */
export const keyNames = async (tx: Tx, projectIds: readonly string[]): Promise<Map<string, string>> => {
  if (projectIds.length === 0) return new Map()
  const rows = await tx
    .select({ id: apiKey.id, name: apiKey.name })
    .from(apiKey)
    .where(inArray(apiKey.projectId, [...projectIds]))
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** The key of a secret and the organisation it belongs to. The secret is the scope: whoever has it may know. */
export const findKeyByHash = async (
  tx: Tx,
  secretHash: string,
): Promise<(KeyRow & { organisationId: string }) | undefined> => {
  const [row] = await tx
    .select({ key: apiKey, organisationId: project.organisationId })
    .from(apiKey)
    .innerJoin(project, eq(project.id, apiKey.projectId))
    .where(eq(apiKey.secretHash, secretHash))
  return row && { ...row.key, organisationId: row.organisationId }
}

/** Moves the last use of keys forward, never back. */
export const writeLastUse = async (tx: Tx, uses: readonly { id: string; atMs: number }[]): Promise<void> => {
  const ids = uses.map((use) => use.id)
  const times = uses.map((use) => new Date(use.atMs).toISOString())
  await tx.execute(sql`
    update api_key set last_used_at = used.at
    from unnest(${sql.param(ids)}::text[], ${sql.param(times)}::timestamptz[]) as used (id, at)
    where api_key.id = used.id and (api_key.last_used_at is null or api_key.last_used_at < used.at)`)
}
