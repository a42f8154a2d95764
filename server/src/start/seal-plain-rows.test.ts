import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate, openDatabase } from '../platform/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../platform/db/test-database.ts'
import { anyReader, anyReading } from '../platform/db/test-reading.ts'
import { listMail } from '../platform/mail/index.ts'
import type { Vault } from '../platform/vault/index.ts'
import { openTestVault } from '../platform/vault/test-vault.ts'
import { sealPlainNames, sealPlainRows } from './seal-plain-rows.ts'

const migrations = new URL('../../migrations', import.meta.url).pathname
const dropping = '0402-drop-plain-personal-fields.sql'

let blank: TestDatabase
let url: string
let older: string

/** A database as the version before sealing left it, with the sealed columns beside. */
beforeAll(async () => {
  blank = await createTestDatabase()
  url = `${blank.url}_older`
  const name = new URL(url).pathname.slice(1)
  await blank.pool.query(`create database ${name} template template0`)
  older = mkdtempSync(join(tmpdir(), 'avow-older-'))
  cpSync(migrations, older, {
    recursive: true,
    filter: (file) => !/^\d{4}-/.test(basename(file)) || basename(file) < dropping,
  })
})
afterAll(async () => {
  await blank.pool.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`)
  await blank.close()
  rmSync(older, { recursive: true })
})

const rows = `
  insert into person (id, email, name, password_hash, email_verified_at, created_at)
    select 'per_' || n, 'ada-' || n || '@example.org', 'Ada ' || n, 'h', now(), now() from generate_series(1, 450) n;
  insert into sign_up values ('sup_1', 'waits@example.org', 'Waits', 'h', 't', now(), now());
  insert into organisation (id, name, created_at) values ('org_1', 'Ada’s organisation', now());
  insert into invitation (id, organisation_id, email, role, state, token_hash, created_at, expires_at)
    values ('inv_1', 'org_1', 'guest@example.org', 'member', 'pending', 't', now(), now());
  insert into session (id, person_id, token_hash, created_at, last_seen_at, expires_at, ip_address)
    values ('ses_1', 'per_1', 't', now(), now(), now(), '192.0.2.1');
  insert into security_event (id, at, kind, person_id, ip_address)
    values ('sev_1', now(), 'signed-in', 'per_1', '192.0.2.1'), ('sev_2', now(), 'sign-in-refused', null, '192.0.2.2');
  insert into mail_outbox (id, recipient, kind, subject, text, links, state, created_at)
    values ('mail_1', 'Ada-1@example.org', 'security', 'Hello', 'Ada 1', '["https://x.example"]', 'held', now());
  insert into idempotency values ('idem_1', 'h', 'per_1', '{"name": "Ada"}', now());`

test('rows that an older version stored in clear are all sealed, also when it is cut off and begun again', async () => {
  const database = openDatabase(url, 4, () => undefined, { for: () => anyReading, duty: () => anyReading })
  await migrate(database.pool, older)
  await database.pool.query(rows)
  const vault = await openTestVault(url)
  await expect(migrate(database.pool, migrations)).rejects.toThrow(/not sealed yet/)

  let left = 300
  const dying: Vault = {
    ...vault,
    sealFor: (...given) => {
      if (left-- === 0) throw new Error('cut off')
      return vault.sealFor(...given)
    },
  }
  await expect(sealPlainRows(database.pool, dying)).rejects.toThrow('cut off')
  expect((await database.pool.query('select 1 from person where email is not null')).rowCount).toBeGreaterThan(0)

  const before = {
    [dropping]: () => sealPlainRows(database.pool, vault),
    '1402-drop-plain-names.sql': () => sealPlainNames(database.pool, vault),
  }
  expect((await migrate(database.pool, migrations, { before }))[0]).toBe(dropping)

  const { rows: people } = await database.pool.query('select id, sealed_email as sealed from person')
  const place = (row: string) => ({ table: 'person', column: 'sealed_email', row })
  const opened = await vault.openMany(
    anyReader,
    people.map(({ id, sealed }) => ({ subject: id, place: place(id), sealed })),
  )
  expect(opened).toEqual(people.map(({ id }: { id: string }) => `ada-${id.slice(4)}@example.org`))
  expect(await listMail(database.duty('check').direct, vault, { to: 'ada-1@example.org', limit: 9 })).toMatchObject([
    { to: 'Ada-1@example.org', subject: 'Hello', text: 'Ada 1', links: ['https://x.example'] },
  ])
  const { rows: mail } = await database.pool.query('select about from mail_outbox')
  expect(mail).toEqual([{ about: 'per_1' }])
  const { rows: events } = await database.pool.query('select id, sealed_ip_address as sealed from security_event')
  const event = events.find(({ id }) => id === 'sev_2')
  const at = { table: 'security_event', column: 'sealed_ip_address', row: 'sev_2' }
  expect(await vault.openFor(anyReader, 'nobody', at, event?.sealed)).toBe('192.0.2.2')
  await vault.close()
  await database.close()
})
