import type { Pool } from 'pg'

/** Whatever asks the vault's own schema; all names in it are written in full. */
export type KeyQueries = Pick<Pool, 'query'>

export interface WrappedKey {
  readonly subject: string
  readonly wrapped: Buffer
  readonly keyId: string
}

export type KeptKey =
  | { readonly outcome: 'key'; readonly wrapped: Buffer; readonly keyId: string }
  | { readonly outcome: 'shredded' | 'other-wrapping' }

export const findKeys = async (pool: KeyQueries, subjects: readonly string[]): Promise<WrappedKey[]> => {
  const { rows } = await pool.query<WrappedKey>(
    'select subject, wrapped, key_id as "keyId" from vault.data_key where subject = any ($1)',
    [subjects],
  )
  return rows
}

/** The key of a subject; the given one if it has none yet and was not shredded. */
export const keepKey = async (
  pool: KeyQueries,
  given: WrappedKey & { readonly subjectHash: string; readonly now: Date },
): Promise<KeptKey> => {
  const { rows } = await pool.query<{ outcome: KeptKey['outcome']; wrapped: Buffer; keyId: string }>(
    'select outcome, wrapped, key_id as "keyId" from vault.keep_data_key($1, $2, $3, $4, $5)',
    [given.subject, given.subjectHash, given.wrapped, given.keyId, given.now],
  )
  return rows[0] ?? { outcome: 'other-wrapping' }
}

/** @returns whether there was a key */
export const shredKey = async (pool: KeyQueries, subject: string, hash: string, now: Date): Promise<boolean> => {
  const { rows } = await pool.query<{ had: boolean }>('select vault.shred_data_key($1, $2, $3) as had', [
    subject,
    hash,
    now,
  ])
  return rows[0]?.had ?? false
}

export const isShredded = async (pool: KeyQueries, hash: string): Promise<boolean> =>
  ((await pool.query('select 1 from vault.shredded where subject_hash = $1', [hash])).rowCount ?? 0) > 0

/** The id of the key-encryption key in force; null before the first. */
export const findCurrentKeyId = async (pool: KeyQueries): Promise<{ id: string; since: Date } | null> => {
  const { rows } = await pool.query<{ id: string; since: Date }>(
    "select id, since from vault.key_encryption_key where state = 'current'",
  )
  return rows[0] ?? null
}

/** Puts a key-encryption key in force. Waits for keys that are being made under the one before. */
export const makeCurrent = async (pool: KeyQueries, keyId: string, now: Date): Promise<void> => {
  await pool.query("update vault.key_encryption_key set state = 'retiring' where state = 'current' and id <> $1", [
    keyId,
  ])
  await pool.query(
    "insert into vault.key_encryption_key (id, state, since) values ($1, 'current', $2) on conflict (id) do update set state = 'current'",
    [keyId, now],
  )
}

/** Keys that are not wrapped by `keyId` yet, locked; those that another process has locked are left out. */
export const lockKeysNotUnder = async (pool: KeyQueries, keyId: string, limit: number): Promise<WrappedKey[]> => {
  const { rows } = await pool.query<WrappedKey>(
    'select subject, wrapped, key_id as "keyId" from vault.data_key where key_id <> $1 order by subject limit $2 for update skip locked',
    [keyId, limit],
  )
  return rows
}

export const replaceWrapped = async (
  pool: KeyQueries,
  keyId: string,
  keys: readonly { subject: string; wrapped: Buffer }[],
): Promise<void> => {
  await pool.query(
    `update vault.data_key as d set wrapped = fresh.wrapped, key_id = $1
     from unnest($2::text[], $3::bytea[]) as fresh (subject, wrapped) where d.subject = fresh.subject`,
    [keyId, keys.map((key) => key.subject), keys.map((key) => key.wrapped)],
  )
}

export const countKeysNotUnder = async (pool: KeyQueries, keyId: string): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from vault.data_key where key_id <> $1', [
    keyId,
  ])
  return rows[0]?.n ?? 0
}

/** Forgets key-encryption keys that are out of force; the database refuses while a data key needs one. */
export const forgetRetired = async (pool: KeyQueries): Promise<void> => {
  await pool.query("delete from vault.key_encryption_key where state = 'retiring'")
}

export const countKeys = async (pool: KeyQueries): Promise<{ dataKeys: number; shredded: number }> => {
  const { rows } = await pool.query<{ dataKeys: number; shredded: number }>(
    'select (select count(*)::int from vault.data_key) as "dataKeys", (select count(*)::int from vault.shredded) as shredded',
  )
  return rows[0] ?? { dataKeys: 0, shredded: 0 }
}

/** Subjects with a key made before an instant, in their order. */
export const keysMadeBefore = async (
  pool: KeyQueries,
  madeBefore: Date,
  after: string,
  limit: number,
): Promise<string[]> => {
  const { rows } = await pool.query<{ subject: string }>(
    'select subject from vault.data_key where subject > $1 and created_at < $2 order by subject limit $3',
    [after, madeBefore, limit],
  )
  return rows.map((row) => row.subject)
}

/** Unlike shredding leaves no trace: for subjects that nobody will name again. */
export const deleteKeys = async (pool: KeyQueries, subjects: readonly string[]): Promise<void> => {
  await pool.query('delete from vault.data_key where subject = any ($1)', [subjects])
}

/** When a key was last destroyed, or the key-encryption key replaced. */
export const findLastChange = async (pool: KeyQueries): Promise<Date | null> => {
  const { rows } = await pool.query<{ at: Date | null }>(
    'select greatest((select max(at) from vault.shredded), (select max(since) from vault.key_encryption_key)) as at',
  )
  return rows[0]?.at ?? null
}
