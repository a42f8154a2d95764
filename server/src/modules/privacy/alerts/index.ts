import { type alertView, contract } from '@avow/contract'
import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { type AlertDetails, type Alerts, placeOf } from './alerts.ts'
import { securityAlert } from './tables.ts'

export type { Alerts } from './alerts.ts'
export { lockSource, raiseAlert, raiseAlertIn, tellWatchers } from './raise-alert.ts'

type AlertRow = typeof securityAlert.$inferSelect

const openDetails = async (
  tx: Tx,
  { vault }: Pick<Alerts, 'vault'>,
  rows: readonly AlertRow[],
): Promise<AlertDetails[]> => {
  const sealed = rows.flatMap(({ id, sealedDetails }) =>
    sealedDetails === null ? [] : [{ subject: id, place: placeOf(id), sealed: sealedDetails }],
  )
  const opened = (await vault.openMany(tx, sealed))[Symbol.iterator]()
  return rows.map((row) => {
    const plain = row.sealedDetails === null ? null : opened.next().value
    return typeof plain === 'string' ? (JSON.parse(plain) as AlertDetails) : { ipAddress: null, note: null }
  })
}

const view = (row: AlertRow, { ipAddress, note }: AlertDetails): z.input<typeof alertView> => ({
  id: row.id,
  kind: row.kind,
  state: row.acknowledgedAt === null ? 'open' : 'acknowledged',
  from: row.source,
  personId: row.personId,
  aboutId: row.aboutId,
  ipAddress,
  count: row.count,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
  raisedAt: row.raisedAt.toISOString(),
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  acknowledgedBy: row.acknowledgedBy,
  note,
})

const list = (deps: Alerts): Route =>
  route(contract.alerts.list, async ({ tx, query }) => {
    const { state, limit } = query
    const wanted = state === 'open' ? isNull(securityAlert.acknowledgedAt) : isNotNull(securityAlert.acknowledgedAt)
    const older = olderThan(securityAlert.raisedAt, securityAlert.id, decodeCursor(query.cursor))
    const rows = await tx
      .select()
      .from(securityAlert)
      .where(and(state === undefined ? undefined : wanted, older))
      .orderBy(desc(securityAlert.raisedAt), desc(securityAlert.id))
      .limit(limit + 1)
    const details = await openDetails(tx, deps, rows)
    return toPage(
      rows.map((row, index) => ({ row, of: details[index] ?? { ipAddress: null, note: null } })),
      limit,
      ({ row }) => ({ atMs: row.raisedAt.getTime(), id: row.id }),
      ({ row, of }) => view(row, of),
    )
  })

const acknowledge = (deps: Alerts): Route =>
  route(contract.alerts.acknowledge, async ({ tx, caller, params, body }) => {
    const wanted = eq(securityAlert.id, params.alertId)
    const [row] = await tx.select().from(securityAlert).where(wanted).for('update')
    if (row === undefined) throw new Refusal('not_found')
    if (row.acknowledgedAt !== null) throw new Refusal('conflict', 'Somebody acknowledged this alert already.')
    const [details] = await openDetails(tx, deps, [row])
    const after: AlertDetails = { ipAddress: details?.ipAddress ?? null, note: body.note ?? null }
    const set = {
      acknowledgedAt: deps.clock.now(),
      acknowledgedBy: caller.personId,
      sealedDetails: await deps.vault.sealFor(row.id, placeOf(row.id), JSON.stringify(after)),
    }
    await tx.update(securityAlert).set(set).where(wanted)
    return view({ ...row, ...set }, after)
  })

export const alertRoutes = (deps: Alerts): Route[] => [list(deps), acknowledge(deps)]
