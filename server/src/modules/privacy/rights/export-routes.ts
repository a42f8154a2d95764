import { contract, type exportView } from '@avow/contract'
import { dueAt } from '@avow/policy'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import { packPart, partsOf } from './export-archive.ts'
import {
  countAhead,
  countAskedSince,
  deleteExport,
  type ExportRow,
  findExportOf,
  findPart,
  insertExport,
  lockOpenExport,
} from './export-store.ts'
import { makeExportsJob, tablesCopied } from './make-export.ts'
import { findRequest, insertRequest, type RequestRow, updateRequest } from './request-store.ts'
import { deadlineOf } from './request-view.ts'
import type { Rights } from './rights.ts'

type View = z.input<typeof exportView>

/** Reading everything is work: more often than this a day nobody needs it. */
const asksMax = 10
const dayMs = 86_400_000

const expiryOf = ({ policy }: Pick<Rights, 'policy'>, { begunAt }: ExportRow): Date | null =>
  dueAt(begunAt, policy.retention('rights.export')?.period ?? 'forever')

/** A person's copy with its request, if its time is not over; the retention gate deletes it within the hour after. */
const findCopy = async (rights: Rights, tx: Tx, personId: string) => {
  const row = await findExportOf(tx, personId)
  const request = row === undefined ? undefined : await findRequest(tx, row.id)
  if (row === undefined || request === undefined) return null
  const expiresAt = expiryOf(rights, row)
  return expiresAt !== null && expiresAt <= rights.clock.now() ? null : { row, request, expiresAt }
}

const stateOf = (row: ExportRow, request: RequestRow): View['state'] => {
  if (row.madeAt !== null) return 'done'
  return request.state === 'running' ? 'running' : 'waiting'
}

const view = async (rights: Rights, tx: Tx, row: ExportRow, request: RequestRow): Promise<View> => {
  const state = stateOf(row, request)
  return {
    id: row.id,
    state,
    askedAt: request.askedAt.toISOString(),
    ahead: state === 'waiting' ? await countAhead(tx, request) : 0,
    tablesDone: row.tablesDone,
    tablesTotal: tablesCopied(rights).length,
    rows: row.files.reduce((sum, { rows }) => sum + rows, 0),
    parts: state === 'done' ? partsOf(row.files) : 0,
    fileName: `avow-export-${row.begunAt.toISOString().slice(0, 10)}.tar.gz`,
    expiresAt: expiryOf(rights, row)?.toISOString() ?? null,
  }
}

const underWay = () =>
  new Refusal('conflict', 'A copy is being made for you already. Wait for it, or delete it to stop that.')

const ask = (rights: Rights): Route =>
  route(contract.rights.askExport, async ({ tx, caller: { personId } }) => {
    const { clock } = rights
    const now = clock.now()
    if ((await lockOpenExport(tx, personId)) !== undefined) throw underWay()
    if ((await countAskedSince(tx, personId, new Date(now.getTime() - dayMs))) >= asksMax)
      throw new Refusal('rate_limited', `You asked for ${asksMax} copies within a day. Ask again tomorrow.`)
    const before = await findExportOf(tx, personId)
    if (before !== undefined) await deleteExport(tx, before.id)
    const id = newId('rrq', clock)
    const row = await insertExport(tx, { id, personId, begunAt: now })
    // Another request of the same person was faster.
    if (row === undefined) throw underWay()
    const request = await insertRequest(tx, {
      id,
      kind: 'export',
      state: 'waiting',
      personId,
      askedAt: now,
      dueAt: deadlineOf(rights, 'portability', now),
      startsAt: now,
      verified: 'session',
    })
    await recordDecision(tx, clock, { gate: 'rights', decision: 'allowed', rule: 'export asked, verified by session' })
    await enqueue(tx, makeExportsJob, {}, { key: makeExportsJob })
    return view(rights, tx, row, request)
  })

const show = (rights: Rights): Route =>
  route(contract.rights.showExport, async ({ tx, caller }) => {
    const copy = await findCopy(rights, tx, caller.personId)
    return { export: copy === null ? null : await view(rights, tx, copy.row, copy.request) }
  })

const fetchPart = (rights: Rights): Route =>
  route(contract.rights.exportPart, async ({ tx, caller, params: { exportId, part } }) => {
    const copy = await findCopy(rights, tx, caller.personId)
    if (copy === null || copy.row.id !== exportId) throw new Refusal('not_found')
    if (copy.row.madeAt === null)
      throw new Refusal('conflict', 'This copy is being made. Its parts are there when it is done.')
    const number = /^\d{1,9}$/.test(part) ? Number(part) : null
    const found = number === null ? undefined : await findPart(tx, exportId, number)
    if (found === undefined) throw new Refusal('not_found')
    const place = { table: 'export_part', column: 'sealed_content', row: found.id }
    const { vault, database } = rights
    const text = await vault.openFor(database.on(tx), caller.personId, place, found.sealedContent)
    const content = packPart(copy.row, found.number, text).toString('base64')
    return { part: found.number, parts: partsOf(copy.row.files), content }
  })

const remove = (rights: Rights): Route =>
  route(contract.rights.removeExport, async ({ tx, caller: { personId } }) => {
    const open = await lockOpenExport(tx, personId)
    const row = await findExportOf(tx, personId)
    if (open === undefined && row === undefined) throw new Refusal('not_found')
    if (open !== undefined) await updateRequest(tx, open, { state: 'cancelled', finishedAt: rights.clock.now() })
    if (row !== undefined) await deleteExport(tx, row.id)
  })

export const exportRoutes = (rights: Rights): Route[] => [ask(rights), show(rights), fetchPart(rights), remove(rights)]
