import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { ensureDayPartitions } from '../../../platform/db/index.ts'
import { erasePerson, replayErasures } from './index.ts'
import { createRightsWorld, type RightsWorld, type Somebody } from './test-rights.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
})
afterAll(() => world.close())
const query = (text: string, values: unknown[] = []) => world.system.database.pool.query(text, values)

const usage = async (id: string, who: Somebody) => {
  const now = world.clock.now()
  await ensureDayPartitions(world.system.database.direct, 'usage_event', now, 1)
  await query(
    "insert into usage_event values ($1, $2, $3, $4, 'key_x', 'tiny', 'embedded', null, false, 'completed', 200, 1, 1, false, null, 5, 'EUR', 0, 0, 0)",
    [id, now, who.organisationId, who.projectId],
  )
}

it('usage that arrives after an erasure goes too; that of others, and of organisations nobody erased, stays', async () => {
  const [gone, other] = [await world.join('Late Larry'), await world.join('Otto Stays')]
  const { id } = await world.ask(gone)
  expect(await world.erase(id)).toBe('done')
  await usage('late', gone)
  await usage('other', other)
  await usage('unknown', { ...other, organisationId: 'org_of_no_ledger' })
  expect(await world.search(gone.organisationId)).toEqual({ usage_event: 1 })
  await replayErasures(world.rights)
  expect(await world.search(gone.organisationId)).toEqual({})
  expect((await query('select id from usage_event order by id')).rows).toEqual([{ id: 'other' }, { id: 'unknown' }])
})

it('with a mail server the last message leaves first, or is given up; its address stays in no queue', async () => {
  const gone = await world.join('Mailed Mia')
  // As a mailer whose server is away: the message waits in the queue.
  const mailer: typeof world.rights.mailer = {
    mode: 'smtp',
    write: async (tx, message) => {
      const decision = await world.system.mailer.write(tx, message)
      await tx.execute(sql`update mail_outbox set state = 'queued' where about = ${gone.id} and kind = 'rights'`)
      return decision
    },
  }
  const rights = { ...world.rights, mailer }
  const { id } = await world.ask(gone)
  expect(await erasePerson(rights, id)).toBe('mail first')
  const waiting = await query("select count(*)::int as n from mail_outbox where state = 'queued'")
  expect(waiting.rows).toEqual([{ n: 2 }])
  expect((await gone.send('GET', '/me')).status).toBe(401)
  world.clock.advance(3_600_001)
  expect(await erasePerson(rights, id)).toBe('done')
  expect(await world.search('mailed.mia')).toEqual({})
  const jobs = await query(
    "select coalesce(string_agg(payload::text, ' '), '') as text from graphile_worker._private_jobs",
  )
  expect(jobs.rows[0]?.text).not.toContain('mailed')
  expect(jobs.rows[0]?.text).not.toContain(gone.id)
})
