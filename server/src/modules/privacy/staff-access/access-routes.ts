import { type accessView, contract, type StaffRole, type staffAccessView } from '@avow/contract'
import { and, asc, desc, eq, inArray, or } from 'drizzle-orm'
import type { z } from 'zod'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import {
  type AccessDetails,
  type GrantRow,
  type ReadRow,
  staffAccessGrant,
  staffAccessRead,
} from '../../../platform/gates/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import type { StaffAccess } from './staff-access.ts'

type View = z.input<typeof accessView>
type StaffView = z.input<typeof staffAccessView>

const isActive = ({ endedAt, expiresAt }: GrantRow, now: Date): boolean => endedAt === null && expiresAt > now

const viewRead = ({ what, object, firstAt, lastAt, times }: ReadRow): View['reads'][number] => ({
  what,
  object,
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
  times,
})

/** Grants with their reasons opened and what was looked at under them, in their order. */
const viewAll = async (deps: StaffAccess, tx: Tx, rows: readonly GrantRow[]): Promise<StaffView[]> => {
  const cells = rows.map((row) => ({
    subject: row.about,
    place: { table: 'staff_access_grant', column: 'sealed_details', row: row.id },
    sealed: row.sealedDetails,
  }))
  const opened = await deps.vault.openMany(tx, cells)
  const ids = rows.map((row) => row.id)
  const reads =
    ids.length === 0
      ? []
      : await tx
          .select()
          .from(staffAccessRead)
          .where(inArray(staffAccessRead.grantId, ids))
          .orderBy(asc(staffAccessRead.firstAt), asc(staffAccessRead.object))
  const now = deps.clock.now()
  return rows.map((row, index) => {
    const plain = opened[index] ?? null
    const details = plain === null ? null : (JSON.parse(plain) as AccessDetails)
    return {
      id: row.id,
      scope: row.scope,
      staffRole: row.staffRole as StaffRole,
      staffId: row.staffId,
      subjectId: row.subjectId,
      reason: details?.reason ?? null,
      ticket: details?.ticket ?? null,
      emergency: row.emergency,
      country: row.country,
      grantedAt: row.grantedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      active: isActive(row, now),
      reads: reads.filter((read) => read.grantId === row.id).map(viewRead),
      commitment: row.commitment,
    }
  })
}

const newest = [desc(staffAccessGrant.grantedAt), desc(staffAccessGrant.id)] as const

const pageOf = async (
  deps: StaffAccess,
  tx: Tx,
  query: { limit: number; cursor?: string | undefined },
  where?: Parameters<typeof and>[0],
) => {
  const after = olderThan(staffAccessGrant.grantedAt, staffAccessGrant.id, decodeCursor(query.cursor))
  const rows = await tx
    .select()
    .from(staffAccessGrant)
    .where(and(where, after))
    .orderBy(...newest)
    .limit(query.limit + 1)
  return toPage(
    await viewAll(deps, tx, rows),
    query.limit,
    (row) => ({ atMs: new Date(row.grantedAt).getTime(), id: row.id }),
    (row) => row,
  )
}

const mine = (deps: StaffAccess): Route =>
  route(contract.staffAccess.mine, async ({ tx, caller, query }) => {
    const address = await deps.accounts.addressOf(tx, caller.personId)
    const byAddress =
      address === null ? undefined : eq(staffAccessGrant.subjectIndex, addressIndex(deps.vault, address))
    return pageOf(deps, tx, query, or(eq(staffAccessGrant.subjectId, caller.personId), byAddress))
  })

const list = (deps: StaffAccess): Route => route(contract.staffAccess.list, ({ tx, query }) => pageOf(deps, tx, query))

const end = (deps: StaffAccess): Route =>
  route(contract.staffAccess.end, async ({ tx, caller, params }) => {
    const wanted = eq(staffAccessGrant.id, params.grantId)
    const [row] = await tx.select().from(staffAccessGrant).where(wanted).for('update')
    const mayEnd = caller.staffRole === 'operator' || caller.staffRole === 'privacy-officer'
    if (row === undefined || (row.staffId !== caller.personId && !mayEnd)) throw new Refusal('not_found')
    if (!isActive(row, deps.clock.now())) throw new Refusal('conflict', 'This access has ended already.')
    await deps.gate.end(tx, row.id)
    const [view] = await viewAll(deps, tx, await tx.select().from(staffAccessGrant).where(wanted))
    if (view === undefined) throw new Refusal('not_found')
    return view
  })

export const accessRoutes = (deps: StaffAccess): Route[] => [list(deps), end(deps), mine(deps)]
