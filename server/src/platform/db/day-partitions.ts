import { sql } from 'drizzle-orm'
import type { Tx } from './database.ts'

const dayMs = 86_400_000

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

const nameOf = (table: string, day: string): string => `${table}_p${day.replaceAll('-', '')}`

/** Makes sure that partitions of a table for the UTC days from `from`, `days` of them, exist. Safe to repeat; in a transaction also by several at once. */
export const ensureDayPartitions = async (
  tx: Pick<Tx, 'execute'>,
  table: string,
  from: Date,
  days: number,
): Promise<void> => {
  // Of two who see at once that a day is missing, the second would fail: IF NOT EXISTS is no lock.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`days of ${table}`}, 0))`)
  for (let i = 0; i < days; i++) {
    const day = dayOf(new Date(from.getTime() + i * dayMs))
    const next = dayOf(new Date(from.getTime() + (i + 1) * dayMs))
    await tx.execute(
      sql`create table if not exists ${sql.identifier(nameOf(table, day))} partition of ${sql.identifier(table)} for values from (${sql.raw(`'${day}T00:00:00Z'`)}) to (${sql.raw(`'${next}T00:00:00Z'`)})`,
    )
  }
}

export interface DayPartition {
  readonly name: string
  /** Midnight UTC at which the day ends: no row is younger. */
  readonly end: Date
}

/** The day partitions of a table, oldest first. */
export const listDayPartitions = async (tx: Tx, table: string): Promise<DayPartition[]> => {
  const { rows } = await tx.execute<{ name: string }>(
    sql`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent where p.relname = ${table} order by 1`,
  )
  return rows.flatMap(({ name }) => {
    const digits = /_p(\d{4})(\d{2})(\d{2})$/.exec(name)
    if (digits === null) return []
    return [{ name, end: new Date(Date.UTC(Number(digits[1]), Number(digits[2]) - 1, Number(digits[3]) + 1)) }]
  })
}
