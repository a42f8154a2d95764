import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { movableClock } from '../../../platform/clock/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { addPerson, dayMs, deliverAll, fileOf, startWith } from '../test-notices.ts'
import { createTestSystem, type TestSystem } from '../test-system.ts'
import { createClockWatch } from './index.ts'

const began = new Date('2027-03-01T09:00:00Z')
const clock = movableClock(began)
let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, clock)
})
afterAll(() => system.database.close())

const first = fileOf('1.0.0')
const longer = ['usage.inference: { period: P90D', 'usage.inference: { period: P1Y'] as const
const shorter = ['usage.inference: { period: P90D', 'usage.inference: { period: P30D'] as const
const named = ['name: The operator of this installation', 'name: Ada and Sons'] as const
const weaker = fileOf('1.1.0', longer)
const stronger = fileOf('1.1.0', shorter)
const material = fileOf('1.1.0', named)

beforeEach(async () => {
  clock.set(began)
  await system.database.pool.query(
    'truncate policy_version, notice, notice_recipient, policy_acceptance, person, mail_outbox cascade',
  )
  await addPerson(system, 'ada')
  await startWith(system, first)
})

const start = (file: typeof first, changed = {}) => startWith(system, file, changed)
const runs = async (file: typeof first) => (await start(file)).policy.version
const states = async () => {
  const { rows } = await system.database.pool.query<{ line: string }>(
    "select version || ' ' || state as line from policy_version order by version",
  )
  return rows.map(({ line }) => line)
}

/** Everyone leaves but somebody of the operator. */
const onlyStaff = async () => {
  // Not truncated: that would take notices and versions with it.
  await system.database.pool.query('delete from person')
  const id = await addPerson(system, 'olga')
  await system.database.pool.query("insert into staff_member (person_id, role, since) values ($1, 'operator', now())", [
    id,
  ])
}
const mailed = async (to: string) =>
  (await listMail(system.database.direct, system.vault, { to, limit: 9 })).map(({ text }) => text)

