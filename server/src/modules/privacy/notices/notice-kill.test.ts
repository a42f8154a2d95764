import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { addPerson } from '../test-notices.ts'
import { createTestSystem, type TestSystem } from '../test-system.ts'
import { publishNotice } from './index.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const script = new URL('./test-kill-notice.ts', import.meta.url).pathname

/** Tells everyone in a process that is killed before a statement. @returns whether it ended by itself */
const deliverUntil = (id: string, statement: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, system.database.url, id, String(statement)], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(false)
      else if (code === 0) resolve(true)
      else reject(new Error(`the delivery ended with ${code}`))
    })
  })

const people = 230

it('a notice whose delivery is killed again and again, each time further on, reaches everyone once', async () => {
  for (let i = 0; i < people; i++) await addPerson(system, `person-${i}`)
  const { clock, database } = system
  const text = { kind: 'transfer', subject: 'New owner', body: 'The business changes hands.', createdBy: null } as const
  const id = await database.transaction((tx) => publishNotice(tx, clock, text))
  const reached: number[] = []
  let isDone = false
  for (let statement = 5; !isDone && statement < 3000; statement += 130) {
    isDone = await deliverUntil(id, statement)
    const { rows } = await database.pool.query<{ told: number; mails: number; rows: number }>(
      "select told, (select count(*)::int from mail_outbox where kind = 'notice') as mails, (select count(*)::int from notice_recipient) as rows from notice",
    )
    expect(rows[0]?.mails).toBe(rows[0]?.told)
    expect(rows[0]?.rows).toBe(rows[0]?.told)
    reached.push(rows[0]?.told ?? 0)
  }
  expect(isDone).toBe(true)
  expect(reached.length).toBeGreaterThan(2)
  expect(reached.at(0)).toBe(0)
  const { rows } = await database.pool.query(
    'select told, finished_at is not null as finished, (select count(distinct about)::int from mail_outbox) as addressed from notice',
  )
  expect(rows).toEqual([{ told: people, finished: true, addressed: people }])
}, 120_000)
