import type { StaffRole } from '@avow/contract'
import { and, desc, eq, gt, ne, type SQL, sql } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { person, secondFactor, session, staffMember } from '../tables.ts'
import type { SessionRule } from './session-end.ts'

type StoredRow = typeof session.$inferSelect

/** A session with what is sealed opened. */
export type SessionRow = Omit<StoredRow, 'sealedIpAddress' | 'sealedUserAgent'> & {
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

const placeOf = (row: string, column: string) => ({ table: 'session', column, row })

/** A session that works, and what its person may. */
export interface LiveSession {
  readonly id: string
  readonly personId: string
  readonly secondFactorAt: Date | null
  readonly hasSecondFactor: boolean
  readonly staffRole: StaffRole | null
}

/** As `endOf` says, and as the retention gate reckons: on the UTC calendar. */
const isLive = (now: Date, rule: SessionRule): SQL | undefined => {
  const isYoung = gt(session.expiresAt, now)
  if (rule === null || rule.period === 'forever') return isYoung
  const from = rule.trigger === 'last-activity' ? session.lastSeenAt : session.createdAt
  const isWithinPeriod = sql`(${from} at time zone 'UTC') + ${rule.period.text}::interval > (${now.toISOString()}::timestamptz at time zone 'UTC')`
  return and(isYoung, isWithinPeriod)
}

export const insertSession = async (tx: Tx, vault: Vault, row: SessionRow): Promise<void> => {
  const { ipAddress, userAgent, ...plain } = row
  const seal = async (column: string, text: string | null) =>
    text === null ? null : vault.sealFor(row.personId, placeOf(row.id, column), text)
  await tx.insert(session).values({
    ...plain,
    sealedIpAddress: await seal('sealed_ip_address', ipAddress),
    sealedUserAgent: await seal('sealed_user_agent', userAgent),
  })
}

/** Opens where sessions come from; null where nothing was known. */
const openSessions = async (tx: Tx, vault: Vault, rows: readonly StoredRow[]): Promise<SessionRow[]> => {
  const sealed = rows.flatMap(({ id, personId, sealedIpAddress, sealedUserAgent }) =>
    Object.entries({ sealed_ip_address: sealedIpAddress, sealed_user_agent: sealedUserAgent }).flatMap(
      ([column, bytes]) => (bytes === null ? [] : [{ subject: personId, place: placeOf(id, column), sealed: bytes }]),
    ),
  )
  const opened = await vault.openMany(tx, sealed)
  const plain = new Map(sealed.map(({ place }, index) => [`${place.row} ${place.column}`, opened[index] ?? null]))
  return rows.map(({ sealedIpAddress: _ip, sealedUserAgent: _agent, ...row }) => ({
    ...row,
    ipAddress: plain.get(`${row.id} sealed_ip_address`) ?? null,
    userAgent: plain.get(`${row.id} sealed_user_agent`) ?? null,
  }))
}

export const findLiveSession = async (
  tx: Tx,
  tokenHash: string,
  now: Date,
  rule: SessionRule,
): Promise<LiveSession | undefined> => {
  const [row] = await tx
    .select({
      id: session.id,
      personId: session.personId,
      secondFactorAt: session.secondFactorAt,
      hasSecondFactor: sql<boolean>`${secondFactor.confirmedAt} is not null`,
      staffRole: staffMember.role,
    })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .leftJoin(secondFactor, eq(secondFactor.personId, session.personId))
    .leftJoin(staffMember, eq(staffMember.personId, session.personId))
    .where(and(eq(session.tokenHash, tokenHash), isLive(now, rule), sql`${person.closedAt} is null`))
  return row
}

/** Where the session comes from stays sealed. */
export const findSession = async (tx: Tx, personId: string, sessionId: string): Promise<StoredRow | undefined> => {
  const [row] = await tx
    .select()
    .from(session)
    .where(and(eq(session.personId, personId), eq(session.id, sessionId)))
  return row
}

/** Newest first, one more than `limit`. */
export const listLiveSessions = async (
  tx: Tx,
  vault: Vault,
  personId: string,
  page: { limit: number; after: Cursor | undefined; now: Date; rule: SessionRule },
): Promise<SessionRow[]> => {
  const rows = await tx
    .select()
    .from(session)
    .where(
      and(
        eq(session.personId, personId),
        isLive(page.now, page.rule),
        olderThan(session.createdAt, session.id, page.after),
      ),
    )
    .orderBy(desc(session.createdAt), desc(session.id))
    .limit(page.limit + 1)
  return openSessions(tx, vault, rows)
}

/** @returns whether the person had such a session */
export const deleteSession = async (tx: Tx, personId: string, sessionId: string): Promise<boolean> => {
  const gone = await tx
    .delete(session)
    .where(and(eq(session.personId, personId), eq(session.id, sessionId)))
    .returning({ id: session.id })
  return gone.length > 0
}

/** Ends a person's sessions but one (or all, with null). @returns how many */
export const deleteOtherSessions = async (tx: Tx, personId: string, keptId: string | null): Promise<number> => {
  const others = keptId === null ? undefined : ne(session.id, keptId)
  const gone = await tx
    .delete(session)
    .where(and(eq(session.personId, personId), others))
    .returning({ id: session.id })
  return gone.length
}

export const setSecondFactorPassed = async (tx: Tx, sessionId: string, at: Date): Promise<void> => {
  await tx.update(session).set({ secondFactorAt: at }).where(eq(session.id, sessionId))
}

/** Moves the last use of sessions forward, never back. */
export const writeLastSeen = async (tx: Tx, uses: readonly { id: string; atMs: number }[]): Promise<void> => {
  const ids = uses.map((use) => use.id)
  const times = uses.map((use) => new Date(use.atMs).toISOString())
  await tx.execute(sql`
    update session set last_seen_at = used.at
    from unnest(${sql.param(ids)}::text[], ${sql.param(times)}::timestamptz[]) as used (id, at)
    where session.id = used.id and session.last_seen_at < used.at`)
  await tx.execute(sql`
    update person set last_active_at = used.at, idle_warned_at = null
    from (
      select session.person_id as id, max(given.at) as at
      from unnest(${sql.param(ids)}::text[], ${sql.param(times)}::timestamptz[]) as given (id, at)
      join session on session.id = given.id
      group by session.person_id
    ) as used
    where person.id = used.id and person.last_active_at < used.at - interval '1 hour'`)
}
