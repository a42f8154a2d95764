import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../platform/db/index.ts'
import { type ModelRouteRow, type ModelRow, model, modelRoute } from './tables.ts'

export type NewModel = Omit<ModelRow, 'createdAt' | 'updatedAt' | 'removedAt'>
export type ModelChange = Partial<
  Pick<
    ModelRow,
    | 'enabled'
    | 'wanted'
    | 'description'
    | 'provider'
    | 'recipient'
    | 'promptMicrosPerMillion'
    | 'completionMicrosPerMillion'
    | 'weight'
    | 'tier'
  >
>

/** A model with the further servers of its pool. */
export interface CatalogueEntry extends ModelRow {
  readonly routes: readonly ModelRouteRow[]
}

/** The whole catalogue by id, without what was removed. */
export const listModels = (tx: Tx): Promise<ModelRow[]> =>
  tx.select().from(model).where(isNull(model.removedAt)).orderBy(asc(model.id))

/** The same with their pools. */
export const listCatalogue = async (tx: Tx): Promise<CatalogueEntry[]> => {
  const rows = await listModels(tx)
  const routes = await tx.select().from(modelRoute).orderBy(asc(modelRoute.createdAt), asc(modelRoute.id))
  return rows.map((row) => ({ ...row, routes: routes.filter(({ modelId }) => modelId === row.id) }))
}

export const listRoutes = (tx: Tx, modelId: string): Promise<ModelRouteRow[]> =>
  tx
    .select()
    .from(modelRoute)
    .where(eq(modelRoute.modelId, modelId))
    .orderBy(asc(modelRoute.createdAt), asc(modelRoute.id))

/** A model with its pool. */
export const findEntry = async (tx: Tx, id: string): Promise<CatalogueEntry | undefined> => {
  const row = await findModel(tx, id)
  return row && { ...row, routes: await listRoutes(tx, id) }
}

export const findRoute = async (tx: Tx, modelId: string, id: string): Promise<ModelRouteRow | undefined> => {
  const [row] = await tx
    .select()
    .from(modelRoute)
    .where(and(eq(modelRoute.id, id), eq(modelRoute.modelId, modelId)))
  return row
}

export const insertRoute = async (tx: Tx, row: ModelRouteRow): Promise<void> => {
  await tx.insert(modelRoute).values(row)
}

export const updateRoute = async (tx: Tx, row: ModelRouteRow): Promise<void> => {
  await tx.update(modelRoute).set(row).where(eq(modelRoute.id, row.id))
}

/** Takes a server out of a pool, with its sealed key. False when there is none. */
export const removeRoute = async (tx: Tx, modelId: string, id: string): Promise<boolean> => {
  const removed = await tx
    .delete(modelRoute)
    .where(and(eq(modelRoute.id, id), eq(modelRoute.modelId, modelId)))
    .returning({ id: modelRoute.id })
  return removed.length > 0
}

/** Ids of the whole catalogue. */
export const knownModels = async (tx: Tx): Promise<ReadonlySet<string>> => {
  const rows = await tx.select({ id: model.id }).from(model).where(isNull(model.removedAt))
  return new Set(rows.map((row) => row.id))
}

export const findModel = async (tx: Tx, id: string): Promise<ModelRow | undefined> => {
  const [row] = await tx
    .select()
    .from(model)
    .where(and(eq(model.id, id), isNull(model.removedAt)))
  return row
}

/** Adds an entry, also over one that was removed. False when there is one. */
export const insertModel = async (tx: Tx, entry: NewModel, now: Date): Promise<boolean> => {
  const written = await tx
    .insert(model)
    .values({ ...entry, createdAt: now, updatedAt: now, removedAt: null })
    .onConflictDoUpdate({
      target: model.id,
      set: { ...entry, createdAt: now, updatedAt: now, removedAt: null },
      setWhere: sql`${model.removedAt} is not null`,
    })
    .returning({ id: model.id })
  return written.length > 0
}

/** Brings in a default entry: what it is follows this version, what the operator chose (prices, removal) stays. */
export const upsertDefault = async (tx: Tx, entry: NewModel, now: Date): Promise<void> => {
  const { name, toy, licence, contextTokens, parameters } = entry
  await tx
    .insert(model)
    .values({ ...entry, createdAt: now, updatedAt: now, removedAt: null })
    .onConflictDoUpdate({
      target: model.id,
      set: { name, toy, licence, contextTokens, parameters },
      setWhere: eq(model.served, 'embedded'),
    })
}

export const updateModel = async (
  tx: Tx,
  id: string,
  change: ModelChange,
  now: Date,
): Promise<ModelRow | undefined> => {
  const [row] = await tx
    .update(model)
    .set({ ...change, updatedAt: now })
    .where(and(eq(model.id, id), isNull(model.removedAt)))
    .returning()
  return row
}

/** Takes an entry out with the rest of its pool, and forgets their sealed keys. False when there is none. */
export const removeModel = async (tx: Tx, id: string, now: Date): Promise<boolean> => {
  await tx.delete(modelRoute).where(eq(modelRoute.modelId, id))
  const removed = await tx
    .update(model)
    .set({ removedAt: now, updatedAt: now, wanted: false, sealedUpstreamKey: null })
    .where(and(eq(model.id, id), isNull(model.removedAt)))
    .returning({ id: model.id })
  return removed.length > 0
}
