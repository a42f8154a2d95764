import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { addressIndex, listMail } from '../../../platform/mail/index.ts'
import { createRightsWorld, password, type RightsWorld } from './test-rights.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
})
afterAll(() => world.close())

const script = new URL('./test-kill-request.ts', import.meta.url).pathname

/** Answers a request in a process that is killed before a statement. @returns null when it was, else the status */
const sendUntil = (path: string, body: object, token: string, statement: number): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const given = [world.system.database.url, 'POST', path, JSON.stringify(body), token, String(statement)]
    const child = spawn(process.execPath, [script, ...given], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end(JSON.stringify(dataMap))
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null)
      else if (code === 0) resolve(Number(output.trim()))
      else reject(new Error(`the request ended with ${code}`))
    })
  })

/** Repeats a request that is killed, each time further on, until it ends. */
const sendThroughKills = async (path: string, body: object, token: string, afterKill: () => Promise<void>) => {
  let kills = 0
  for (let statement = 2; ; statement += 9) {
    const status = await sendUntil(path, body, token, statement)
    if (status !== null) return { status, kills }
    kills += 1
    await afterKill()
  }
}

const query = async (text: string, values: unknown[] = []) =>
  (await world.system.database.pool.query(text, values)).rows

it('a change of address killed again and again is either not done or done whole', async () => {
  const who = await world.join('Kim Killed')
  const newEmail = 'kim.moved@example.org'
  await who.send('POST', '/me/email', { newEmail, password })
  const [mail] = await listMail(world.system.database.direct, world.system.vault, { to: newEmail, limit: 1 })
  const token = new URL(mail?.links[0] ?? '').searchParams.get('token')
  const state = () =>
    query(
      'select p.email_index, c.state, (select count(*)::int from former_address f where f.person_id = p.id) as former from person p join email_change c on c.person_id = p.id where p.id = $1',
      [who.id],
    )
  const [before, after] = [
    { email_index: addressIndex(world.system.vault, who.email), state: 'asked', former: 0 },
    { email_index: addressIndex(world.system.vault, newEmail), state: 'confirmed', former: 1 },
  ]
  const { status, kills } = await sendThroughKills('/auth/confirm-email', { token }, '', async () => {
    expect([before, after]).toContainEqual((await state())[0])
  })
  // The kill may have come between the commit and the answer: then the link is used up, and the address is changed.
  expect([200, 400]).toContain(status)
  expect(kills).toBeGreaterThan(1)
  expect(await state()).toEqual([after])
  expect((await who.send('GET', '/me')).body).toMatchObject({ email: newEmail })
}, 180_000)

it('an import that is killed adds nothing, or all of it, once', async () => {
  const [from, to] = [await world.join('Ida Imports'), await world.join('Neo Newcomer')]
  await from.send('PATCH', `/organisations/${from.organisationId}`, { name: 'Brought along' })
  const archive = (await world.archiveOf(from)).toString('base64')
  const named = async () => {
    const { body } = await to.send('GET', '/me')
    return (body['organisations'] as { name: string }[]).filter(({ name }) => name === 'Brought along').length
  }
  const { status, kills } = await sendThroughKills('/me/import', { archive }, to.token, async () => {
    expect(await named()).toBeLessThanOrEqual(1)
  })
  expect(status).toBe(200)
  expect(kills).toBeGreaterThan(1)
  expect(await named()).toBe(1)
}, 180_000)
