import { bigint, boolean, customType, integer, numeric, smallint, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../platform/db/index.ts'
import { budgetTables } from './budgets/tables.ts'
import type { UsageOutcome } from './usage-event.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const amount = (name: string) => bigint(name, { mode: 'bigint' })
const usage = 'usage.inference'
const record = 'billing.record'
/** Kept only where the policy lists it among the fields of such a record, to find abuse. */
const origin = { purposes: ['security'], sealedFor: 'organisation_id', corrected: 'record' } as const

/** One row a request that reached a model. */
export const usageEvent = table(
  'usage_event',
  {
    module: 'billing',
    subject: 'organisation',
    purposes: ['provide', 'billing'],
    erasure: 'delete',
    subjectBy: [{ column: 'organisation_id', of: 'organisation' }],
    retention: { class: 'usage.inference', from: 'at', partitioned: 'day' },
  },
  {
    id: col(text('id').notNull(), { category: usage, note: 'the request id that the caller got' }),
    at: col(time('at').notNull(), usage),
    organisationId: col(text('organisation_id').notNull(), usage),
    projectId: col(text('project_id').notNull(), usage),
    keyId: col(text('key_id').notNull(), usage),
    model: col(text('model').notNull(), usage),
    served: col(text('served').$type<'embedded' | 'upstream'>().notNull(), usage),
    provider: col(text('provider'), { category: usage, note: 'the third party that saw the request' }),
    stream: col(boolean('stream').notNull(), usage),
    outcome: col(text('outcome').$type<UsageOutcome>().notNull(), usage),
    status: col(smallint('status').notNull(), usage),
    promptTokens: col(integer('prompt_tokens').notNull(), usage),
    completionTokens: col(integer('completion_tokens').notNull(), usage),
    estimated: col(boolean('estimated').notNull(), usage),
    firstByteMs: col(integer('first_byte_ms'), usage),
    durationMs: col(integer('duration_ms').notNull(), usage),
    currency: col(text('currency').notNull(), usage),
    promptMicrosPerMillion: col(amount('prompt_micros_per_million').notNull(), usage),
    completionMicrosPerMillion: col(amount('completion_micros_per_million').notNull(), usage),
    costMicros: col(amount('cost_micros').notNull(), usage),
    sealedIpAddress: col(bytes('sealed_ip_address'), { category: 'technical.network', ...origin }),
    sealedUserAgent: col(bytes('sealed_user_agent'), { category: 'technical.device', ...origin }),
  },
)

/** Sums by hour, key and model. */
export const usageHour = table(
  'usage_hour',
  {
    module: 'billing',
    subject: 'organisation',
    purposes: ['billing'],
    erasure: 'keep',
    subjectBy: [{ column: 'organisation_id', of: 'organisation' }],
    retention: { class: 'billing', from: 'hour' },
  },
  {
    hour: col(time('hour').notNull(), record),
    organisationId: col(text('organisation_id').notNull(), record),
    projectId: col(text('project_id').notNull(), record),
    keyId: col(text('key_id').notNull(), record),
    model: col(text('model').notNull(), record),
    currency: col(text('currency').notNull(), record),
    requests: col(amount('requests').notNull(), record),
    failedRequests: col(amount('failed_requests').notNull(), record),
    batchRequests: col(amount('batch_requests').notNull(), {
      category: record,
      note: 'of the requests: lines of batches',
    }),
    promptTokens: col(amount('prompt_tokens').notNull(), record),
    completionTokens: col(amount('completion_tokens').notNull(), record),
    costPicos: col(numeric('cost_picos', { precision: 38, scale: 0 }).notNull(), {
      category: record,
      note: 'exact: millionths of a micro-unit',
    }),
  },
)

export const billingTables = [usageEvent, usageHour, ...budgetTables]
