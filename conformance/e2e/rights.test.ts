import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { createPerson, failure, mailTo, newEmail as newEmailOf, ok, tokenIn } from '../src/people.ts'
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

  const { confirmation } = await ok(person.api.GET('/api/v1/me/erasure/preview'))
  const body = { password: person.password, confirmation, delay: 'PT1S' }
  const asked = await ok(person.api.POST('/api/v1/me/erasure', { body }))
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

test('a copy that was asked for before a kill -9 is finished by the next start, taken up by the CLI, and deleted', async () => {
  const person = await createPerson(avow, 'copied')
  const as = ['--token', person.token]
  const asked = await avow.cli(['privacy', 'export', '--me', '--detach', '--json', ...as])
  const { id } = JSON.parse(asked.stdout) as { id: string }
  await avow.kill9()
  await avow.restart()
  const archive = join(newFolder(), 'me.tar.gz')
  const taken = await avow.cli(['privacy', 'export', '--me', '--made', '--out', archive, '--json', ...as])
  expect(taken.stderr).not.toContain('rror')
  expect(JSON.parse(taken.stdout)).toMatchObject({ id, state: 'done', file: archive })
  expect(execFileSync('tar', ['-xzOf', archive, 'data/person.jsonl'], { encoding: 'utf8' })).toContain(person.email)
  expect(await avow.cli(['privacy', 'export', '--me', '--delete', ...as])).toMatchObject({ code: 0 })
  const gone = await avow.cli(['privacy', 'export', '--me', '--made', ...as])
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no copy') })
}, 120_000)

test('an officer holds and releases, and sees the requests of all people', async () => {
  const person = await createPerson(avow, 'on-hold')
  const placed = await avow.cli(['hold', 'create', '--person', person.email, '--ground', 'dispute', '--json'])
  const { id } = JSON.parse(placed.stdout)
  expect((await avow.cli(['hold', 'list'])).stdout).toContain(id)
  expect(await avow.cli(['hold', 'release', id, '--yes'])).toMatchObject({ code: 0 })
  const { confirmation } = await ok(person.api.GET('/api/v1/me/erasure/preview'))
  await ok(person.api.POST('/api/v1/me/erasure', { body: { password: person.password, confirmation } }))
  const all = JSON.parse((await avow.cli(['privacy', 'requests', '--everyone', '--json'])).stdout)
  expect(all.items).toContainEqual(expect.objectContaining({ kind: 'erasure', personId: person.id, state: 'waiting' }))
  expect(await avow.cli(['privacy', 'erase', '--me', '--cancel', '--token', person.token])).toMatchObject({ code: 0 })
})

test('a person changes their address; the old one takes it back, and only its owner learns of a wish for a taken one', async () => {
  const [person, other] = [await createPerson(avow, 'moves'), await createPerson(avow, 'stays')]
  const newEmail = newEmailOf('moved')
  const change = (to: string) =>
    ok(person.api.POST('/api/v1/me/email', { body: { newEmail: to, password: person.password } }))
  expect(await change(other.email)).toMatchObject({ status: 'verification-sent' })
  expect((await mailTo(avow, other.email)).subject).toBe('Someone wanted to use your address')
  await change(newEmail)
  const shown = await avow.cli(['account', 'email', '--token', person.token])
  expect(shown.stdout).toContain(`Waits for the link in the mail to ${newEmail}`)
  await ok(
    avow.api(null).POST('/api/v1/auth/confirm-email', { body: { token: tokenIn(await mailTo(avow, newEmail)) } }),
  )
  expect(await ok(person.api.GET('/api/v1/me'))).toMatchObject({ email: newEmail })
  const undo = { token: tokenIn(await mailTo(avow, person.email)) }
  expect(await ok(avow.api(null).POST('/api/v1/auth/undo-email', { body: undo }))).toEqual({ email: person.email })
  expect(await failure(person.api.GET('/api/v1/me'))).toMatchObject({ status: 401 })
  expect(await avow.cli(['account', 'update', '--name', 'New Name', '--token', other.token])).toMatchObject({ code: 0 })
  expect(await ok(other.api.GET('/api/v1/me'))).toMatchObject({
    name: 'New Name',
    organisations: [{ name: 'New Name’s organisation' }],
  })
})

test('a person closes their account by the command line: nothing answers, and it opens again', async () => {
  const person = await createPerson(avow, 'closes')
  const input = { input: `${person.password}\n` }
  const as = ['--token', person.token, '--password-stdin']
  expect(await avow.cli(['account', 'close', '--yes', ...as], input)).toMatchObject({ code: 0 })
  expect(await failure(person.api.GET('/api/v1/me'))).toMatchObject({ status: 401 })
  const { email, password } = person
  expect(
    await failure(avow.api(null).POST('/api/v1/auth/sign-in', { body: { email, password, tokenWanted: true } })),
  ).toMatchObject({ code: 'wrong_credentials' })
  expect(await avow.cli(['account', 'reopen', email, '--password-stdin'], input)).toMatchObject({ code: 0 })
  await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body: { email, password, tokenWanted: true } }))
})
