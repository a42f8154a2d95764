import type { Category } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import type { Concerned, Disclosed, Subject } from '../../../platform/gates/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { readSubject, subjectNow } from '../rights/read-subject.ts'
import { type ArchiveFile, makeArchive } from '../rights/tar.ts'
import type { AuthorityRequests } from './authority-requests.ts'
import type { AuthorityRequest, RequestRow } from './request-store.ts'

const subjectOf = (deps: AuthorityRequests, tx: Tx, { subjectKind, subjectId }: RequestRow): Promise<Subject> =>
  subjectKind === 'person'
    ? subjectNow(deps, tx, subjectId)
    : Promise.resolve({ personId: '', addresses: [], organisationIds: [subjectId], until: deps.clock.now() })

const toJson = (row: object): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

/** The files for the authority: of each table the columns of these categories, and nothing beside them. */
export const packageFiles = async (
  deps: AuthorityRequests,
  tx: Tx,
  { row, details }: AuthorityRequest,
  categories: readonly string[],
): Promise<ArchiveFile[]> => {
  const found = await readSubject(deps, tx, await subjectOf(deps, tx, row))
  const tables = found.flatMap(({ table, columns, rows }) => {
    const isAnothers = table === 'authority_request'
    const wanted = columns.filter(({ category }) => !isAnothers && categories.includes(category))
    const cut = rows.map((one) => Object.fromEntries(wanted.map(({ column }) => [column, one[column]])))
    return wanted.length === 0 ? [] : [{ table, columns: wanted, rows: cut }]
  })
  const manifest = {
    format: 'avow-disclosure',
    version: 1,
    madeAt: deps.clock.now().toISOString(),
    request: { id: row.id, reference: details.reference },
    categories,
    tables: tables.map(({ table, columns, rows }) => ({
      table,
      file: `data/${table}.jsonl`,
      rows: rows.length,
      columns: columns.map(({ column, category }) => ({ column, category })),
    })),
  }
  const file = (name: string, text: string): ArchiveFile => ({ name, content: Buffer.from(text) })
  return [
    file('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`),
    ...tables.map(({ table, rows }) => file(`data/${table}.jsonl`, rows.map((one) => `${toJson(one)}\n`).join(''))),
  ]
}

/** @throws Refusal conflict where nobody recorded the country; invalid_request where its border needs a safeguard now */
export const requirePlace = ({ gates }: AuthorityRequests, { details }: AuthorityRequest): void => {
  const { country, safeguard = null } = details
  if (country === undefined)
    throw new Refusal('conflict', 'Nobody recorded in which country this authority is. Record its request anew.')
  gates.placement.compelled({ country, safeguard })
}

/** What the record of disclosures says of a package. @param at when it was handed out */
export const disclosedBy = (
  { policy }: AuthorityRequests,
  { row, details }: AuthorityRequest,
  at: Date,
): Omit<Disclosed, 'about'> => ({
  ground: 'legal-requirement',
  recipient: 'authority',
  name: details.authority,
  purpose: 'legal',
  fields: (row.approved ?? []).map((name) => {
    const category = name as Category
    return { name: policy.category(category)?.label ?? name, category }
  }),
  country: details.country ?? null,
  safeguard: details.safeguard ?? null,
  times: 1,
  at,
})

export const subjectConcerned = ({ subjectKind, subjectId }: RequestRow): Concerned => ({
  kind: subjectKind,
  id: subjectId,
})

export const makePackage = async (
  deps: AuthorityRequests,
  tx: Tx,
  disclosure: AuthorityRequest,
  categories: readonly string[],
): Promise<Buffer> => makeArchive(await packageFiles(deps, tx, disclosure, categories), deps.clock.now())
