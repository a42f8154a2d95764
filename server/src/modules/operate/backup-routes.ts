import { type backupView, contract } from '@avow/contract'
import type { z } from 'zod'
import {
  type BackupRow,
  findBackup,
  findNewestBackup,
  insertBackup,
  listBackupRows,
} from '../../platform/backups/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../platform/http/index.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs/index.ts'
import { nextBackupAt, type TendBackupsDeps, tendBackupsJob } from './tend-backups.ts'

const view = (row: BackupRow): z.input<typeof backupView> => ({
  id: row.id,
  state: row.state,
  askedAt: row.askedAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  file: row.file,
  bytes: row.bytes,
  rows: row.rows,
  tables: { done: row.tablesDone, total: row.tablesTotal },
  reason: row.reason,
})

const create = ({ backups, clock }: TendBackupsDeps): Route =>
  route(contract.backups.create, async ({ tx }) => {
    if (backups.periods === null) throw new Refusal('backups_off')
    const row = await insertBackup(tx, newId('bak', clock), clock.now())
    await enqueue(tx, tendBackupsJob, {}, { key: tendBackupsJob })
    return view(row)
  })

const show = (): Route =>
  route(contract.backups.show, async ({ tx, params }) => {
    const row = await findBackup(tx, params.backupId)
    if (row === undefined) throw new Refusal('not_found')
    return view(row)
  })

const list = (deps: TendBackupsDeps): Route =>
  route(contract.backups.list, async ({ tx, query }) => {
    const { backups, clock, every } = deps
    const rows = await listBackupRows(tx, { limit: query.limit, after: decodeCursor(query.cursor) })
    const page = toPage(rows, query.limit, (row) => ({ atMs: row.askedAt.getTime(), id: row.id }), view)
    const keys = (await backups.list()).find(({ header }) => header?.kind === 'keys')
    const due = nextBackupAt(deps, await findNewestBackup(tx))
    const next = due !== null && due < clock.now() ? clock.now() : due
    return {
      ...page,
      folder: backups.folder,
      keep: backups.periods?.data.text ?? null,
      every: backups.periods === null ? null : (every ?? null),
      nextAt: next?.toISOString() ?? null,
      keysMadeAt: keys?.header?.createdAt ?? null,
    }
  })

export const backupRoutes = (deps: TendBackupsDeps): Route[] => [create(deps), list(deps), show()]
