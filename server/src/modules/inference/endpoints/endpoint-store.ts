import { and, asc, desc, eq, isNull, lt } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import {
  type EndpointRow,
  type EventRow,
  endpointEvent,
  endpointReplica,
  modelEndpoint,
  type ReplicaRow,
} from './tables.ts'

export const insertEndpoint = async (tx: Tx, row: EndpointRow): Promise<void> => {
  await tx.insert(modelEndpoint).values(row)
}

/** Everybody's, for the keeper only. */
export const listAllEndpoints = (tx: Tx): Promise<EndpointRow[]> =>
  tx.select().from(modelEndpoint).orderBy(asc(modelEndpoint.createdAt))

export const listEndpoints = (tx: Tx, projectId: string): Promise<EndpointRow[]> =>
  tx
    .select()
    .from(modelEndpoint)
    .where(eq(modelEndpoint.projectId, projectId))
    .orderBy(asc(modelEndpoint.createdAt), asc(modelEndpoint.id))

export const findEndpoint = async (tx: Tx, projectId: string, id: string): Promise<EndpointRow | undefined> => {
  const [row] = await tx
    .select()
    .from(modelEndpoint)
    .where(and(eq(modelEndpoint.projectId, projectId), eq(modelEndpoint.id, id)))
  return row
}

export type EndpointChange = Partial<
  Pick<
    EndpointRow,
    'size' | 'replicasMin' | 'replicasMax' | 'idleSeconds' | 'revision' | 'priceMicrosPerSecond' | 'deletedAt'
  >
>

/** @returns it as it is now; undefined: there is none, or it is being deleted */
export const changeEndpoint = async (
  tx: Tx,
  projectId: string,
  id: string,
  change: EndpointChange,
): Promise<EndpointRow | undefined> => {
  const [row] = await tx
    .update(modelEndpoint)
    .set(change)
    .where(and(eq(modelEndpoint.projectId, projectId), eq(modelEndpoint.id, id), isNull(modelEndpoint.deletedAt)))
    .returning()
  return row
}

/** The last of a deleted endpoint; its replicas stay in the books. */
export const removeEndpoint = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(modelEndpoint).where(eq(modelEndpoint.id, id))
}

export const insertReplica = async (tx: Tx, row: ReplicaRow): Promise<void> => {
  await tx.insert(endpointReplica).values(row)
}

/** Everybody's that have not ended, for the keeper only. */
export const listOpenReplicas = (tx: Tx): Promise<ReplicaRow[]> =>
  tx.select().from(endpointReplica).where(isNull(endpointReplica.endedAt)).orderBy(asc(endpointReplica.id))

export type ReplicaChange = Partial<Pick<ReplicaRow, 'state' | 'startedAt' | 'seenAt' | 'endedAt'>>

export const changeReplica = async (tx: Tx, id: string, change: ReplicaChange): Promise<void> => {
  await tx
    .update(endpointReplica)
    .set(change)
    .where(and(eq(endpointReplica.id, id), isNull(endpointReplica.endedAt)))
}

/** All that a project's endpoint has had, the newest first. */
export const listReplicas = (tx: Tx, projectId: string, endpointId: string): Promise<ReplicaRow[]> =>
  tx
    .select()
    .from(endpointReplica)
    .where(and(eq(endpointReplica.projectId, projectId), eq(endpointReplica.endpointId, endpointId)))
    .orderBy(desc(endpointReplica.id))

/** Of all endpoints of a project, those that are gone included. */
export const listReplicasOfProject = (tx: Tx, projectId: string): Promise<ReplicaRow[]> =>
  tx.select().from(endpointReplica).where(eq(endpointReplica.projectId, projectId))

export const noteEvent = async (
  tx: Tx,
  clock: Clock,
  event: Pick<EventRow, 'endpointId' | 'organisationId' | 'kind'> & Partial<Pick<EventRow, 'replicaId' | 'reason'>>,
): Promise<void> => {
  const { replicaId = null, reason = null } = event
  await tx.insert(endpointEvent).values({ id: newId('eve', clock), at: clock.now(), ...event, replicaId, reason })
}

/** Newest first; one more than the limit. */
export const listEvents = (
  tx: Tx,
  { endpointId, after, limit }: { readonly endpointId: string; readonly after: string | null; readonly limit: number },
): Promise<EventRow[]> =>
  tx
    .select()
    .from(endpointEvent)
    .where(and(eq(endpointEvent.endpointId, endpointId), after === null ? undefined : lt(endpointEvent.id, after)))
    .orderBy(desc(endpointEvent.id))
    .limit(limit + 1)
