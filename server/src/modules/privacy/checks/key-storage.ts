import { createHash } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { type Check, count, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

const prefixLengthMax = 12
/** Of a larger table only a part is read. */
const rowsMax = 200_000
const looksLikeSecret = 'avow_[0-9A-Za-z]{40}'

/** Our own tables but those with one row a call, which are too large to read whole and hold no credentials. */
const readableTables = (map: readonly MappedColumn[]): string[] => {
  const perCall = new Set(map.filter((column) => column.category === 'usage.inference').map((column) => column.table))
  return [...new Set(map.map((column) => column.table))].filter((table) => !table.includes('.') && !perCall.has(table))
}

/** Rows of a table, as text, that meet a condition. */
const countRows = async (tx: Tx, table: string, condition: (row: SQL) => SQL): Promise<number> => {
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from (select * from ${sql.identifier(table)} limit ${rowsMax}) as t where ${condition(sql`row_to_json(t)::text`)}`,
  )
  return Number(rows[0]?.n ?? 0)
}

const forms = (secret: string): string[] => [
  secret,
  secret.slice('avow_'.length),
  createHash('sha256').update(secret).digest('hex'),
  createHash('sha256').update(secret).digest('base64url'),
]

/** Makes an API key, looks for it and its unkeyed hashes in every table, and for anything like a key in the real rows. */
export const keyStorage: Check<'api-keys-hashed'> = {
  name: 'key-storage',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const person = await world.join()
      const created = await world.request('POST', `/projects/${person.projectId}/keys`, {
        token: person.token,
        body: { name: 'probe' },
      })
      const { secret, id } = created.body as { secret: string; id: string }
      const shownAgain = JSON.stringify(
        (await world.request('GET', `/projects/${person.projectId}/keys/${id}`, { token: person.token })).body,
      )
      const found = await world.identity.api.keyDirectory.find(secret)
      const tables = readableTables(system.map)
      const violations: string[] = []
      for (const table of tables) {
        const planted = await countRows(
          world.tx,
          table,
          (row) =>
            sql`${row} ~ ${looksLikeSecret} or ${sql.join(
              forms(secret).map((form) => sql`strpos(${row}, ${form}) > 0`),
              sql.raw(' or '),
            )}`,
        )
        if (planted > 0)
          violations.push(`${count(planted, 'row')} of ${table} hold an API key, or a hash of it without a key`)
      }
      const { rows } = await world.tx.execute<{ longest: number | null }>(
        sql`select max(length(prefix)) as longest from api_key`,
      )
      const longest = rows[0]?.longest ?? 0
      if (longest > prefixLengthMax) violations.push(`${longest} characters of a key are kept to show`)
      if (shownAgain.includes(secret)) violations.push('the key is shown again')
      const figure = `${count(tables.length, 'table')} searched for a new key, ${violations.length} findings`
      return found?.keyId === id
        ? finding(tables.length, violations, figure)
        : finding(0, violations, figure, 'the new key does not work, so its absence proves nothing')
    }),
}
