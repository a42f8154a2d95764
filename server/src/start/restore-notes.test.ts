import { expect, it } from 'vitest'
import { dataMap } from '../app.ts'
import { createTestDatabase } from '../platform/db/test-database.ts'

const restoreOf = new Map(dataMap.map(({ table, restore }) => [table, restore]))

it('nothing that comes from a backup refers to what does not, so that a restore drops no row of it', async () => {
  const database = await createTestDatabase(2)
  try {
    const { rows } = await database.pool.query<{ child: string; parent: string }>(
      `select c.relname as child, p.relname as parent from pg_constraint f
       join pg_class c on c.oid = f.conrelid join pg_class p on p.oid = f.confrelid
       join pg_namespace n on n.oid = c.relnamespace where f.contype = 'f' and n.nspname = 'public'`,
    )
    expect(rows.length).toBeGreaterThan(5)
    const lost = rows.filter(
      ({ child, parent }) => restoreOf.get(child) === undefined && restoreOf.get(parent) !== undefined,
    )
    expect(lost).toEqual([])
  } finally {
    await database.close()
  }
})

it.each([
  'legal_hold',
  'erasure_ledger',
  'evidence_leaf',
  'rights_request',
  'api_key',
  'staff_member',
  'consent_record',
])('%s is never taken back by a restore', (table) => expect(restoreOf.get(table)).toBe('newest'))

it('sessions and links are in no backup', () => {
  for (const table of ['session', 'password_reset', 'sign_up']) expect(restoreOf.get(table)).toBe('never')
})
