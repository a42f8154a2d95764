import { bigint, integer, text, timestamp } from 'drizzle-orm/pg-core'
import { col, table } from '../../../platform/db/index.ts'
import type { EventKind } from './endpoint.ts'
import type { EndpointSizeId } from './endpoint-sizes.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
/** Ids, figures and words of ours: an endpoint has no name that a person gave it. */
const own = { category: 'account.organisation', opaque: true } as const
const record = { category: 'billing.record', opaque: true } as const
const ofOrganisation = { column: 'organisation_id', of: 'organisation' } as const

/** A model that a project has served for itself alone. */
export const modelEndpoint = table(
  'endpoint',
  {
    module: 'inference',
    subject: 'organisation',
    purposes: ['provide'],
    erasure: 'delete',
    subjectBy: [ofOrganisation],
    retention: { class: 'account', with: 'organisation' },
  },
  {
    id: col(text('id').primaryKey(), { ...own, note: 'its model and random characters' }),
    organisationId: col(text('organisation_id').notNull(), own),
    projectId: col(text('project_id').notNull(), own),
    model: col(text('model').notNull(), own),
    size: col(text('size').$type<EndpointSizeId>().notNull(), own),
    replicasMin: col(integer('replicas_min').notNull(), own),
    replicasMax: col(integer('replicas_max').notNull(), own),
    idleSeconds: col(integer('idle_seconds').notNull(), own),
    revision: col(integer('revision').notNull(), own),
    currency: col(text('currency').notNull(), own),
    priceMicrosPerSecond: col(bigint('price_micros_per_second', { mode: 'bigint' }).notNull(), own),
    createdAt: col(time('created_at').notNull(), own),
    deletedAt: col(time('deleted_at'), { ...own, note: 'wanted no more; goes when its last replica is wiped' }),
  },
)

/** One life of one container of an endpoint, and what a second of it costs. */
export const endpointReplica = table(
  'endpoint_replica',
  {
    module: 'inference',
    subject: 'organisation',
    purposes: ['billing'],
    erasure: 'keep',
    subjectBy: [ofOrganisation],
    retention: { class: 'billing', from: 'ended_at' },
  },
  {
    id: col(text('id').primaryKey(), record),
    endpointId: col(text('endpoint_id').notNull(), record),
    organisationId: col(text('organisation_id').notNull(), record),
    projectId: col(text('project_id').notNull(), record),
    model: col(text('model').notNull(), record),
    size: col(text('size').$type<EndpointSizeId>().notNull(), record),
    build: col(text('build').notNull(), { ...record, note: 'revision and image' }),
    state: col(text('state').$type<'starting' | 'ready' | 'draining' | 'ended'>().notNull(), record),
    currency: col(text('currency').notNull(), record),
    priceMicrosPerSecond: col(bigint('price_micros_per_second', { mode: 'bigint' }).notNull(), record),
    createdAt: col(time('created_at').notNull(), record),
    startedAt: col(time('started_at'), { ...record, note: 'as the engine saw it' }),
    seenAt: col(time('seen_at'), { ...record, note: 'when it was last seen to run' }),
    endedAt: col(time('ended_at'), { ...record, note: 'as the engine saw it' }),
  },
)

/** What happened to an endpoint, and why. */
export const endpointEvent = table(
  'endpoint_event',
  {
    module: 'inference',
    subject: 'organisation',
    purposes: ['provide'],
    erasure: 'delete',
    subjectBy: [ofOrganisation, { column: 'endpoint_id', through: 'endpoint' }],
    retention: { class: 'usage.inference', from: 'at' },
  },
  {
    id: col(text('id').primaryKey(), own),
    at: col(time('at').notNull(), own),
    endpointId: col(text('endpoint_id').notNull(), own),
    organisationId: col(text('organisation_id').notNull(), own),
    kind: col(text('kind').$type<EventKind>().notNull(), own),
    replicaId: col(text('replica_id'), own),
    reason: col(text('reason'), { ...own, note: 'words of the server’s own' }),
  },
)

export const endpointTables = [modelEndpoint, endpointReplica, endpointEvent]

export type EndpointRow = typeof modelEndpoint.$inferSelect
export type ReplicaRow = typeof endpointReplica.$inferSelect
export type EventRow = typeof endpointEvent.$inferSelect
