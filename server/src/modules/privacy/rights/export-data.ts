import { createHash } from 'node:crypto'
import { contract } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { leftOut, readSubject, subjectNow } from './read-subject.ts'
import { insertRequest } from './request-store.ts'
import { deadlineOf, viewRequest } from './request-view.ts'
import type { Rights } from './rights.ts'
import { type ArchiveFile, makeArchive } from './tar.ts'

const toJson = (row: object): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

const file = (name: string, text: string): ArchiveFile => ({ name, content: Buffer.from(text) })

/** In the manifest and not in a file beside it, which an import by an earlier version would refuse. */
const about = [
  'Everything that this cloud holds about you, one file of JSON Lines for each table: each line is one row.',
  'tables: what each column is and what it serves. sha256: the checksum of its file. leftOut: what is not here, and why.',
  'avow privacy import reads this archive on another Avow.',
].join(' ')

/** The files of an export: a manifest, and JSON Lines for each table of the data map that holds something. */
export const exportFiles = async (rights: Rights, tx: Tx, personId: string): Promise<ArchiveFile[]> => {
  const found = await readSubject(rights, tx, await subjectNow(rights, tx, personId))
  const contents = found.map(({ table, rows }) =>
    file(`data/${table}.jsonl`, rows.map((row) => `${toJson(row)}\n`).join('')),
  )
  const manifest = {
    about,
    format: 'avow-export',
    version: 2,
    madeAt: rights.clock.now().toISOString(),
    policy: { id: rights.policy.id, version: rights.policy.version, hash: rights.policy.hash },
    personId,
    tables: found.map(({ table, columns, rows }, at) => ({
      table,
      file: `data/${table}.jsonl`,
      rows: rows.length,
      sha256: createHash('sha256')
        .update(contents[at]?.content ?? '')
        .digest('hex'),
      columns: columns.map(({ column, category, purposes, note }) => ({ column, category, purposes, note })),
    })),
    leftOut: leftOut(rights),
  }
  return [file('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`), ...contents]
}

/** A person takes their data with them. Nothing of it is stored: another copy would be one more to erase. */
export const exportRoute = (rights: Rights): Route =>
  route(contract.rights.exportMe, async ({ tx, caller }) => {
    const now = rights.clock.now()
    const row = await insertRequest(tx, {
      id: newId('rrq', rights.clock),
      kind: 'export',
      state: 'done',
      personId: caller.personId,
      askedAt: now,
      dueAt: deadlineOf(rights, 'portability', now),
      startsAt: now,
      verified: 'session',
      begunAt: now,
      finishedAt: now,
    })
    const archive = makeArchive(await exportFiles(rights, tx, caller.personId), now)
    const fileName = `avow-export-${now.toISOString().slice(0, 10)}.tar.gz`
    return { ...viewRequest(row, now), fileName, archive: archive.toString('base64') }
  })
