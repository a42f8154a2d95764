import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database, MappedColumn, Tx } from '../../../platform/db/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbeWorld, probePassword, withPeople } from '../probe-people.ts'
import { searchFiles } from '../search-files.ts'

const people = new Set(['user', 'visitor', 'staff'])
const writable = new Set(['text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY', 'inet', 'character'])

/** Ids, keyed hashes, secrets' hashes and indexes tell nothing by themselves; modules name them alike. */
const tellsNothing = ({ column, opaque }: MappedColumn): boolean =>
  opaque || /(^|_)(id|hash|index|about|by)$/.test(column)

/** Columns in which something that a person wrote could stand in clear, and sealed ones that could hold plain text. */
const columnsInClear = async (
  database: Database,
  map: readonly MappedColumn[],
): Promise<{ sealed: number; violations: string[] }> => {
  const { rows } = await database.direct.execute<{ name: string; type: string }>(
    sql`select table_name || '.' || column_name as name, data_type as type from information_schema.columns where table_schema = 'public'`,
  )
  const types = new Map(rows.map(({ name, type }) => [name, type]))
  const typeOf = ({ table, column }: MappedColumn) => types.get(`${table}.${column}`) ?? ''
  const sealed = map.filter((column) => column.sealedFor !== null)
  const clear = map.filter(
    (column) =>
      people.has(column.subject) &&
      column.category !== 'system' &&
      // What law keeps must be readable when its subject's key is gone.
      column.erasure !== 'keep' &&
      column.sealedFor === null &&
      writable.has(typeOf(column)) &&
      !/^sealed_/.test(column.column) &&
      !tellsNothing(column),
  )
  return {
    sealed: sealed.length,
    violations: [
      ...clear.map(({ table, column }) => `${table}.${column} is about a person and not sealed`),
      ...sealed
        .filter((column) => typeOf(column) !== 'bytea')
        .map(({ table, column }) => `${table}.${column} is declared sealed and can hold plain text`),
    ],
  }
}

/** Tables that hold a text, in clear or as the bytes of a column. */
const tablesWith = async (tx: Tx, tables: readonly string[], text: string): Promise<string[]> => {
  const hex = Buffer.from(text).toString('hex')
  const found: string[] = []
  for (const table of tables) {
    const { rows } = await tx.execute<{ n: string }>(
      sql`select count(*) as n from (select row_to_json(t)::text as line from ${sql.identifier(table)} as t) as lines where strpos(line, ${text}) > 0 or strpos(line, ${hex}) > 0`,
    )
    if (Number(rows[0]?.n ?? 0) > 0) found.push(table)
  }
  return found
}

interface Canaries {
  readonly name: string
  readonly email: string
  readonly guest: string
  /** Written in clear on purpose: a search that misses this one proves nothing. */
  readonly control: string
}

const canary = (): string => `canary-${randomBytes(8).toString('hex')}`

/** A person who signs up, signs in and invites somebody, by requests alone. @returns whether all of it worked */
const livePublicly = async ({ request, mailedToken, signIn }: ProbeWorld, who: Canaries): Promise<boolean> => {
  const password = probePassword()
  const applicant = { email: who.email, password, name: who.name, birthDate: '1980-01-02' }
  await request('POST', '/auth/sign-up', { body: applicant })
  await request('POST', '/auth/verify-email', { body: { token: await mailedToken(who.email) } })
  const { token } = (await signIn(who.email, password)).body as { token?: string }
  if (token === undefined) return false
  const me = (await request('GET', '/me', { token })).body as { name: string; organisations: { id: string }[] }
  const path = `/organisations/${me.organisations[0]?.id}/invitations`
  const invited = await request('POST', path, { token, body: { email: who.guest, role: 'member' } })
  return me.name === who.name && invited.code === null
}

const ownTables = (map: readonly MappedColumn[]): string[] => {
  const perCall = new Set(map.filter((column) => column.category === 'usage.inference').map((column) => column.table))
  return [...new Set(map.map((column) => column.table))].filter((table) => !table.includes('.') && !perCall.has(table))
}

const plant = (system: CheckedSystem, who: Canaries) =>
  withPeople(system, async (world) => {
    const hasLived = await livePublicly(world, who)
    await world.tx.execute(
      sql`insert into idempotency (id, request_hash, created_at) values (${who.control}, '', now())`,
    )
    const tables = ownTables(system.map)
    const inClear = [who.name, who.email, who.guest]
    const violations: string[] = []
    for (const text of inClear)
      for (const table of await tablesWith(world.tx, tables, text))
        violations.push(`${table} holds in clear what a person gave`)
    const isControlSeen = (await tablesWith(world.tx, tables, who.control)).length > 0
    const logged = world.logged().filter((line) => inClear.some((text) => line.includes(text))).length
    if (logged > 0) violations.push(`${count(logged, 'log line')} with what a person gave`)
    return { hasLived, isControlSeen, tables: tables.length, violations: [...new Set(violations)] }
  })

/** Searches what the database and the journal wrote to their files, the log of changes included. */
const searchWritten = async ({ database, files }: CheckedSystem, who: Canaries, sinceMs: number) => {
  if (files.database === null) return { violations: [], figure: '', unseen: null }
  await database.direct.execute(sql`checkpoint`)
  const texts = [who.name, who.email, who.guest, who.control]
  const search = await searchFiles([files.database, ...files.others], sinceMs, texts)
  const violations = [who.name, who.email, who.guest].flatMap((text) => {
    const file = search.found.get(text)
    return file === undefined ? [] : [`the file ${file} holds in clear what a person gave`]
  })
  const isSeen = search.found.has(who.control) && !search.isPartial
  return {
    violations: [...new Set(violations)],
    figure: ` and ${count(search.files, 'file')}`,
    unseen: isSeen ? null : 'the files of the database could not be searched whole',
  }
}

/** A moment before now on the clock of the file system, whose steps may be coarse. */
const fileClockMs = (system: CheckedSystem): number => system.clock.nowMs() - 5000

/** Lives through the public door under invented names, and looks for these in tables, database files, journal and log. */
export const sealedFields: Check<'sealed-at-rest'> = {
  name: 'sealed-fields',
  run: async (_rule, system) => {
    const who = {
      name: canary(),
      email: `${canary()}@avow.invalid`,
      guest: `${canary()}@avow.invalid`,
      control: canary(),
    }
    const sinceMs = fileClockMs(system)
    const columns = await columnsInClear(system.database, system.map)
    const planted = await plant(system, who)
    const written = await searchWritten(system, who, sinceMs)
    const violations = [...columns.violations, ...written.violations, ...planted.violations]
    const figure = `${count(columns.sealed, 'sealed column')}; ${count(planted.tables, 'table')}${written.figure} searched for a new person, ${violations.length} findings`
    const hasLooked = planted.hasLived && planted.isControlSeen && written.unseen === null
    return hasLooked
      ? finding(columns.sealed + planted.tables, violations, figure)
      : finding(0, violations, figure, written.unseen ?? 'nobody could sign up, so finding nothing proves nothing')
  },
}
