import { bigint, boolean, customType, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../platform/db/index.ts'
import { batchTables } from './batches/tables.ts'
import { bodyTables } from './bodies/index.ts'
import { endpointTables } from './endpoints/tables.ts'
import { gateway } from './gateways/tables.ts'
import { callLimit } from './limits/tables.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** The catalogue of models. About nobody. */
export const model = table(
  'model',
  {
    module: 'inference',
    subject: 'none',
    purposes: ['provide'],
    erasure: 'none',
    retention: { class: 'system', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    name: col(text('name').notNull(), 'system'),
    description: col(text('description').notNull(), 'system'),
    toy: col(boolean('toy').notNull(), 'system'),
    served: col(text('served').$type<'embedded' | 'upstream'>().notNull(), 'system'),
    provider: col(text('provider'), { category: 'system', note: 'a third party that sees requests' }),
    recipient: col(text('recipient'), { category: 'system', note: 'of the policy; who runs its server' }),
    licence: col(text('licence'), 'system'),
    contextTokens: col(integer('context_tokens'), 'system'),
    parameters: col(text('parameters'), 'system'),
    currency: col(text('currency').notNull(), 'system'),
    promptMicrosPerMillion: col(bigint('prompt_micros_per_million', { mode: 'bigint' }).notNull(), 'system'),
    completionMicrosPerMillion: col(bigint('completion_micros_per_million', { mode: 'bigint' }).notNull(), 'system'),
    enabled: col(boolean('enabled').notNull(), 'system'),
    wanted: col(boolean('wanted').notNull(), { category: 'system', note: 'its file shall be on this machine' }),
    upstream: col(text('upstream'), 'system'),
    upstreamModel: col(text('upstream_model'), 'system'),
    sealedUpstreamKey: col(bytes('sealed_upstream_key'), { category: 'system', note: 'sealed by the vault' }),
    weight: col(integer('weight').notNull(), { category: 'system', note: 'share of its own place in its tier' }),
    tier: col(integer('tier').notNull(), { category: 'system', note: 'of its own place; the lowest is asked first' }),
    createdAt: col(time('created_at').notNull(), 'system'),
    updatedAt: col(time('updated_at').notNull(), 'system'),
    removedAt: col(time('removed_at'), 'system'),
  },
)

/** Further servers that answer for a model: with the place of its entry they are its pool. About nobody. */
export const modelRoute = table(
  'model_route',
  {
    module: 'inference',
    subject: 'none',
    purposes: ['provide'],
    erasure: 'none',
    retention: { class: 'system', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    modelId: col(text('model_id').notNull(), 'system'),
    upstream: col(text('upstream').notNull(), 'system'),
    upstreamModel: col(text('upstream_model'), 'system'),
    sealedUpstreamKey: col(bytes('sealed_upstream_key'), { category: 'system', note: 'sealed by the vault' }),
    provider: col(text('provider'), { category: 'system', note: 'a third party that sees requests' }),
    recipient: col(text('recipient'), { category: 'system', note: 'of the policy; who runs its server' }),
    weight: col(integer('weight').notNull(), { category: 'system', note: 'its share in its tier' }),
    tier: col(integer('tier').notNull(), { category: 'system', note: 'the lowest is asked first' }),
    enabled: col(boolean('enabled').notNull(), 'system'),
    createdAt: col(time('created_at').notNull(), 'system'),
    updatedAt: col(time('updated_at').notNull(), 'system'),
  },
)

const alone = [model, modelRoute, callLimit, gateway]

export const inferenceTables = [...alone, ...bodyTables, ...batchTables, ...endpointTables]

export type ModelRow = typeof model.$inferSelect
export type ModelRouteRow = typeof modelRoute.$inferSelect
