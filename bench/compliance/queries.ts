import type { Tx } from '../../server/src/platform/db/index.ts'
import { type SQL, sql } from '../../server/src/platform/db/query-words.ts'
import type { LogLine, Metadata, PersonalRecord } from './record.ts'

/** An array of one word. */
const one = (word: string): SQL => sql`${sql.param([word])}::text[]`

/** What both sides ask in the same words; `name` is the table. */
export const hasPurpose = (purpose: string): SQL => sql`purposes @> ${one(purpose)}`
export const hasOnlyPurpose = (purpose: string): SQL => sql`${hasPurpose(purpose)} and cardinality(purposes) = 1`
export const isNotObjected = (purpose: string): SQL => sql`${hasPurpose(purpose)} and not objections @> ${one(purpose)}`
export const mayDecide = (decision: string): SQL => sql`decisions @> ${one(decision)}`
export const isSharedWith = (partner: string): SQL => sql`shared_with @> ${one(partner)}`
export const isKey = (id: string): SQL => sql`id = ${id}`
export const isOf = (personId: string): SQL => sql`person_id = ${personId}`

const appended = (column: string, word: string): SQL => {
  const name = sql.identifier(column)
  return sql`${name} = case when ${name} @> ${one(word)} then ${name} else ${name} || ${one(word)} end`
}
export const objecting = (purpose: string): SQL => appended('objections', purpose)
export const deciding = (decision: string): SQL => appended('decisions', decision)
export const notSharing = (partner: string): SQL => sql`shared_with = array_remove(shared_with, ${partner})`

export const update = async (tx: Tx, name: SQL, set: SQL, where: SQL): Promise<number> =>
  (await tx.execute(sql`update ${name} set ${set} where ${where}`)).rowCount ?? 0

interface MetadataRow extends Record<string, unknown> {
  id: string
  person_id: string
  purposes: string[]
  objections: string[]
  decisions: string[]
  shared_with: string[]
  source: string
  created_at: string
}

export const readMetadata = async (tx: Tx, name: SQL, where: SQL): Promise<Metadata[]> => {
  const { rows } = await tx.execute<MetadataRow>(
    sql`select id, person_id, purposes, objections, decisions, shared_with, source, created_at from ${name} where ${where} order by id`,
  )
  return rows.map((row) => ({
    id: row.id,
    personId: row.person_id,
    purposes: row.purposes,
    objections: row.objections,
    decisions: row.decisions,
    sharedWith: row.shared_with,
    source: row.source,
    createdAtMs: Date.parse(row.created_at),
  }))
}

export const countRows = async (tx: Tx, name: SQL, where: SQL): Promise<number> => {
  const { rows } = await tx.execute<{ n: number }>(sql`select count(*)::int as n from ${name} where ${where}`)
  return rows[0]?.n ?? 0
}

const words = (given: readonly string[]): SQL => sql`${sql.param([...given])}::text[]`
const at = (ms: number): SQL => sql`${new Date(ms).toISOString()}::timestamptz`

export const insert = (name: SQL, record: PersonalRecord, data: SQL): SQL =>
  sql`insert into ${name} values (${record.id}, ${record.personId}, ${data}, ${words(record.purposes)}, ${words(record.objections)}, ${words(record.decisions)}, ${words(record.sharedWith)}, ${record.source}, ${at(record.createdAtMs)})`

export const readLog = async (tx: Tx, name: SQL, fromMs: number, untilMs: number): Promise<LogLine[]> => {
  const { rows } = await tx.execute<{ at: string; decision: string }>(
    sql`select at, decision from ${name} where at >= ${at(fromMs)} and at < ${at(untilMs)} order by sequence`,
  )
  return rows.map((row) => ({ atMs: Date.parse(row.at), decision: row.decision }))
}
