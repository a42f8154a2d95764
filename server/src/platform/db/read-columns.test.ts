import type { Category } from '@avow/policy'
import { describe, expect, it } from 'vitest'
import { createColumnReader } from './read-columns.ts'
import type { MappedColumn } from './table.ts'
import { createTestDatabase } from './test-database.ts'

const columns = (table: string, category: Category, ...names: string[]): MappedColumn[] =>
  names.map((column) => ({
    table,
    column,
    module: 'test',
    category,
    subject: 'user',
    purposes: ['account'],
    retention: { class: 'account', from: 'at' },
    erasure: 'delete',
    sealedFor: null,
    opaque: false,
    note: null,
    nullable: false,
    subjectBy: [],
  }))

const read = createColumnReader([
  ...columns('person', 'account.identity', 'id', 'sealed_name', 'email_index'),
  ...columns('person', 'account.credentials', 'password_hash'),
  ...columns('membership', 'account.organisation', 'person_id', 'organisation_id'),
  ...columns('session', 'account.credentials', 'last_seen_at'),
  ...columns('organisation', 'account.organisation', 'id', 'sealed_name'),
  ...columns('sign_up', 'account.identity', 'id'),
  ...columns('usage_event', 'usage.inference', 'model'),
  ...columns('policy_report', 'system', 'report'),
])
const columnsOf = (statement: string): string[] => read(statement).map(({ table, column }) => `${table}.${column}`)
const categoriesOf = (statement: string): Set<string> => new Set(read(statement).map(({ category }) => category))

describe('what a statement reads', () => {
  it.each([
    'select "sealed_name" from "person" where "id" = $1',
    'SELECT sealed_name FROM person',
    'select p.sealed_name from membership m join person p on p.id = m.person_id',
    'delete from "person" where sealed_name = $1',
    'update "session" set "last_seen_at" = (select sealed_name from person limit 1)',
    'insert into "sign_up" ("id") select sealed_name from person',
    'insert into "person" ("id") values ($1) on conflict do nothing returning "sealed_name"',
    'with x as (select sealed_name from person) select 1 from x',
    'select 1 where exists (select 1 from person where sealed_name is null)',
    "select 'it''s', sealed_name from person",
    'select /* hidden */ sealed_name -- from nothing\nfrom person',
    'select sealed_name from public.person',
    'select (person).sealed_name from person',
  ])('is seen in %s', (statement) => {
    expect(columnsOf(statement)).toContain('person.sealed_name')
  })

  it.each([
    'select * from person',
    'select p.* from person p',
    'select p from person p',
    'select person from person',
    'select t::text from person t',
    'select row_to_json(p) from person as p',
    'select array_agg(p) from person p',
    'delete from person returning *',
    'copy person to stdout',
    'do $$ begin perform 1; end $$',
    'execute sneaky',
    "select e'\\'', sealed_name from person",
    'select U&"seal\\0065d_name" from person',
    'create temporary table mine as select * from public.person limit 0',
  ])('is everything in %s', (statement) => {
    expect(columnsOf(statement)).toEqual(expect.arrayContaining(['person.sealed_name', 'person.password_hash']))
  })

  it.each([
    'begin',
    'select count(*) from person',
    'select 1 from person limit 1',
    'insert into "person" ("id", "sealed_name") values ($1, $2)',
    'insert into public.person (sealed_name) values ($1)',
    'update "organisation" set "sealed_name" = $1',
    'select 1 -- sealed_name from person',
    "select 'sealed_name from person'",
    'select pg_advisory_xact_lock($1)',
    'select * from policy_report',
  ])('is nothing about people in %s', (statement) => {
    expect(columnsOf(statement)).toEqual([])
  })

  it('counts a condition on a column as reading it, and a day’s partition as its table', () => {
    expect(columnsOf('update "person" set "sealed_name" = $1 where "email_index" = $2')).toEqual(['person.email_index'])
    expect(categoriesOf('select model from usage_event_p20261122')).toEqual(new Set(['usage.inference']))
  })
})

describe('stored code that a statement could hide behind', () => {
  /** Those that a statement can call, and why they tell it nothing: see decision 100. */
  const callable: Readonly<Record<string, string>> = {
    is_nothing_held: 'whether anything at all is held by law, about nobody',
    said_by: 'what a person said about the use of their data, for the purpose gate alone',
  }

  it('there is none but two: other functions of ours in the public schema are triggers, which no statement can call', async () => {
    const database = await createTestDatabase()
    const { rows } = await database.pool.query<{ name: string; isTrigger: boolean }>(
      `select p.proname as name, p.prorettype = 'trigger'::regtype as "isTrigger"
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'`,
    )
    const { rows: views } = await database.pool.query("select 1 from pg_views where schemaname = 'public'")
    await database.close()
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.flatMap(({ isTrigger, name }) => (isTrigger ? [] : [name])).sort()).toEqual(Object.keys(callable))
    expect(views).toEqual([])
  })
})
