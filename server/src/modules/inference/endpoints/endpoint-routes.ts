import { randomInt } from 'node:crypto'
import { contract, endpointSizes } from '@avow/contract'
import type { Clock } from '../../../platform/clock/index.ts'
import type { EngineDriver } from '../../../platform/containers/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import type { EmbeddedModels } from '../embedded-models.ts'
import { findModel, listModels } from '../store.ts'
import { costOf } from './endpoint.ts'
import type { EndpointKeeper } from './endpoint-keeper.ts'
import { misfit, sizes } from './endpoint-sizes.ts'
import {
  changeEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  listEvents,
  listReplicas,
  listReplicasOfProject,
  noteEvent,
} from './endpoint-store.ts'
import type { ReplicaFolders } from './replica-container.ts'
import type { EndpointRow, EventRow, ReplicaRow } from './tables.ts'
import { viewEndpoint, viewReplica } from './view-endpoint.ts'

export interface EndpointRouteDeps {
  readonly clock: Clock
  readonly driver: EngineDriver
  readonly embedded: Pick<EmbeddedModels, 'file'>
  readonly keeper: Pick<EndpointKeeper, 'served' | 'buildOf' | 'look'>
  readonly folders: Pick<ReplicaFolders, 'problem'>
  readonly machine: { readonly cpus: number; readonly memoryBytes: number }
  readonly currency: string
  /** Why an organisation's work may not be on this machine; null when it may. */
  readonly placementRefusal: (organisationId: string) => string | null
}

const requireFound = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Refusal('not_found')
  return found
}

const wrong = (path: string, message: string): Refusal =>
  new Refusal('invalid_request', `${message} Nothing was changed.`, { fields: [{ path: `body.${path}`, message }] })

const idCharacters = '0123456789abcdefghjkmnpqrstvwxyz'
const idLength = 8

/** Its model and random characters: nobody gives it a name, so that none says something of anybody. */
const newEndpointId = (model: string): string =>
  `${model.replaceAll(/[^A-Za-z0-9-]/g, '-')}-${Array.from({ length: idLength }, () => idCharacters[randomInt(idCharacters.length)]).join('')}`

/** @throws Refusal invalid_request for a model that cannot be served here */
const requireServable = async ({ embedded }: EndpointRouteDeps, tx: Tx, id: string): Promise<void> => {
  const row = await findModel(tx, id)
  if (row === undefined) throw wrong('model', 'There is no such model; `avow model list` shows them.')
  if (row.served !== 'embedded')
    throw wrong('model', 'This model is served elsewhere: its file is not on this machine.')
  if (embedded.file(id) === null)
    throw wrong(
      'model',
      'The file of this model is not on this machine yet. The operator fetches it: `avow model download`.',
    )
}

const requireBounds = ({ replicasMin, replicasMax }: Pick<EndpointRow, 'replicasMin' | 'replicasMax'>): void => {
  if (replicasMin > replicasMax)
    throw wrong('replicasMax', `It cannot be less than replicasMin, which is ${replicasMin}.`)
}

/** @throws Refusal conflict where nothing of that size can run */
const requireRoom = async (
  { driver, folders, machine }: EndpointRouteDeps,
  size: EndpointRow['size'],
): Promise<void> => {
  const missing = folders.problem ?? (await driver.missing())
  if (missing !== null)
    throw new Refusal('conflict', `Endpoints cannot run on this machine: ${missing} Nothing was changed.`)
  const narrow = misfit(sizes[size], machine)
  if (narrow !== null) throw wrong('size', `A replica of size ${size} ${narrow}.`)
}

/** Endpoints of a project: for its own people, and for nobody else. */
export const endpointRoutes = (deps: EndpointRouteDeps): Route[] => [
  showOffer(deps),
  create(deps),
  update(deps),
  route(contract.endpoints.list, async ({ tx, params: { projectId } }) => {
    const nowMs = deps.clock.nowMs()
    const replicas = await listReplicasOfProject(tx, projectId)
    const of = (id: string) => replicas.filter(({ endpointId }) => endpointId === id)
    const rows = await listEndpoints(tx, projectId)
    return {
      items: rows.map((row) => viewEndpoint(deps, row, of(row.id))),
      currency: deps.currency,
      costMicros: String(costOf(replicas, nowMs)),
    }
  }),
  route(contract.endpoints.get, async ({ tx, params: { projectId, endpointId } }) => {
    const row = requireFound(await findEndpoint(tx, projectId, endpointId))
    const replicas = await listReplicas(tx, projectId, endpointId)
    const shown = [...replicas.filter(isOpen), ...replicas.filter((one) => !isOpen(one)).slice(0, endedShown)]
    const views = await Promise.all(shown.map((one) => viewReplica(deps, row, one)))
    return { ...viewEndpoint(deps, row, replicas), replicas: views }
  }),
  route(contract.endpoints.events, async ({ tx, params: { projectId, endpointId }, query: { limit, cursor } }) => {
    requireFound(await findEndpoint(tx, projectId, endpointId))
    const rows = await listEvents(tx, { endpointId, limit, after: decodeCursor(cursor)?.id ?? null })
    return toPage(rows, limit, (row) => ({ atMs: row.at.getTime(), id: row.id }), viewEvent)
  }),
  showLogs(deps),
  route(contract.endpoints.remove, async ({ tx, params: { projectId, endpointId }, afterCommit }) => {
    const row = await changeEndpoint(tx, projectId, endpointId, { deletedAt: deps.clock.now() })
    // One that is being deleted already is not there for anybody who deletes.
    const { organisationId } = requireFound(row)
    await noteEvent(tx, deps.clock, { endpointId, organisationId, kind: 'deleting' })
    afterCommit(deps.keeper.look)
  }),
]

