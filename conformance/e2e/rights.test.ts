import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { createPerson, failure, ok } from '../src/people.ts'
import { newFolder, type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
const folder = newFolder()

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  return () => avow[Symbol.asyncDispose]()
})

test('a person takes their data, is erased through a kill, and proves it offline without an account', async () => {
  const person = await createPerson(avow, 'canary-of-rights')
  const as = ['--token', person.token]
  const data = JSON.parse((await avow.cli(['privacy', 'data', '--json', ...as])).stdout)
  expect(JSON.stringify(data)).toContain('account.contact')

  const archive = join(folder, 'me.tar.gz')
  expect(await avow.cli(['privacy', 'export', '--me', '--out', archive, ...as])).toMatchObject({ code: 0 })
  execFileSync('tar', ['-xzf', archive, '-C', folder])
  expect(existsSync(join(folder, 'manifest.json'))).toBe(true)
  expect(execFileSync('cat', [join(folder, 'data/person.jsonl')], { encoding: 'utf8' })).toContain(person.email)

  const asked = await ok(person.api.POST('/api/v1/me/erasure', { body: { password: person.password, delay: 'PT1S' } }))
  await avow.kill9()
  await avow.restart()
  const path = { token: asked.receiptToken ?? '' }
  const receiptOf = () => ok(avow.api(null).GET('/api/v1/privacy/receipts/{token}', { params: { path } }))
  let receipt = await receiptOf()
  for (let i = 0; receipt.proof === null && i < 300; i++) {
    await sleep(500)
    receipt = await receiptOf()
  }
  expect(receipt.state).toBe('done')
  expect(createHash('sha256').update(`${receipt.salt}\n${person.email}`).digest('hex')).toBe(receipt.commitment)
  expect(await failure(person.api.GET('/api/v1/me'))).toMatchObject({ status: 401 })

  const proof = join(folder, 'erased.tlog-proof')
  const key = join(folder, 'log.vkey')
  writeFileSync(key, receipt.verifierKey)
  expect(await avow.cli(['privacy', 'receipt', path.token, '--out', proof])).toMatchObject({ code: 0 })
  const verified = await avow.cli(['evidence', 'verify', proof, '--key', key, '--json'])
  expect(JSON.parse(verified.stdout)).toMatchObject({
    valid: true,
    leaf: { gate: 'erasure', decision: 'done', commitment: receipt.commitment },
  })
}, 240_000)

test('an officer holds and releases, and sees the requests of all people', async () => {
  const person = await createPerson(avow, 'on-hold')
  const placed = await avow.cli(['hold', 'create', '--person', person.email, '--ground', 'dispute', '--json'])
  const { id } = JSON.parse(placed.stdout)
  expect((await avow.cli(['hold', 'list'])).stdout).toContain(id)
  expect(await avow.cli(['hold', 'release', id, '--yes'])).toMatchObject({ code: 0 })
  await ok(person.api.POST('/api/v1/me/erasure', { body: { password: person.password } }))
  const all = JSON.parse((await avow.cli(['privacy', 'requests', '--everyone', '--json'])).stdout)
  expect(all.items).toContainEqual(expect.objectContaining({ kind: 'erasure', personId: person.id, state: 'waiting' }))
  expect(await avow.cli(['privacy', 'erase', '--me', '--cancel', '--token', person.token])).toMatchObject({ code: 0 })
})
