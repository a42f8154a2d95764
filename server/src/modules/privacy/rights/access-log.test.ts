import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { nobody } from '../../../platform/vault/index.ts'
import { type AccessLog, createAccessLog } from '../../identity/index.ts'
import { shippedPolicy, starterPolicy } from '../test-system.ts'
import { createRightsWorld, type RightsWorld } from './test-rights.ts'

let world: RightsWorld
let log: AccessLog
beforeAll(async () => {
  world = await createRightsWorld(dataMap, shippedPolicy('ozekai'))
  log = createAccessLog({ ...world.system, clock: systemClock, log: world.system.logTo({ write: () => undefined }) })
  await log.start()
})
afterAll(async () => {
  await log.stop()
  await world.close()
})

const visit = { ipAddress: '203.0.113.9', userAgent: 'curl/8', endpoint: 'GET /api/v1/me' }
const rows = async () => {
  const { rows: found } = await world.system.database.pool.query(
    'select person_id, endpoint, id, sealed_ip_address from access_log order by person_id nulls last',
  )
  return found as { person_id: string | null; endpoint: string; id: string; sealed_ip_address: Buffer }[]
}

it('a request is written together with others, sealed for who made it, and is in their export', async () => {
  const ida = await world.join('Ida')
  log.note({ ...visit, personId: ida.id })
  log.note({ ...visit, personId: null })
  expect(await rows()).toEqual([])
  await log.flush()
  const written = await rows()
  expect(written.map(({ person_id, endpoint }) => [person_id, endpoint])).toEqual([
    [ida.id, visit.endpoint],
    [null, visit.endpoint],
  ])
  const [hers, nobodys] = written
  const opened = async (subject: string, row: typeof hers) =>
    world.system.vault.openFor(
      world.system.database.direct,
      subject,
      { table: 'access_log', column: 'sealed_ip_address', row: row?.id ?? '' },
      row?.sealed_ip_address ?? Buffer.alloc(0),
    )
  expect(await opened(ida.id, hers)).toBe(visit.ipAddress)
  expect(await opened(nobody, nobodys)).toBe(visit.ipAddress)
  expect(await world.exportOf(ida)).toContain('curl/8')
})

it('a person who is erased leaves no record, not even one that was still to be written', async () => {
  const eva = await world.join('Eva')
  log.note({ ...visit, personId: eva.id })
  await log.flush()
  const { id } = await world.ask(eva)
  log.note({ ...visit, personId: eva.id })
  expect((await world.erase(id)) satisfies string).toBe('done')
  await log.flush()
  expect((await rows()).filter(({ person_id }) => person_id === eva.id)).toEqual([])
})

it('machines that ask whether the server lives, and its own checks, are in no record', async () => {
  const before = (await rows()).length
  const quiet = createAccessLog({
    ...world.system,
    log: world.system.logTo({ write: () => undefined }),
    ignored: '::9',
  })
  quiet.note({ ...visit, personId: null, endpoint: 'GET /healthz' })
  quiet.note({ ...visit, personId: null, ipAddress: '::9' })
  await quiet.flush()
  expect((await rows()).length).toBe(before)
  expect(quiet.noted()).toBe(2)
})

it('nothing is recorded under a policy that does not list the fields of such records', async () => {
  const before = (await rows()).length
  const off = createAccessLog({
    ...world.system,
    policy: starterPolicy(),
    log: world.system.logTo({ write: () => undefined }),
  })
  off.note({ ...visit, personId: null })
  await off.flush()
  expect(off.isKept).toBe(false)
  expect((await rows()).length).toBe(before)
})
