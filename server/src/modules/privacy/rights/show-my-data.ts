import { contract, type rightsEndpoints } from '@avow/contract'
import { type Category, describePeriod } from '@avow/policy'
import type { z } from 'zod'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { type Route, route } from '../../../platform/http/index.ts'
import { listDisclosures, viewDisclosure } from './list-disclosures.ts'
import { readSubject, type SubjectRows, subjectNow } from './read-subject.ts'
import type { Rights } from './rights.ts'

type Held = z.input<typeof rightsEndpoints.myData.response>['categories'][number]

/** When a row came to be, by the names that our tables give it. */
const beginnings = ['created_at', 'at', 'asked_at', 'joined_at', 'hour', 'since', 'placed_at']

const oldest = (found: readonly SubjectRows[]): string | null => {
  const times = found.flatMap(({ columns, rows }) => {
    const name = beginnings.find((one) => columns.some(({ column }) => column === one))
    return name === undefined ? [] : rows.flatMap((row) => (row[name] == null ? [] : [new Date(String(row[name]))]))
  })
  const first = times.reduce<Date | null>((before, at) => (before === null || at < before ? at : before), null)
  return first?.toISOString() ?? null
}

/** Never before the person was there: books are by the hour, and name its beginning. */
const sinceOf = (found: readonly SubjectRows[], born: string | null): string | null => {
  const since = oldest(found)
  return since !== null && born !== null && since < born ? born : since
}

const words: Record<MappedColumn['erasure'], string> = {
  delete: 'deleted',
  pseudonymise: 'the row stays without you',
  keep: 'kept, as law asks',
  none: 'stays: it says nothing of you',
}

const describe = (rights: Rights, category: Category, found: readonly SubjectRows[], born: string | null): Held => {
  const { policy } = rights
  const columns = found.flatMap((one) => one.columns.filter((column) => column.category === category))
  const rule = policy.category(category)
  const purposes = [...new Set(columns.flatMap((column) => column.purposes))]
  const periods = [...new Set(columns.map((column) => column.retention.class))].flatMap((name) => {
    const period = policy.retention(name)
    if (period === null) return []
    const from = `from ${period.trigger.replaceAll('-', ' ')}`
    // A deployment plan or a project may shorten what the policy allows.
    return [period.period === 'forever' ? 'forever' : `at most ${describePeriod(period.period)} ${from}`]
  })
  return {
    category,
    label: rule?.label ?? category,
    held: columns.map(({ table, column }) => `${table}.${column}`),
    rows: found.reduce((sum, { rows }) => sum + rows.length, 0),
    purposes: purposes.map((purpose) => {
      const { label = purpose, basis = 'none' } = policy.purposes.get(purpose) ?? {}
      return { purpose, label, basis }
    }),
    sources: [...(rule?.sources ?? [])],
    since: sinceOf(found, born),
    kept: periods.join('; '),
    recipients: policy.source.recipients.filter((one) => one.categories.includes(category)).map((one) => one.name),
    onErasure: [...new Set(columns.map(({ erasure }) => words[erasure]))].join('; '),
  }
}

/** The rows that say something of a category: of a table that could, those where a column of it is filled. */
const ofCategory = (found: readonly SubjectRows[], category: Category): SubjectRows[] =>
  found.flatMap((one) => {
    const columns = one.columns.filter((column) => column.category === category)
    const rows = one.rows.filter((row) => columns.some(({ column }) => row[column] != null))
    return rows.length === 0 ? [] : [{ ...one, rows }]
  })

/** What is held about a person, category by category, as the walk over the data map finds it now. */
export const reportOn = async (rights: Rights, tx: Tx, personId: string): Promise<Held[]> => {
  const found = await readSubject(rights, tx, await subjectNow(rights, tx, personId))
  const present = new Set(found.flatMap(({ columns }) => columns.map((column) => column.category)))
  present.delete('system')
  const born = oldest(found.filter(({ table }) => table === 'person'))
  return [...present].flatMap((category) => {
    const filled = ofCategory(found, category)
    return filled.length === 0 ? [] : [describe(rights, category, filled, born)]
  })
}

const disclosuresMax = 200

export const showMyData = (rights: Rights): Route =>
  route(contract.rights.myData, async ({ tx, caller }) => {
    const subject = await subjectNow(rights, tx, caller.personId)
    const rows = await listDisclosures(tx, rights.map, subject, { limit: disclosuresMax })
    return {
      categories: await reportOn(rights, tx, caller.personId),
      disclosures: rows.slice(0, disclosuresMax).map(viewDisclosure),
    }
  })
