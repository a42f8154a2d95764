import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { Log } from '../../../platform/log/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

describe('marketing mail', () => {
  it('is refused by the mailer', async () => {
    expect(await verifyClause(system, 'START-37')).toMatchObject({
      state: 'kept',
      figure: '3 marketing messages to somebody who once agreed offered to the mailer, 0 taken',
    })
  })

  it('is broken by a mailer that takes everything', async () => {
    const mailer: TestSystem['mailer'] = {
      ...system.mailer,
      write: async (tx, message) => {
        await system.mailer.write(tx, { ...message, kind: 'notice' })
        return { written: true }
      },
    }
    expect(await verifyClause({ ...system, mailer }, 'START-37')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('newsletter'),
    })
  })

  it('is unproven by a mailer that does not take service messages either', async () => {
    const mailer: TestSystem['mailer'] = {
      ...system.mailer,
      write: (tx, message) =>
        message.kind === 'security' ? Promise.reject(new Error('no')) : system.mailer.write(tx, message),
    }
    expect(await verifyClause({ ...system, mailer }, 'START-37')).toMatchObject({ state: 'unproven' })
  })

  it('leaves no probe in the outbox', async () => {
    await verifyClause(system, 'START-37')
    expect((await system.database.pool.query('select 1 from mail_outbox')).rows).toEqual([])
  })
})

describe('bodies', () => {
  const call = {
    ...{ table: 'call', module: 'test', subject: 'user' as const, purposes: ['provide' as const] },
    retention: { class: 'usage.inference' as const, from: 'at' },
    erasure: 'delete' as const,
    sealedFor: null,
    opaque: false,
    note: null,
    nullable: true,
    subjectBy: [],
  }
  const recorded = (): TestSystem => ({
    ...system,
    map: [...system.map, { ...call, column: 'model', category: 'usage.inference' as const }],
  })
  beforeAll(() => system.database.pool.query('create table call (id int, at timestamptz, model text, extra jsonb)'))
  afterAll(() => system.database.pool.query('drop table call'))

  it('are kept out of records of calls', async () => {
    await system.database.pool.query("insert into call values (1, now(), 'tiny', null)")
    expect(await verifyClause(recorded(), 'START-22')).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('1 call record, 0 with content'),
    })
  })

  it('are broken by a record that holds more than metadata, in whatever column', async () => {
    await system.database.pool.query(
      "insert into call values (2, now(), 'tiny', to_jsonb(repeat('once upon a time ', 40)))",
    )
    const report = await verifyClause(recorded(), 'START-22')
    await system.database.pool.query('delete from call where id = 2')
    expect(report).toMatchObject({ state: 'broken', reason: '1 row of call hold more than metadata' })
  })

  describe('of which records of calls stay free where bodies may be stored', () => {
    const bare = (changed: Partial<TestSystem> = {}) => ({
      ...recorded(),
      policy: starterPolicy(['rules: [bodies-stored]', 'rules: [call-records-bare]']),
      ...changed,
    })

    it('is kept by metadata', async () => {
      expect(await verifyClause(bare(), 'START-22')).toMatchObject({
        state: 'kept',
        figure: expect.stringContaining('0 with content'),
      })
    })

    it('is broken by a long text in a record, and by a column for content among them', async () => {
      await system.database.pool.query("insert into call values (3, now(), repeat('so it goes ', 50), null)")
      const long = await verifyClause(bare(), 'START-22')
      await system.database.pool.query('delete from call where id = 3')
      expect(long).toMatchObject({ state: 'broken', reason: '1 row of call hold more than metadata' })
      const map = [...recorded().map, { ...call, column: 'prompt', category: 'content.inference' as const }]
      expect(await verifyClause(bare({ map }), 'START-22')).toMatchObject({
        state: 'broken',
        reason: 'call.prompt is for content',
      })
    })

    it('is unproven where no table records calls', async () => {
      expect(await verifyClause(bare({ map: [] }), 'START-22')).toMatchObject({ state: 'unproven' })
    })
  })

  it('are broken by a column that is for bodies', async () => {
    const map = [...recorded().map, { ...call, column: 'prompt', category: 'content.inference' as const }]
    expect(await verifyClause({ ...system, map }, 'START-22')).toMatchObject({
      state: 'broken',
      reason: 'call.prompt is for prompts or outputs',
    })
  })
})

describe('logs', () => {
  it('hold no content', async () => {
    expect(await verifyClause(system, 'START-23')).toMatchObject({
      state: 'kept',
      figure: '13 careless lines written, 0 with content',
    })
  })

  it('are broken by a log that writes what it is given', async () => {
    const logTo = (destination: { write(line: string): void }): Log => {
      const write = (fields: object) => destination.write(JSON.stringify(fields))
      const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
      return log
    }
    expect(await verifyClause({ ...system, logTo }, 'START-23')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the field prompt'),
    })
  })
})
