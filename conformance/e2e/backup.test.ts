import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addModel, bookedByKey } from '../src/inference.ts'
import { askMock, createKeys, type Received, sendLoad, untilReceived } from '../src/load.ts'
import { startMockUpstream } from '../src/mock-upstream.ts'
import { createPerson, failure, goodPassword, ok, type Person } from '../src/people.ts'
import { failToStart, newFolder, type RunningAvow, startAvow } from '../src/start-avow.ts'

const env = { AVOW_ENGINE: 'off', AVOW_BACKUP_EVERY: 'off' }
let avow: RunningAvow
const aside = newFolder()

beforeAll(async () => {
  avow = await startAvow({ env })
})
afterAll(async () => {
  await avow[Symbol.asyncDispose]()
  rmSync(aside, { recursive: true, force: true })
})

const folder = (): string => join(avow.folder, 'backups')
const files = (kind: string): string[] =>
  readdirSync(folder())
    .filter((name) => name.startsWith(kind) && name.endsWith('.avowbackup'))
    .sort()
const cliJson = async (...args: string[]) => {
  const { code, stdout, stderr } = await avow.cli([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}
const mayEnter = async (person: Person) =>
  (await avow.api(null).POST('/api/v1/auth/sign-in', { body: { email: person.email, password: goodPassword } }))
    .response.status

/** Asks for an erasure that begins at once, and waits for its receipt. */
const askErasure = async (api: Person['api']) => {
  const { confirmation } = await ok(api.GET('/api/v1/me/erasure/preview'))
  return ok(api.POST('/api/v1/me/erasure', { body: { password: goodPassword, confirmation, delay: 'PT0S' } }))
}

const erase = async (person: Person): Promise<void> => {
  const asked = await askErasure(person.api)
  const path = { token: asked.receiptToken ?? '' }
  const state = async () =>
    (await ok(avow.api(null).GET('/api/v1/privacy/receipts/{token}', { params: { path } }))).state
  await expect.poll(state, { timeout: 90_000, interval: 500 }).toBe('done')
}

const restore = async (...args: string[]) => {
  const { code, stdout, stderr } = await avow.cli(['backup', 'restore', ...args, '--yes', '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

test('a backup is encrypted and whole; a copy that was changed, cut off or made elsewhere is told apart', async () => {
  const person = await createPerson(avow, 'canary-in-a-backup')
  const made = await cliJson('backup', 'create')
  expect(made).toMatchObject({ state: 'kept', reason: null })
  const path = join(folder(), made.file)
  const bytes = readFileSync(path)
  for (const text of [person.email, 'canary-in-a-backup', person.id]) expect(bytes.includes(text)).toBe(false)
  expect(await cliJson('backup', 'verify', made.id)).toMatchObject({ kind: 'data', rows: made.rows })

  const copy = join(aside, 'copy.avowbackup')
  const verify = async () => (await avow.cli(['backup', 'verify', copy])).stderr
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed[bytes.length - 500]! ^ 1, bytes.length - 500)
  writeFileSync(copy, changed)
  expect(await verify()).toMatch(/was changed or is damaged/)
  writeFileSync(copy, bytes)
  truncateSync(copy, bytes.length - 700)
  expect(await verify()).toMatch(/was changed or is damaged|is cut off/)
  writeFileSync(copy, 'PGDMP in clear')
  expect(await verify()).toMatch(/is not a backup of Avow/)
  const listed = await cliJson('backup', 'list')
  expect(listed).toMatchObject({ keep: 'P30D', every: null, nextAt: null })
  expect(listed.items[0]).toMatchObject({ id: made.id, state: 'kept' })
}, 120_000)

test('a restore brings back what was lost, erases again who was erased since, and keeps holds and revocations', async () => {
  const [gone, stays, held] = [
    await createPerson(avow, 'gone-after-backup'),
    await createPerson(avow, 'stays'),
    await createPerson(avow, 'held'),
  ]
  const projects = await ok(
    avow.api().GET('/api/v1/organisations/{organisationId}/projects', {
      params: { path: { organisationId: avow.firstRun.organisation.id } },
    }),
  )
  const path = { projectId: projects.items[0]?.id ?? '' }
  const key = await ok(
    avow.api().POST('/api/v1/projects/{projectId}/keys', { params: { path }, body: { name: 'revoked later' } }),
  )
  const made = await cliJson('backup', 'create')
  const hold = await cliJson('hold', 'create', '--person', held.email, '--ground', 'a dispute')
  await erase(gone)
  await ok(
    avow.api().DELETE('/api/v1/projects/{projectId}/keys/{keyId}', { params: { path: { ...path, keyId: key.id } } }),
  )
  await ok(stays.api.PATCH('/api/v1/me', { body: { name: 'Changed after the backup' } }))
  expect((await avow.cli(['backup', 'restore', made.id, '--yes'])).stderr).toMatch(/is in use by the server/)
  await avow.stop()

  const restored = await restore(made.id)
  expect(existsSync(join(restored.aside, 'postgres'))).toBe(true)
  await avow.restart()
  expect(await mayEnter(gone)).toBe(401)
  expect(await mayEnter(stays)).toBe(200)
  const again = await ok(
    avow
      .api(null)
      .POST('/api/v1/auth/sign-in', { body: { email: stays.email, password: goodPassword, tokenWanted: true } }),
  )
  expect((await ok(avow.api(again.token ?? '').GET('/api/v1/me'))).name).toBe('stays')
  expect(await failure(stays.api.GET('/api/v1/me'))).toMatchObject({ status: 401 })
  const holds = await cliJson('hold', 'list')
  expect(holds.items).toContainEqual(expect.objectContaining({ id: hold.id, active: true }))
  const keys = await ok(avow.api().GET('/api/v1/projects/{projectId}/keys', { params: { path } }))
  expect(keys.items.find(({ id }) => id === key.id)).toMatchObject({ revokedAt: expect.any(String) })
  const log = avow.output().stderr
  expect(log).toContain('a backup was restored')

  const asked = await ok(
    avow
      .api(null)
      .POST('/api/v1/auth/sign-in', { body: { email: held.email, password: goodPassword, tokenWanted: true } }),
  )
  await askErasure(avow.api(asked.token ?? ''))
  const stateOf = async () =>
    (await cliJson('privacy', 'requests', '--everyone')).items.find(
      (one: { personId: string | null }) => one.personId === held.id,
    )?.state ?? 'gone'
  await expect.poll(stateOf, { timeout: 90_000, interval: 500 }).toBe('held')
  await cliJson('hold', 'release', hold.id, '--yes')
  await expect.poll(stateOf, { timeout: 90_000, interval: 500 }).toBe('gone')
}, 400_000)

test('on another machine a backup, the keys and two key files are enough; without one of them nothing is touched', async () => {
  const person = await createPerson(avow, 'moves')
  await cliJson('backup', 'create')
  await avow.stop()
  const [data, keys] = [files('data').at(-1) ?? '', files('keys').at(-1) ?? '']
  const carried = join(aside, 'carried')
  mkdirSync(join(carried, 'secrets'), { recursive: true })
  for (const name of [data, keys]) cpSync(join(folder(), name), join(carried, name))
  const into = join(aside, 'new-machine')
  const attempt = (...args: string[]) =>
    avow.cli([
      'backup',
      'restore',
      join(carried, data),
      '--keys',
      join(carried, keys),
      '--into',
      into,
      '--secrets',
      join(carried, 'secrets'),
      ...args,
    ])
  expect((await attempt()).stderr).toMatch(/the backup key .* is not there/)
  cpSync(join(avow.folder, 'secrets/backup.key'), join(carried, 'secrets/backup.key'))
  expect((await attempt()).stderr).toMatch(/the master key .* is not in/)
  cpSync(join(avow.folder, 'secrets/master.key'), join(carried, 'secrets/master.key'))
  expect(await attempt()).toMatchObject({ code: 0 })
  expect((await attempt()).stderr).toMatch(/is not empty/)
  cpSync(join(avow.folder, 'first-run.json'), join(into, 'first-run.json'))
  await using moved = await startAvow({ folder: into, env })
  const signedIn = await moved
    .api(null)
    .POST('/api/v1/auth/sign-in', { body: { email: person.email, password: goodPassword } })
  expect(signedIn.response.status).toBe(200)
  await avow.restart()
}, 240_000)

test('a restore that was cut off keeps the server from starting, until it is resumed or given up', async () => {
  const person = await createPerson(avow, 'before-the-cut')
  const made = await cliJson('backup', 'create')
  await avow.stop()
  mkdirSync(join(avow.folder, 'restore'), { recursive: true })
  const plan = {
    id: 'rst_cut',
    phase: 'loading',
    dataFile: join(folder(), made.file),
    keysFile: join(folder(), files('keys').at(-1) ?? ''),
    evenExpired: false,
    begunAt: new Date().toISOString(),
    result: { backup: made.id, backupAt: made.askedAt, keysAt: made.askedAt, rows: made.rows },
  }
  writeFileSync(join(avow.folder, 'restore/plan.json'), JSON.stringify(plan))
  const refused = await failToStart({ ...env }, avow.folder)
  expect(refused.stderr).toMatch(/was begun and cut off.*--resume/)
  expect((await avow.cli(['backup', 'restore', made.id, '--yes'])).stderr).toMatch(/go on with --resume/)
  await restore('--resume')
  await avow.restart()
  expect(await mayEnter(person)).toBe(200)
}, 240_000)

/** A backup that was made while requests were answered. */
test('a backup under load holds every request that was answered before it, none twice', async () => {
  await using mock = await startMockUpstream()
  await addModel(avow, 'mock', mock.url)
  const { received, done } = sendLoad(await createKeys(avow, 120), { ask: askMock(8, 5), overMs: 5000 })
  await untilReceived(received, { complete: 30 })
  const before = received.filter(({ state }) => state === 'complete')
  const made = await cliJson('backup', 'create')
  await done
  await avow.stop()
  await restore(made.id)
  await avow.restart()
  const books = await bookedByKey(avow)
  const requestsOf = ({ key }: Received) => books.get(key.id)?.requests ?? 0
  expect(before.map(requestsOf)).toEqual(before.map(() => 1))
  expect(received.map(requestsOf).filter((requests) => requests > 1)).toEqual([])
  for (const one of before) expect(books.get(one.key.id)?.completionTokens).toBe(one.completionTokens)
}, 240_000)
