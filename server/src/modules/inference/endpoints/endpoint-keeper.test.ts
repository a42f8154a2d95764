import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../platform/clock/index.ts'
import type { EngineDriver } from '../../../platform/containers/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import { costOf } from './endpoint.ts'
import { createEndpointKeeper, type EndpointKeeper } from './endpoint-keeper.ts'
import {
  changeEndpoint,
  findEndpoint,
  insertEndpoint,
  listEvents,
  listOpenReplicas,
  listReplicas,
} from './endpoint-store.ts'
import { openReplicaFolders, type ReplicaFolders, replicaUser } from './replica-container.ts'
import { createTestEngine, killedAt, type TestEngine } from './test-engine.ts'

const [id, projectId, organisationId] = ['model-1', 'prj_1', 'org_1']
const log = createLog('silent')
const folder = mkdtempSync(join(tmpdir(), 'avow-keeper-'))

let database: TestDatabase
let engine: TestEngine
let folders: ReplicaFolders
const keepers: EndpointKeeper[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  await database.pool.query('delete from organisation; delete from endpoint_replica')
  await database.pool.query(
    `insert into organisation (id, sealed_name, billing_country, created_at) values ('${organisationId}', '\\x00', 'DE', now());
     insert into project (id, organisation_id, sealed_name, name_index, created_at) values ('${projectId}', '${organisationId}', '\\x00', 'n', now())`,
  )
  const times = { createdAt: new Date(), deletedAt: null }
  const price = { currency: 'EUR', priceMicrosPerSecond: 12n }
  const bounds = { replicasMin: 2, replicasMax: 3, idleSeconds: 3600, revision: 1, size: 'small' as const }
  await insertEndpoint(database.direct, { id, projectId, organisationId, model: 'm', ...bounds, ...price, ...times })
  folders = openReplicaFolders(folder)
  engine = createTestEngine((one) => folders.socketOf(one))
  return async () => {
    for (const keeper of keepers.splice(0)) await keeper.stop()
    await engine.close()
  }
})

/** A process that looks after endpoints; only `look` makes it work. */
const keeperOn = (driver: EngineDriver, image = 'image:1'): EndpointKeeper => {
  const spec = { image, command: [], environment: {}, user: replicaUser, mounts: [], cpus: 1, memoryBytes: 1 }
  const keeper = createEndpointKeeper({
    ...{ database, clock: systemClock, log, driver, folders, elsewhere: null, here: null },
    about: () => undefined,
    image: async () => image,
    launch: async (replica) => {
      folders.make(replica.id)
      await driver.launch({ ...spec, id: replica.id, processesMax: 1, gpuIds: [] })
    },
  })
  keepers.push(keeper)
  return keeper
}

const open = () => listOpenReplicas(database.direct)
const running = () => [...engine.containers.values()].filter(({ state }) => state === 'running').map((one) => one.id)
const kinds = async () =>
  (await listEvents(database.direct, { endpointId: id, after: null, limit: 100 })).map(({ kind }) => kind)

/** Looks until nothing is to be done any more. */
const settle = async (keeper: EndpointKeeper, ready: number): Promise<void> => {
  await vi.waitFor(
    async () => {
      await keeper.look()
      const states = (await open()).map(({ state }) => state)
      expect(states).toEqual(Array.from({ length: ready }, () => 'ready'))
    },
    { timeout: 15_000, interval: 5 },
  )
  expect(running().toSorted()).toEqual((await open()).map((one) => one.id).toSorted())
  expect([...engine.containers.keys()]).toHaveLength(ready)
}

