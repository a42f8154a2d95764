import { expect, test } from 'vitest'
import { mailOutbox, mapTable } from '../db/index.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { sealMail } from '../mail/index.ts'
import { openTestVault } from './test-vault.ts'

test('a key that seals nothing any more is destroyed; one that a row names, or that is new, is kept', async () => {
  const database = await createTestDatabase()
  const vault = await openTestVault(database.url)
  const mail = { id: 'mail_1', about: 'per_kept', to: 'a@example.org', subject: '', text: 'text', links: [] }
  await database.direct
    .insert(mailOutbox)
    .values({ ...(await sealMail(vault, mail)), id: mail.id, kind: 'security', state: 'held', createdAt: new Date(0) })
  const place = { table: 't', column: 'c', row: 'r' }
  for (const subject of ['per_gone', 'sup_gone', 'nobody']) await vault.sealFor(subject, place, 'x')
  await database.pool.query("update vault.data_key set created_at = created_at - interval '2 days'")
  await vault.sealFor('per_new', place, 'x')

  const madeBefore = new Date(Date.now() - 86_400_000)
  const map = mapTable(mailOutbox)
  expect(await vault.dropUnusedKeys({ tx: database.direct, map, madeBefore })).toBe(2)
  const { rows } = await database.pool.query('select subject from vault.data_key order by subject')
  expect(rows.map((row) => row.subject)).toEqual(['installation', 'nobody', 'per_kept', 'per_new'])
  expect(await vault.dropUnusedKeys({ tx: database.direct, map, madeBefore })).toBe(0)
  await vault.close()
  await database.close()
})
