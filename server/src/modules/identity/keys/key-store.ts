import { and, desc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import type { PageWanted } from '../organisations/organisation-store.ts'
import { apiKey } from '../tables.ts'
import type { KeyState } from './key.ts'

type StoredRow = typeof apiKey.$inferSelect

/** A key with its name opened, which is sealed for its organisation. */
export type KeyRow = Omit<StoredRow, 'sealedName'> & { readonly name: string }

const table = 'api_key'

const openAll = async (tx: Tx, vault: Vault, rows: readonly StoredRow[]): Promise<KeyRow[]> => {
  const opened = await openRows(tx, vault, table, rows, ({ id, organisationId, sealedName }) => ({
    subject: organisationId,
    row: id,
    fields: { name: ['sealed_name', sealedName] },
  }))
  return opened.map(({ row: { sealedName: _sealed, ...rest }, plain }) => ({ ...rest, ...plain }))
}

const sealName = (vault: Vault, { id, organisationId }: Pick<KeyRow, 'id' | 'organisationId'>, name: string) =>
  vault.sealFor(organisationId, { table, column: 'sealed_name', row: id }, name)

export const insertKey = async (tx: Tx, vault: Vault, row: Omit<KeyRow, 'endedAt'>): Promise<void> => {
  const { name, ...plain } = row
  await tx.insert(apiKey).values({ ...plain, sealedName: await sealName(vault, row, name) })
}

export const findKey = async (tx: Tx, vault: Vault, projectId: string, keyId: string): Promise<KeyRow | undefined> => {
  const rows = await tx
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), eq(apiKey.id, keyId)))
  return (await openAll(tx, vault, rows))[0]
}

/** The same, and nobody else changes it until the transaction ends. */
export const lockKey = async (tx: Tx, vault: Vault, projectId: string, keyId: string): Promise<KeyRow | undefined> => {
  const rows = await tx
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), eq(apiKey.id, keyId)))
    .for('update')
  return (await openAll(tx, vault, rows))[0]
}

export const updateKey = async (
  tx: Tx,
  vault: Vault,
  of: Pick<KeyRow, 'id' | 'projectId' | 'organisationId'>,
  changes: Partial<Omit<KeyRow, 'id' | 'projectId' | 'organisationId' | 'endedAt'>>,
): Promise<void> => {
  if (Object.keys(changes).length === 0) return
  const { name, ...rest } = changes
  const sealed = name === undefined ? {} : { sealedName: await sealName(vault, of, name) }
  await tx
    .update(apiKey)
    .set({ ...rest, ...sealed })
    .where(and(eq(apiKey.projectId, of.projectId), eq(apiKey.id, of.id)))
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

const isLike =
  (text: string) =>
  ({ name, prefix }: KeyRow): boolean =>
    [name, prefix].some((field) => field.toLowerCase().includes(text.toLowerCase()))

/** Names are sealed, so a search opens the keys of the project; there are at most so many that it looks at. */
const searchedMax = 5000

/** Newest first, one more than the limit. */
export const listKeysOf = async (
  tx: Tx,
  vault: Vault,
  projectId: string,
  page: PageWanted & {
    state: KeyState | undefined
    search: string | undefined
    kind: KeyRow['kind'] | undefined
    now: Date
  },
): Promise<KeyRow[]> => {
  const { search } = page
  const rows = await tx
    .select()
    .from(apiKey)
    .where(
      and(
        eq(apiKey.projectId, projectId),
        page.state === undefined ? undefined : hasState(page.state, page.now),
        page.kind === undefined ? undefined : eq(apiKey.kind, page.kind),
        olderThan(apiKey.createdAt, apiKey.id, page.after),
      ),
    )
    .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
    .limit(search === undefined ? page.limit + 1 : searchedMax)
  const opened = await openAll(tx, vault, rows)
  return search === undefined ? opened : opened.filter(isLike(search)).slice(0, page.limit + 1)
}

/** Names of the keys of projects, by id: for lists of usage. */
export const namesOfKeys =
  (vault: Vault) =>
  async (tx: Tx, projectIds: readonly string[]): Promise<Map<string, string>> => {
    if (projectIds.length === 0) return new Map()
    const rows = await tx
      .select()
      .from(apiKey)
      .where(inArray(apiKey.projectId, [...projectIds]))
    return new Map((await openAll(tx, vault, rows)).map(({ id, name }) => [id, name]))
  }

/** Who made these keys, by key id; keys of erased people are left out. */
export const keyOwners = async (tx: Tx, keyIds: readonly string[]): Promise<Map<string, string>> => {
  const rows = await tx
    .select({ id: apiKey.id, createdBy: apiKey.createdBy })
    .from(apiKey)
    .where(inArray(apiKey.id, [...keyIds]))
  return new Map(rows.flatMap(({ id, createdBy }) => (createdBy === null ? [] : [[id, createdBy] as const])))
}

/** The key of a secret and the organisation it belongs to. The secret is the scope: whoever has it may know. */
export const findKeyByHash = async (tx: Tx, secretHash: string): Promise<StoredRow | undefined> => {
  const [row] = await tx.select().from(apiKey).where(eq(apiKey.secretHash, secretHash))
  return row
}

/** A key for work that it began: whoever began it had the secret. */
export const findKeyById = async (tx: Tx, id: string): Promise<StoredRow | undefined> => {
  const [row] = await tx.select().from(apiKey).where(eq(apiKey.id, id))
  return row
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