describe('the keeper of endpoints', () => {
  it('comes to the same end wherever its process was killed on the way', async () => {
    for (const [image, isAfter] of [
      ['image:2', false],
      ['image:3', true],
    ] as const) {
      for (let at = 0; at < 14; at++) {
        const killed = keeperOn(killedAt(engine, at, isAfter), at % 2 === 0 ? image : 'image:1')
        for (let round = 0; round < 4; round++) await killed.look()
        await killed.stop()
        keepers.splice(keepers.indexOf(killed), 1)
      }
    }
    await settle(keeperOn(engine), 2)
    expect((await open()).every(({ build }) => build === '1 image:1')).toBe(true)
    const all = await listReplicas(database.direct, projectId, id)
    expect(all.filter(({ endedAt }) => endedAt === null)).toHaveLength(2)
  })

  it('adopts what an earlier process left, and wipes what nobody knows', async () => {
    await settle(keeperOn(engine), 2)
    const before = running()
    folders.make('stray')
    const limits = { cpus: 1, memoryBytes: 1, processesMax: 1, gpuIds: [] }
    const stray = { id: 'stray', image: 'i', command: [], environment: {}, user: replicaUser, mounts: [], ...limits }
    await engine.launch(stray)
    const next = keeperOn(engine)
    await settle(next, 2)
    expect(running()).toEqual(before)
    expect(next.served(id)?.balance.load().open).toBe(2)
    expect((await kinds()).slice(0, 2)).toEqual(['replica_adopted', 'replica_adopted'])
  })

  it('does nothing while the engine does not answer, and what is ready goes on answering', async () => {
    const keeper = keeperOn(engine)
    await settle(keeper, 2)
    engine.lose(true)
    await changeEndpoint(database.direct, projectId, id, { replicasMin: 0, revision: 2 })
    for (let round = 0; round < 3; round++) await keeper.look()
    expect(keeper.served(id)?.balance.load().open).toBe(2)
    expect((await open()).map(({ state }) => state)).toEqual(['ready', 'ready'])
    engine.lose(false)
    await changeEndpoint(database.direct, projectId, id, { replicasMin: 2 })
    await settle(keeper, 2)
    expect((await open()).every(({ build }) => build.startsWith('2 '))).toBe(true)
  })

  it('replaces what ended by itself or was removed by hand, and makes its bill from what the engine saw', async () => {
    const keeper = keeperOn(engine)
    await settle(keeper, 2)
    const [killed = '', removed = ''] = running()
    await engine.killByHand(killed)
    const seen = engine.containers.get(killed)
    await engine.removeByHand(removed)
    await keeper.look()
    const all = await listReplicas(database.direct, projectId, id)
    const of = (one: string) => all.filter((replica) => replica.id === one)
    expect(of(killed)[0]).toMatchObject({ startedAt: seen?.startedAt, endedAt: seen?.endedAt })
    expect(of(removed)[0]?.endedAt).toEqual(of(removed)[0]?.seenAt)
    expect(costOf(of(killed), 0)).toBe(12n)
    expect((await kinds()).filter((kind) => kind === 'replica_failed')).toHaveLength(2)
    expect(keeper.served(id)?.reason()).toContain('by')
    expect(keeper.served(id)?.mayStart(systemClock.monotonicMs())).toBe(false)
    await settle(keeper, 2)
    expect(keeper.served(id)?.reason()).toBeNull()
  })

  it('ends all of an endpoint that is deleted, and leaves its bill and a leaf of evidence', async () => {
    const keeper = keeperOn(engine)
    await settle(keeper, 2)
    await changeEndpoint(database.direct, projectId, id, { deletedAt: new Date() })
    await settle(keeper, 0)
    await keeper.look()
    expect(await findEndpoint(database.direct, projectId, id)).toBeUndefined()
    expect([keeper.list(), keeper.find(`endpoint/${id}`)]).toEqual([[], undefined])
    expect(await listReplicas(database.direct, projectId, id)).toHaveLength(2)
    const { rows } = await database.pool.query(`select rule from evidence_leaf where gate = 'wipe'`)
    expect(rows).toEqual([{ rule: 'endpoint' }])
  })

  it('ends what runs for an organisation that is gone', async () => {
    const keeper = keeperOn(engine)
    await settle(keeper, 2)
    await database.pool.query('delete from organisation')
    await settle(keeper, 0)
    expect((await listReplicas(database.direct, projectId, id)).every(({ endedAt }) => endedAt !== null)).toBe(true)
  })
})
