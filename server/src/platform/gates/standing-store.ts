import type { Purpose } from '@avow/policy'
import { and, asc, eq, isNull, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { consentRecord, type RestrictionGround, type Said, subjectStanding, type Tx } from '../db/index.ts'

/** What one person said about the use of their data, as it is now. */
export interface PersonStanding {
  readonly restricted: boolean
  /** Sensitive data is to serve nothing but the service and its security. */
  readonly limited: boolean
  readonly objected: ReadonlySet<Purpose>
  readonly consents: ReadonlyMap<Purpose, 'given' | 'withdrawn'>
}

export type StandingRow = typeof subjectStanding.$inferSelect
export type ConsentRow = typeof consentRecord.$inferSelect

interface Word {
  readonly kind: StandingRow['kind'] | 'consent'
  readonly purpose: Purpose | null
  readonly state: 'given' | 'withdrawn' | null
}

const standingOf = (words: readonly Word[]): PersonStanding => ({
  restricted: words.some(({ kind }) => kind === 'restriction'),
  limited: words.some(({ kind }) => kind === 'limit'),
  objected: new Set(words.flatMap(({ kind, purpose }) => (kind === 'objection' && purpose !== null ? [purpose] : []))),
  consents: new Map(
    words.flatMap(({ kind, purpose, state }) =>
      kind === 'consent' && purpose !== null && state !== null ? [[purpose, state] as const] : [],
    ),
  ),
})

/**
 * What a person said, as a column of rows about them: one way to the database, and the same moment as the rows.
 * @param person their id where all rows are about one, who is looked up once; else the column that has it
 */
export const saidBy = (person: string | SQLWrapper): SQL<Said> =>
  typeof person === 'string' ? sql`(select said_by(${person}))` : sql`said_by(${person})`

/** @returns the standing of the person that the words are of; undefined for nothing said */
export const readSaid = ([, ...words]: Said): PersonStanding | undefined =>
  words.length === 0 ? undefined : standingOf(words.map(readWord))

const readWord = (text: string): Word => {
  const [kind, purpose, state] = text.split(' ')
  return { kind, purpose: purpose === '' ? null : purpose, state: state ?? null } as Word
}

/** Standings of those who said anything; with one question. */
export const readStandings = async (
  tx: Tx,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, PersonStanding>> => {
  const ids = sql.param([...new Set(personIds)])
  const { rows } = await tx.execute<{ id: string; said: Said }>(
    sql`select id, ${saidBy(sql`id`)} as said from unnest(${ids}::text[]) as id`,
  )
  const found = new Map<string, PersonStanding>()
  for (const { id, said } of rows) {
    const standing = readSaid(said)
    if (standing !== undefined) found.set(id, standing)
  }
  return found
}

/** Restrictions, objections and limits of a person that are in force, oldest first. */
export const listStandings = (tx: Tx, personId: string): Promise<StandingRow[]> =>
  tx
    .select()
    .from(subjectStanding)
    .where(and(eq(subjectStanding.personId, personId), isNull(subjectStanding.endedAt)))
    .orderBy(asc(subjectStanding.since), asc(subjectStanding.id))

/** Every word of a person about consent, oldest first. */
export const listConsents = (tx: Tx, personId: string): Promise<ConsentRow[]> =>
  tx
    .select()
    .from(consentRecord)
    .where(eq(consentRecord.personId, personId))
    .orderBy(asc(consentRecord.at), asc(consentRecord.id))

export interface StandingWord {
  readonly personId: string
  readonly kind: StandingRow['kind']
  readonly purpose: Purpose | null
}

const inForce = ({ personId, kind, purpose }: StandingWord) =>
  and(
    eq(subjectStanding.personId, personId),
    eq(subjectStanding.kind, kind),
    purpose === null ? isNull(subjectStanding.purpose) : eq(subjectStanding.purpose, purpose),
    isNull(subjectStanding.endedAt),
  )

/** @returns whether it was not in force before */
export const placeStanding = async (
  tx: Tx,
  word: StandingWord & { id: string; since: Date; placedBy: string; ground: RestrictionGround | null },
): Promise<boolean> => {
  const made = await tx.insert(subjectStanding).values(word).onConflictDoNothing().returning({ id: subjectStanding.id })
  return made.length > 0
}

/** @returns whether it was in force */
export const endStanding = async (
  tx: Tx,
  word: StandingWord & { endedAt: Date; endedBy: string },
): Promise<boolean> => {
  const { endedAt, endedBy } = word
  const ended = await tx
    .update(subjectStanding)
    .set({ endedAt, endedBy })
    .where(inForce(word))
    .returning({ id: subjectStanding.id })
  return ended.length > 0
}

/** Writes a word about consent in place of the last one. @returns false when it says what the last one said */
export const writeConsent = async (tx: Tx, row: typeof consentRecord.$inferInsert): Promise<boolean> => {
  const now = and(
    eq(consentRecord.personId, row.personId),
    eq(consentRecord.purpose, row.purpose),
    isNull(consentRecord.supersededAt),
  )
  // Two words at once: the second waits for the first and then sees it.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`consent ${row.personId} ${row.purpose}`}, 0))`)
  const [last] = await tx.select({ state: consentRecord.state }).from(consentRecord).where(now)
  if (last?.state === row.state) return false
  await tx.update(consentRecord).set({ supersededAt: row.at }).where(now)
  await tx.insert(consentRecord).values(row)
  return true
}