const endedShown = 5
const isOpen = ({ endedAt }: Pick<ReplicaRow, 'endedAt'>): boolean => endedAt === null

const viewEvent = ({ id, at, kind, replicaId, reason }: EventRow) => ({
  ...{ id, at: at.toISOString(), kind, replicaId, reason },
})

const showOffer = (deps: EndpointRouteDeps): Route =>
  route(contract.endpoints.offer, async ({ tx }) => {
    const rows = await listModels(tx)
    return {
      missing: deps.folders.problem ?? (await deps.driver.missing()),
      currency: deps.currency,
      sizes: endpointSizes.map((id) => {
        const { cpus, memoryBytes, parallel, priceMicrosPerSecond } = sizes[id]
        const price = String(priceMicrosPerSecond)
        return {
          ...{ id, cpus, memoryBytes, parallel },
          priceMicrosPerSecond: price,
          misfit: misfit(sizes[id], deps.machine),
        }
      }),
      models: rows.filter(({ id }) => deps.embedded.file(id) !== null).map(({ id }) => id),
    }
  })

const create = (deps: EndpointRouteDeps): Route =>
  route(contract.endpoints.create, async ({ tx, params: { projectId }, body, caller, afterCommit }) => {
    const organisationId = caller.organisationId ?? ''
    const place = deps.placementRefusal(organisationId)
    if (place !== null) throw new Refusal('policy_refused', `${place} Nothing was created.`)
    requireBounds(body)
    await requireServable(deps, tx, body.model)
    await requireRoom(deps, body.size)
    const { clock, currency } = deps
    const row: EndpointRow = {
      id: newEndpointId(body.model),
      ...{ organisationId, projectId, ...body, currency },
      revision: 1,
      priceMicrosPerSecond: sizes[body.size].priceMicrosPerSecond,
      createdAt: clock.now(),
      deletedAt: null,
    }
    await insertEndpoint(tx, row)
    await noteEvent(tx, clock, { endpointId: row.id, organisationId, kind: 'created' })
    afterCommit(deps.keeper.look)
    return viewEndpoint(deps, row, [])
  })

const update = (deps: EndpointRouteDeps): Route =>
  route(contract.endpoints.update, async ({ tx, params: { projectId, endpointId }, body, afterCommit }) => {
    const found = requireFound(await findEndpoint(tx, projectId, endpointId))
    const { restart = false, ...given } = body
    const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const next = { ...found, ...wanted }
    requireBounds(next)
    const isRebuilt = restart || next.size !== found.size
    if (isRebuilt) await requireRoom(deps, next.size)
    const built = {
      revision: found.revision + (isRebuilt ? 1 : 0),
      // Replicas that run keep the price with which they began.
      priceMicrosPerSecond: sizes[next.size].priceMicrosPerSecond,
    }
    const row = requireFound(
      await changeEndpoint(tx, projectId, endpointId, { ...wanted, ...(isRebuilt ? built : {}) }),
    )
    const reason = isRebuilt ? 'Its replicas are begun anew, one by one.' : null
    await noteEvent(tx, deps.clock, { endpointId, organisationId: row.organisationId, kind: 'changed', reason })
    afterCommit(deps.keeper.look)
    return viewEndpoint(deps, row, await listReplicas(tx, projectId, endpointId))
  })

const showLogs = (deps: EndpointRouteDeps): Route =>
  route(contract.endpoints.logs, async ({ tx, params: { projectId, endpointId }, query: { lines } }) => {
    requireFound(await findEndpoint(tx, projectId, endpointId))
    const open = (await listReplicas(tx, projectId, endpointId)).filter(isOpen)
    const read = await Promise.all(
      open.map(async ({ id }) => (await deps.driver.logs(id, lines)).map((line) => ({ ...line, replicaId: id }))),
    ).catch(() => null)
    if (read === null)
      throw new Refusal('conflict', 'The engine that runs the containers does not answer. Try again in a moment.')
    return { items: read.flat().sort((a, b) => (a.at < b.at ? -1 : 1)) }
  })
