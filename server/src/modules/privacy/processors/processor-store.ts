import { desc, eq, sql } from 'drizzle-orm'
import { disclosure, sending, type Tx } from '../../../platform/db/index.ts'

export type SendingRow = typeof sending.$inferSelect

/** What one party received, all together. */
export interface Received {
  readonly recipient: string
  /** As it was called last. */
  readonly name: string
  readonly times: number
  readonly firstAt: Date
  readonly lastAt: Date
}

const sum = sql<string>`sum(${sending.times})`
const first = sql<string>`min(${sending.firstAt})`
const last = sql<string>`max(${sending.lastAt})`

/** What left to processors, party by party. */
export const receivedBy = async (tx: Tx): Promise<Map<string, Received>> => {
  const rows = await tx
    .select({
      recipient: sending.recipient,
      name: sql<string>`(array_agg(${sending.name} order by ${sending.lastAt} desc))[1]`,
      times: sum,
      firstAt: first,
      lastAt: last,
    })
    .from(sending)
    .where(eq(sending.ground, 'processor'))
    .groupBy(sending.recipient)
  return new Map(
    rows.map((row) => [
      row.recipient,
      { ...row, times: Number(row.times), firstAt: new Date(row.firstAt), lastAt: new Date(row.lastAt) },
    ]),
  )
}

/** How many subjects each party received something about, of whom a record is kept. */
export const countSubjects = async (tx: Tx): Promise<Map<string, number>> => {
  const who = sql`coalesce(${disclosure.personId}, ${disclosure.organisationId}, ${disclosure.addressIndex})`
  const rows = await tx
    .select({ recipient: disclosure.recipient, count: sql<string>`count(distinct ${who})` })
    .from(disclosure)
    .groupBy(disclosure.recipient)
  return new Map(rows.map((row) => [row.recipient, Number(row.count)]))
}

/** What left to one party, newest day first. */
export const listSendings = (tx: Tx, recipient: string, limit: number): Promise<SendingRow[]> =>
  tx.select().from(sending).where(eq(sending.recipient, recipient)).orderBy(desc(sending.day)).limit(limit)

export interface CrossingRow {
  readonly from: string
  readonly to: string
  readonly recipient: string
  readonly name: string
  readonly purposes: string[]
  readonly categories: string[]
  readonly safeguard: string | null
  readonly times: number
  readonly firstAt: Date
  readonly lastAt: Date
}

/** What left to another country than the one where this installation was. */
export const listCrossings = async (tx: Tx): Promise<CrossingRow[]> => {
  const { rows } = await tx.execute<Record<string, unknown>>(sql`
    select from_country as "from", to_country as "to", recipient, safeguard,
      (array_agg(name order by last_at desc))[1] as name,
      array_agg(distinct purpose) as purposes,
      (select array_agg(distinct one) from ${sending} other, unnest(other.categories) one
        where other.recipient = s.recipient and other.to_country = s.to_country) as categories,
      sum(times)::text as times, min(first_at) as first_at, max(last_at) as last_at
    from ${sending} s
    where from_country is not null and to_country is not null and from_country <> to_country
    group by from_country, to_country, recipient, safeguard
    order by max(last_at) desc`)
  return rows.map(({ times, first_at, last_at, ...row }) => ({
    ...(row as unknown as CrossingRow),
    times: Number(times),
    firstAt: new Date(String(first_at)),
    lastAt: new Date(String(last_at)),
  }))
}
