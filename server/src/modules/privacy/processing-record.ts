import { contract, type processingRecordView } from '@avow/contract'
import type { Category, CompiledPolicy, Purpose } from '@avow/policy'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock/index.ts'
import type { MappedColumn } from '../../platform/db/index.ts'
import { type Route, route } from '../../platform/http/index.ts'

type RecordView = z.input<typeof processingRecordView>
type Activity = RecordView['activities'][number]

const periodOf = (policy: CompiledPolicy, column: MappedColumn): string | null => {
  const rule = policy.retention(column.retention.class)
  if (rule === null) return null
  return rule.period === 'forever' ? 'forever' : rule.period.text
}

/**
 * Whether a column has to be in the record: it is about people, and the policy has its category and its period. A table
 * that is only for what the policy lacks stays empty; the check of declared data sees to that.
 */
export const belongsInRecord = (policy: CompiledPolicy, { category, retention, onlyIfHeld }: MappedColumn): boolean =>
  category !== 'system' &&
  (onlyIfHeld !== true || (policy.category(category) !== null && policy.retention(retention.class) !== null))

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

/** Where the record would say nothing about a column that holds personal data. */
const gapsOf = (policy: CompiledPolicy, column: MappedColumn): string[] => {
  const place = `${column.table}.${column.column}`
  const basisless = column.purposes.filter((purpose) => !policy.purposes.has(purpose))
  return [
    ...(policy.category(column.category) === null ? [`${place}: the policy does not hold ${column.category}`] : []),
    ...(column.purposes.length === 0 ? [`${place}: it is for no purpose`] : []),
    ...basisless.map((purpose) => `${place}: nothing gives ${purpose} a legal basis`),
    ...(periodOf(policy, column) === null ? [`${place}: ${column.retention.class} has no period`] : []),
  ]
}

const categoryOf = (policy: CompiledPolicy, category: Category, columns: readonly MappedColumn[]) => {
  const rule = policy.category(category)
  const periods = unique(
    columns.map((column) => `${column.retention.class}: ${periodOf(policy, column) ?? 'no period'}`),
  )
  return {
    category,
    label: rule?.label ?? category,
    fields: [...(rule?.fields ?? [])],
    sources: [...(rule?.sources ?? [])],
    subjects: unique(columns.map(({ subject }) => subject)).filter((subject) => subject !== 'none'),
    retention: periods,
    columns: columns.map(({ table, column }) => `${table}.${column}`),
  }
}

const activityOf = (policy: CompiledPolicy, purpose: Purpose, columns: readonly MappedColumn[]): Activity => {
  const rule = policy.purposes.get(purpose)
  const used = columns.filter((column) => column.purposes.includes(purpose))
  const categories = unique(used.map(({ category }) => category))
  const recipients = policy.source.recipients.filter(
    (party) =>
      party.purposes.includes(purpose) &&
      party.categories.some((category) => categories.some((one) => one === category)),
  )
  return {
    purpose,
    label: rule?.label ?? purpose,
    basis: rule?.basis ?? null,
    consent: rule?.consent ?? null,
    categories: categories.map((category) =>
      categoryOf(
        policy,
        category,
        used.filter((column) => column.category === category),
      ),
    ),
    recipients: recipients.map(({ id, name, role, country, safeguard }) => ({
      id,
      name,
      role,
      country: country ?? null,
      safeguard: safeguard ?? null,
    })),
  }
}

const securityOf = ({ source: { security } }: CompiledPolicy): string[] => [
  `transport: ${security.tlsMinimum} or newer`,
  `at rest: ${security.atRest}`,
  `passwords: ${security.passwordHash.algorithm}`,
  `second factor of staff: ${security.staffSecondFactor}`,
]

/**
 * The record of processing activities (GDPR, Art. 30(1)): one for each purpose that a column of the data map serves. Made
 * from the map and the policy alone; what neither says is among the gaps.
 */
export const makeProcessingRecord = (
  policy: CompiledPolicy,
  map: readonly MappedColumn[],
  madeAt: Date,
): RecordView => {
  const columns = map.filter((column) => belongsInRecord(policy, column))
  const purposes = unique(columns.flatMap((column) => column.purposes)).toSorted()
  const { operator, contacts, regions } = policy.source
  return {
    madeAt: madeAt.toISOString(),
    policy: { id: policy.id, version: policy.version, hash: policy.hash },
    controller: {
      name: operator.name,
      country: operator.country ?? null,
      address: operator.address ?? null,
      contacts: Object.entries(contacts).map(([role, contact]) => ({
        role,
        reach: contact.email ?? contact.page ?? contact.post ?? 'the operator of this installation',
      })),
    },
    activities: purposes.map((purpose) => activityOf(policy, purpose, columns)),
    transfers: (regions.transfers ?? []).map(({ to, for: why, safeguard }) => ({ to, for: why, safeguard })),
    security: securityOf(policy),
    gaps: columns.flatMap((column) => gapsOf(policy, column)),
  }
}

/** The record as it is now. */
export const showProcessingRecord = (policy: CompiledPolicy, map: readonly MappedColumn[], clock: Clock): Route =>
  route(contract.privacy.processingRecord, async () => makeProcessingRecord(policy, map, clock.now()))
