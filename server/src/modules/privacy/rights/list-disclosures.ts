import type { disclosureView } from '@avow/contract'
import { and, desc, eq, lt, or, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { disclosure, type MappedColumn, type Tx } from '../../../platform/db/index.ts'
import { isSubjectsBy, type Subject, tablesOf } from '../../../platform/gates/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'

export type DisclosureRow = typeof disclosure.$inferSelect

/** Rows of the record that are about someone, newest first, one more than the limit. */
export const listDisclosures = (
  tx: Tx,
  map: readonly MappedColumn[],
  subject: Subject,
  page: { readonly limit: number; readonly after?: Cursor | undefined },
): Promise<DisclosureRow[]> => {
  const tables = tablesOf(map)
  const table = tables.get('disclosure')
  const links = (table?.links ?? []).map((link) => sql`(${isSubjectsBy(tables, 'disclosure', link, subject)})`)
  const theirs: SQL = links.length === 0 ? sql`false` : sql`(${sql.join(links, sql` or `)})`
  const at = new Date(page.after?.atMs ?? 0)
  const older = or(lt(disclosure.lastAt, at), and(eq(disclosure.lastAt, at), lt(disclosure.id, page.after?.id ?? '')))
  return tx
    .select()
    .from(disclosure)
    .where(and(theirs, page.after === undefined ? undefined : older))
    .orderBy(desc(disclosure.lastAt), desc(disclosure.id))
    .limit(page.limit + 1)
}

const aboutWhom = ({ personId, organisationId }: DisclosureRow): z.input<typeof disclosureView>['about'] => {
  if (personId !== null) return 'person'
  return organisationId === null ? 'address' : 'organisation'
}

export const viewDisclosure = (row: DisclosureRow): z.input<typeof disclosureView> => {
  const { recipient, name, ground, purpose, categories, fields, country, safeguard, times } = row
  return {
    ...{ recipient, name, ground, purpose, categories, fields, country, safeguard, times },
    about: aboutWhom(row),
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
  }
}
