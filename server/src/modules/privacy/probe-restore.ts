import { sql } from 'drizzle-orm'
import { isSubjectsBy, type Subject, tablesOf } from '../../platform/gates/index.ts'
import { addressIndex } from '../../platform/mail/index.ts'
import type { CheckedSystem } from './check.ts'
import { type ProbeRights, withRights } from './probe-rights.ts'

const nameOf = (at: number): string => `restored_${at}`

/** Copies every row of a subject aside, parents first. @returns the tables, in the order in which to put them back */
const keepRows = async ({ tx }: ProbeRights, system: CheckedSystem, subject: Subject): Promise<string[]> => {
  const mapped = tablesOf(system.map)
  // What a restore takes from the newest backup of keys does not come back from an older one.
  const newest = new Set(system.map.filter(({ restore }) => restore !== undefined).map(({ table }) => table))
  const tables = system.gates.erasure.tables.filter((table) => !newest.has(table)).reverse()
  for (const [at, table] of tables.entries()) {
    const links = mapped.get(table)?.links ?? []
    const theirs = links.map((link) => sql`(${isSubjectsBy(mapped, table, link, subject)})`)
    await tx.execute(
      sql`create temporary table ${sql.identifier(nameOf(at))} on commit drop as select * from ${sql.identifier(table)} where ${sql.join(theirs, sql` or `)}`,
    )
  }
  return tables
}

const putBack = async ({ tx }: ProbeRights, tables: readonly string[]): Promise<number> => {
  let rows = 0
  for (const [at, table] of tables.entries()) {
    const { rows: columns } = await tx.execute<{ name: string }>(
      sql`select a.attname as name from pg_attribute a where a.attrelid = ${`public.${table}`}::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`,
    )
    const list = sql.join(
      columns.map(({ name }) => sql.identifier(name)),
      sql`, `,
    )
    const back = await tx.execute(
      sql`insert into ${sql.identifier(table)} (${list}) overriding system value select ${list} from ${sql.identifier(nameOf(at))} on conflict do nothing`,
    )
    rows += back.rowCount ?? 0
  }
  return rows
}

/**
 * Erases a person of its own, brings their rows back as an older backup would, and does what a restore does before it
 * serves; nothing of it remains.
 * @returns how many rows came back, and how many of them were still there in the end
 */
export const restoreErased = (system: CheckedSystem): Promise<{ readonly back: number; readonly left: number }> =>
  withRights(system, async (world) => {
    const gone = await world.join()
    const subject: Subject = {
      personId: gone.personId,
      addresses: [addressIndex(system.vault, gone.email)],
      organisationIds: [gone.organisationId],
      until: system.clock.now(),
    }
    const tables = await keepRows(world, system, subject)
    await world.erase(gone)
    const back = await putBack(world, tables)
    await system.replayErasures(world.rights)
    const remaining = await system.gates.erasure.remaining(world.tx, subject)
    const left = remaining
      .filter(({ table }) => tables.includes(table))
      .reduce((sum, { due, held }) => sum + due + held, 0)
    return { back, left }
  })
