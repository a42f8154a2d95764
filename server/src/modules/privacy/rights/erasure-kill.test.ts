import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createRightsWorld, type RightsWorld } from './test-rights.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
})
afterAll(() => world.close())

const script = new URL('./test-kill-erasure.ts', import.meta.url).pathname

/** Runs the erasure in a process that is killed before a statement; null when it was, its output when it ended. */
const eraseUntil = (id: string, statement: number): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, world.system.database.url, id, String(statement)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(JSON.stringify(dataMap))
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null)
      else if (code === 0) resolve(output.trim())
      else reject(new Error(`the erasure ended with ${code}`))
    })
  })

const killsMax = 12

it('an erasure killed again and again, each time further on, ends: all is gone once, the ledger before anything', async () => {
  const canary = 'Killian Canary'
  const gone = await world.join(canary)
  const other = await world.join('Otto Stays')
  await gone.send('POST', `/projects/${gone.projectId}/keys`, { name: 'Killian laptop' })
  await world.invite(other, gone, 'member')
  const { id } = await world.ask(gone)
  const whole = await world.search('Killian')
  let statement = 3
  let output: string | null = null
  for (let kills = 0; output === null && kills < killsMax; kills++) {
    output = await eraseUntil(id, statement)
    const { rows } = await world.system.database.pool.query<{ n: number }>(
      'select count(*)::int as n from erasure_ledger',
    )
    if (rows[0]?.n === 0) expect(await world.search('Killian')).toEqual(whole)
    statement += 11
  }
  output ??= await eraseUntil(id, 0)
  expect(output).toMatch(/^done /)
  expect(statement).toBeGreaterThan(30)
  expect(await world.search('Killian')).toEqual({})
  expect(await world.search('killian')).toEqual({})
  expect((await other.send('GET', '/me')).status).toBe(200)
  const { rows } = await world.system.database.pool.query(
    "select state, person_id, subject, removed > 5 as counted, (select count(*)::int from evidence_leaf where gate = 'erasure' and decision = 'done') as leaves, (select count(*)::int from erasure_ledger where subject_kind = 'person') as ledger from rights_request",
  )
  expect(rows).toEqual([{ state: 'done', person_id: null, subject: null, counted: true, leaves: 1, ledger: 1 }])
}, 180_000)