describe('a version that protects less', () => {
  it('waits until its period is over after everyone was told, across starts, and then takes effect', async () => {
    const settled = await start(weaker)
    expect(settled).toMatchObject({ policy: { version: '1.0.0' }, file: { state: 'waiting', version: '1.1.0' } })
    expect(settled.says).toEqual([expect.stringContaining('takes effect 30 days after everyone was told')])
    clock.advance(2 * dayMs)
    await deliverAll(system)
    clock.advance(30 * dayMs - 1)
    expect(await runs(weaker)).toBe('1.0.0')
    clock.advance(1)
    expect(await runs(weaker)).toBe('1.1.0')
    expect(await states()).toEqual(['1.0.0 ended', '1.1.0 in-force'])
    expect(await runs(weaker)).toBe('1.1.0')
  })

  it('never takes effect while not everyone was told, however late it is', async () => {
    await start(weaker)
    clock.advance(4000 * dayMs)
    expect(await runs(weaker)).toBe('1.0.0')
  })

  it('does not wait less because the clock of the running server jumps', async () => {
    await start(weaker)
    await deliverAll(system)
    const watch = createClockWatch({ database: system.database, clock, log: createLog('silent') })
    await watch.look()
    clock.set(new Date(began.getTime() + 40 * dayMs))
    await watch.look()
    expect(await runs(weaker)).toBe('1.0.0')
    clock.advance(30 * dayMs)
    await watch.look()
    expect(await runs(weaker)).toBe('1.1.0')
  })

  it('waits for its own day when that is later', async () => {
    const later = fileOf('1.1.0', longer, ['effective: 2026-11-22', 'effective: 2027-06-01'])
    await start(later)
    await deliverAll(system)
    clock.advance(60 * dayMs)
    expect(await runs(later)).toBe('1.0.0')
    clock.set(new Date('2027-06-01T00:00:00Z'))
    expect(await runs(later)).toBe('1.1.0')
  })

  it('is withdrawn when the file goes back, and another version takes its place with a period of its own', async () => {
    await start(weaker)
    await deliverAll(system)
    clock.advance(20 * dayMs)
    expect((await start(first)).says).toEqual([expect.stringContaining('withdrawn')])
    await start(fileOf('1.2.0', longer))
    await deliverAll(system)
    clock.advance(20 * dayMs)
    expect(await runs(fileOf('1.2.0', longer))).toBe('1.0.0')
    expect(await states()).toEqual(['1.0.0 in-force', '1.1.0 withdrawn', '1.2.0 waiting'])
  })

  it('takes effect at once, and says so, when this software cannot keep the policy in force', async () => {
    const settled = await start(weaker, { misfits: ['a_table: the policy gives no period for training'] })
    expect(settled).toMatchObject({ policy: { version: '1.1.0' }, says: [expect.stringContaining('at once')] })
    const { rows } = await system.database.pool.query("select early from policy_version where state = 'in-force'")
    expect(rows).toEqual([{ early: expect.stringContaining('no period for training') }])
    await deliverAll(system)
    expect((await mailed('ada@people.invalid'))[0]).toContain('without the time that was promised')
  })

  it('takes effect at once while nobody but the operator has an account, and the message says so', async () => {
    await onlyStaff()
    expect(await runs(weaker)).toBe('1.1.0')
    await deliverAll(system)
    const [told] = await mailed('olga@people.invalid')
    expect(told).toContain('It is in force now')
    expect(told).not.toContain('Until then')
    expect(await runs(fileOf('1.1.0', shorter))).toBe('1.1.0')
  })

  it('keeps the period that was promised, though everyone to whom it was has left', async () => {
    await start(weaker)
    await deliverAll(system)
    await onlyStaff()
    expect(await runs(weaker)).toBe('1.0.0')
    expect(await runs(fileOf('1.2.0', longer))).toBe('1.0.0')
    await deliverAll(system)
    clock.advance(30 * dayMs)
    expect(await runs(fileOf('1.2.0', longer))).toBe('1.2.0')
  })

  it('waits while anything is held of somebody whose account is closed', async () => {
    await system.database.pool.query('update person set closed_at = now()')
    expect(await runs(weaker)).toBe('1.0.0')
  })
})

it('a material change waits its own period', async () => {
  await start(material)
  await deliverAll(system)
  clock.advance(14 * dayMs - 1)
  expect(await runs(material)).toBe('1.0.0')
  clock.advance(1)
  expect(await runs(material)).toBe('1.1.0')
})

it('a change that only protects more takes effect at once, and people are told', async () => {
  expect(await runs(stronger)).toBe('1.1.0')
  await deliverAll(system)
  const { rows } = await system.database.pool.query('select kind, told from notice')
  expect(rows).toEqual([{ kind: 'policy-change', told: 1 }])
})

it('another text under a version that people know changes nothing, and the start says so', async () => {
  const settled = await start(fileOf('1.0.0', longer))
  expect(settled).toMatchObject({ policy: { hash: first.policy.hash }, file: { state: 'differs' } })
  expect(settled.says).toEqual([expect.stringContaining('Raise `version`')])
  await start(weaker)
  expect((await start(fileOf('1.1.0', named))).file.state).toBe('differs')
  expect(await states()).toEqual(['1.0.0 in-force', '1.1.0 waiting'])
})

it('an older version than the one in force changes nothing, and the start says so', async () => {
  await start(stronger)
  const settled = await start(fileOf('1.0.5', named))
  expect(settled).toMatchObject({ policy: { version: '1.1.0' }, file: { state: 'older' } })
})

it('another layout of the same policy is the same version', async () => {
  const text = `# a remark\n${first.text}`
  expect(await start({ ...fileOf('1.0.0'), text })).toMatchObject({ file: { state: 'in-force' }, says: [] })
})
