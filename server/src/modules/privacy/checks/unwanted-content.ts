import type { Endpoint } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { findUnwanted, type UnwantedKind } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withModule } from '../probe-people.ts'
import { addSecondFactor, makeStaff } from '../probe-roles.ts'
import { searchSealed } from '../search-sealed.ts'

/** Published test numbers: nobody's. */
const samples: Readonly<Record<UnwantedKind, readonly string[]>> = {
  'card-number': ['4111 1111 1111 1111', '378282246310005'],
  'government-id': ['219-09-9999', 'A123456789'],
}

const isRecognised = (kind: string): kind is UnwantedKind => kind in samples

/** Fields of a body in which such a number could be written. */
const freeFields = ({ body }: Endpoint, number: string): string[] => {
  if (!(body instanceof z.ZodObject)) return []
  return Object.entries(body.shape).flatMap(([name, schema]) =>
    (schema as z.ZodType).safeParse(number).success ? [name] : [],
  )
}

const secretFields = new Set(['password', 'currentPassword', 'newPassword', 'code', 'token', 'cursor'])

/** Who may call it, so that the number is read. */
const tokenFor = ({ access }: Endpoint, person: ProbePerson, staff: string): string | undefined => {
  if (access.kind === 'public') return undefined
  return access.kind === 'staff' ? staff : person.token
}

interface Edge {
  readonly fields: number
  readonly open: readonly string[]
}

/** Writes each number into each free field of each endpoint that answers in the probe's world. */
const tryEdge = async (world: ProbeWorld, system: CheckedSystem, numbers: readonly string[]): Promise<Edge> => {
  const person = await world.join()
  const member = await world.join()
  await makeStaff(world, system, member)
  const { signedIn } = await addSecondFactor(world, system, member)
  const staff = String((signedIn.body as { token?: unknown }).token)
  const params: Readonly<Record<string, string>> = { ...person, organisationId: person.organisationId }
  const open: string[] = []
  let fields = 0
  for (const { endpoint } of world.routes) {
    const path = endpoint.path.replace(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? 'none')
    const token = tokenFor(endpoint, person, staff)
    for (const number of numbers) {
      for (const field of freeFields(endpoint, number)) {
        if (secretFields.has(field) || endpoint.method === 'GET' || endpoint.method === 'DELETE') continue
        const body = { [field]: number }
        const { code } = await world.request(endpoint.method, path, token === undefined ? { body } : { body, token })
        if (code === 'forbidden') continue
        fields += 1
        if (code !== 'unwanted_content') open.push(`${endpoint.id} takes ${number.replace(/\d/g, '9')} as ${field}`)
      }
    }
  }
  return { fields, open }
}

const rowsMax = 2000

/** Columns of text, whatever they are for. */
const textColumns = async (tx: Tx, map: readonly MappedColumn[]): Promise<{ table: string; column: string }[]> => {
  const { rows } = await tx.execute<{ table: string; column: string }>(
    sql`select c.table_name as "table", c.column_name as "column" from information_schema.columns c
        where c.table_schema = 'public' and c.udt_name in ('text', 'varchar', 'jsonb', 'json', '_text')`,
  )
  const mapped = new Set(map.map(({ table, column }) => `${table}.${column}`))
  return rows.filter(({ table, column }) => mapped.has(`${table}.${column}`))
}

/** Places in the whole database that hold such a number, in clear or sealed. */
const searchStored = async (tx: Tx, system: CheckedSystem, kinds: ReadonlySet<UnwantedKind>) => {
  const holds = (text: string): boolean => findUnwanted(text, kinds) !== null
  const places = new Set<string>()
  const columns = await textColumns(tx, system.map)
  for (const { table, column } of columns) {
    const value = sql.identifier(column)
    // Six digits with at most one sign between two of them: every form has them, and few other texts.
    const { rows } = await tx.execute<{ value: string }>(
      sql`select ${value}::text as value from ${sql.identifier(table)} where ${value}::text ~ '([0-9][-. ]?){6}' limit ${rowsMax}`,
    )
    if (rows.some((row) => holds(row.value))) places.add(`${table}.${column}`)
  }
  for (const table of (await searchSealed(tx, system, holds)).keys()) places.add(`${table}, sealed`)
  return { columns: columns.length, places: [...places] }
}

/** Sends test numbers to every field that takes text, and looks for any in the database and in what was logged. */
export const unwantedContent: Check<'never-hold'> = {
  name: 'unwanted-content',
  run: async (rule, system) => {
    const kinds = new Set(rule.argument.filter(isRecognised))
    const numbers = [...kinds].flatMap((kind) => samples[kind])
    const stored = await searchStored(system.database.direct, system, kinds)
    const { edge, logged } = await withModule(system, async (world) => {
      const tried = await tryEdge(world, system, numbers)
      return { edge: tried, logged: world.logged().filter((line) => findUnwanted(line, kinds) !== null).length }
    })
    const violations = [
      ...edge.open,
      ...stored.places.map((place) => `${place} holds such a number`),
      ...(logged > 0 ? [`${count(logged, 'line')} of the log with such a number`] : []),
    ]
    const unknown = rule.argument.filter((kind) => !isRecognised(kind))
    return finding(
      edge.fields,
      violations,
      `${count(edge.fields, 'field')} tried with test numbers, ${stored.columns} columns and what is sealed looked through`,
      unknown.length === 0 ? null : `nothing here recognises ${unknown.join(', ')} in a text`,
    )
  },
}
