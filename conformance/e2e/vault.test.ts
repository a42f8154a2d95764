import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createKey } from '../src/inference.ts'
import { createPerson, ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  return () => avow[Symbol.asyncDispose]()
})

const masterKey = (): string => readFileSync(join(avow.folder, 'secrets/master.key'), 'utf8')

test('avow vault rotate-key replaces the key file, and sessions, API keys and names go on, also after kill -9', async () => {
  const person = await createPerson(avow, 'rotation')
  const key = await createKey(avow, 'rotation')
  const works = async (): Promise<void> => {
    const me = await ok(avow.api(person.token).GET('/api/v1/me'))
    expect(me).toMatchObject({ email: person.email, name: 'rotation' })
    // A key that is not known is refused here.
    await key.openai.models.list()
  }
  const before = JSON.parse((await avow.cli(['vault', 'show', '--json'])).stdout)
  const oldKey = masterKey()

  const rotated = await avow.cli(['vault', 'rotate-key', '--json'])
  expect(rotated.code, rotated.stderr).toBe(0)
  const after = JSON.parse(rotated.stdout)
  expect(after.rotation).toBeNull()
  expect(after.keyId).not.toBe(before.keyId)
  expect(masterKey()).not.toBe(oldKey)
  await works()

  const asked = await avow.cli(['vault', 'rotate-key', '--detach'])
  expect(asked.code, asked.stderr).toBe(0)
  await avow.kill9()
  await avow.restart()
  await works()
  const settled = async () => (await ok(avow.api().GET('/api/v1/operate/vault'))).rotation
  await expect.poll(settled, { timeout: 20_000 }).toBeNull()
  await works()
})

test('only an operator sees the vault', async () => {
  const person = await createPerson(avow, 'curious')
  for (const api of [person.api, avow.api(null)]) {
    const { response } = await api.GET('/api/v1/operate/vault')
    expect([401, 403]).toContain(response.status)
  }
})
