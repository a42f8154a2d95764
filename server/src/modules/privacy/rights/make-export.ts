import { createHash } from 'node:crypto'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { tablesOf } from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { fileNameOf, partsOf } from './export-archive.ts'
import { type ExportRow, findExport, insertExport, insertPart, listOpenExports, updateExport } from './export-store.ts'
import { columnsShown, copies, leftOut, readTable, subjectNow, tablesRead } from './read-subject.ts'
import { lockRequest, updateRequest } from './request-store.ts'
import type { Rights } from './rights.ts'
import type { ExportFile } from './tables.ts'

export const makeExportsJob = 'make-exports'

/** One copy is made at a time, whatever number of people asked. */
const lockId = 5_100_203

/** What a part holds, before it is sealed. */
const partChars = 512 * 1024

const toJson = (row: object): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

/** The tables of a copy, in the order in which they are read. */
export const tablesCopied = (rights: Pick<Rights, 'map'>): string[] =>
  [...tablesRead(rights).keys()].filter((name) => name !== copies).toSorted()

const write = async (rights: Rights, tx: Tx, { id: exportId, personId }: ExportRow, number: number, text: string) => {
  const id = newId('exp', rights.clock)
  const place = { table: 'export_part', column: 'sealed_content', row: id }
  const sealedContent = await rights.vault.sealFor(personId, place, text)
  await insertPart(tx, { id, exportId, personId, number, sealedContent })
}

/** Writes one table into parts as it is read. @returns null when it holds nothing of theirs */
const copyTable = async (rights: Rights, tx: Tx, row: ExportRow, name: string): Promise<ExportFile | null> => {
  const tables = tablesOf(rights.map)
  const table = tables.get(name)
  if (table === undefined) return null
  const hash = createHash('sha256')
  const first = partsOf(row.files)
  let [rows, bytes, parts, waiting] = [0, 0, 0, '']
  const flush = async (): Promise<void> => {
    if (waiting === '') return
    hash.update(waiting)
    bytes += Buffer.byteLength(waiting)
    await write(rights, tx, row, first + parts, waiting)
    parts += 1
    waiting = ''
  }
  await readTable(rights, tx, tables, table, await subjectNow(rights, tx, row.personId), async (page) => {
    for (const one of page) {
      waiting += `${toJson(one)}\n`
      if (waiting.length >= partChars) await flush()
    }
    rows += page.length
  })
  await flush()
  return rows === 0 ? null : { table: name, rows, bytes, sha256: hash.digest('hex'), parts }
}

/** In the manifest and not in a file beside it, which an import by an earlier version would refuse. */
const about = [
  'Everything that this cloud holds about you, one file of JSON Lines for each table: each line is one row.',
  'tables: what each column is and what it serves. sha256: the checksum of its file. leftOut: what is not here, and why.',
  'avow privacy import reads this archive on another Avow.',
].join(' ')

const manifestOf = (rights: Rights, { personId, begunAt, files }: ExportRow): string => {
  const tables = tablesOf(rights.map)
  const manifest = {
    about,
    format: 'avow-export',
    version: 2,
    madeAt: begunAt.toISOString(),
    policy: { id: rights.policy.id, version: rights.policy.version, hash: rights.policy.hash },
    personId,
    tables: files.map(({ table: name, rows, sha256 }) => {
      const table = tables.get(name)
      const columns = table === undefined ? [] : columnsShown(table)
      return {
        table: name,
        file: fileNameOf(name),
        rows,
        sha256,
        columns: columns.map(({ column, category, purposes, note }) => ({ column, category, purposes, note })),
      }
    }),
    leftOut: leftOut(rights),
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

const finish = async (rights: Rights, tx: Tx, row: ExportRow): Promise<void> => {
  const { clock } = rights
  const madeAt = clock.now()
  await write(rights, tx, row, 0, manifestOf(rights, row))
  await updateExport(tx, row.id, { madeAt })
  await updateRequest(tx, row.id, { state: 'done', finishedAt: madeAt })
  const counted = row.files.reduce((sum, { rows }) => sum + rows, 0)
  await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'export made', counted })
}

/**
 * The next table of a copy, in a transaction of its own: whatever ends the process costs that table and no more. A copy
 * that is not there, as after a restore, begins anew.
 * @returns whether something is left to do
 */
const goOn = (rights: Rights, id: string): Promise<boolean> =>
  rights.database.transaction(async (tx) => {
    const request = await lockRequest(tx, id)
    if (request?.personId == null || (request.state !== 'waiting' && request.state !== 'running')) return false
    const begun = { id, personId: request.personId, begunAt: rights.clock.now() }
    const row = (await findExport(tx, id)) ?? (await insertExport(tx, begun))
    if (row === undefined) throw new Error('a person has another copy while this one is made')
    const lastTable = tablesCopied(rights).find((name) => row.lastTable === null || name > row.lastTable)
    if (lastTable === undefined) {
      await finish(rights, tx, row)
      return false
    }
    const file = await copyTable(rights, tx, row, lastTable)
    const files = file === null ? row.files : [...row.files, file]
    await updateExport(tx, id, { lastTable, tablesDone: row.tablesDone + 1, files })
    if (request.state === 'waiting') await updateRequest(tx, id, { state: 'running', begunAt: rights.clock.now() })
    return true
  })

/** Makes a person's copy, from where it was left. Safe to repeat, and to run twice at once. */
export const makeExport = async (rights: Rights, id: string, signal?: AbortSignal): Promise<void> => {
  while (signal?.aborted !== true && (await goOn(rights, id)));
}

/** Every copy that was asked for; one that fails keeps no other from being made. */
const makeAll = async (rights: Rights, signal: AbortSignal): Promise<void> => {
  const failed: unknown[] = []
  const tried = new Set<string>()
  for (;;) {
    const id = (await listOpenExports(rights.database.direct)).find((one) => !tried.has(one))
    if (id === undefined || signal.aborted) break
    tried.add(id)
    await makeExport(rights, id, signal).catch((error: unknown) => failed.push(error))
  }
  if (failed.length > 0) throw failed[0]
}

export const createMakeExportsJob = (rights: Rights): Job => ({
  // Also every minute: what a killed process or a restore left, goes on by itself.
  name: makeExportsJob,
  readsFor: ['legal'],
  cron: '* * * * *',
  run: async (_payload, signal) => {
    await rights.database.alone(lockId, () => makeAll(rights, signal))
  },
})
