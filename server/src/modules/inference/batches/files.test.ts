import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import type { AddressBlock, FloodKind } from '../../../platform/gates/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { keyRecord } from '../gateway/test-gateway.ts'
import { type BatchProcess, type BatchStage, beginBatch, inputLine, startBatchStage } from './test-batches.ts'

let database: TestDatabase
let vault: Vault
let stage: BatchStage
let process: BatchProcess

beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  await database.pool.query(`
    insert into organisation (id, sealed_name, created_at) values ('org_1', '\\x00', now()), ('org_2', '\\x00', now());
    insert into project (id, organisation_id, sealed_name, name_index, created_at) values
      ('prj_1', 'org_1', '\\x00', 'i', now()), ('prj_2', 'org_2', '\\x00', 'i', now())`)
  stage = await startBatchStage(database, vault, dataMap)
  stage.keys.set('sk-foreign', keyRecord({ keyId: 'key_9', projectId: 'prj_2', organisationId: 'org_2' }))
  process = await stage.startProcess()
})
afterAll(async () => {
  await process.stop()
  await stage.close()
  await vault.close()
  await database.close()
})

const upload = (content: string | Buffer<ArrayBuffer>, more: Record<string, unknown> = {}, of = process.openai) =>
  of.files.create({ file: new File([content], 'in.jsonl'), purpose: 'batch', ...more } as never)
const rows = async (of: string): Promise<number> => (await database.pool.query(`select 1 from ${of}`)).rowCount ?? 0
const failure = (status: number, message: RegExp) => ({ status, message: expect.stringMatching(message) })

test('a file comes back as it was given, whatever its pieces, and stands nowhere in clear', async () => {
  const canary = randomBytes(12).toString('hex')
  const text = Array.from({ length: 30_000 }, (_, i) => `${i} ünïcodé \u{1f98a} ${canary}`).join('\n')
  const file = await process.openai.files.create({ file: new File([text], `${canary}.jsonl`), purpose: 'batch' })
  expect(file).toMatchObject({ bytes: Buffer.byteLength(text), filename: `${canary}.jsonl`, status: 'processed' })
  expect(await (await process.openai.files.content(file.id)).text()).toBe(text)
  expect(await rows('batch_file_part')).toBeGreaterThan(1)
  for (const table of ['batch_file', 'batch_file_part']) {
    const { rows: found } = await database.pool.query<{ text: string }>(`select t::text as text from ${table} t`)
    for (const one of found) {
      expect(one.text).not.toContain(canary)
      expect(one.text).not.toContain(Buffer.from(canary).toString('hex'))
    }
  }
  await process.openai.files.delete(file.id)
})

test('a deleted file is gone at once, with all its parts', async () => {
  const file = await upload('{}')
  expect(await process.openai.files.delete(file.id)).toMatchObject({ id: file.id, deleted: true })
  expect([await rows('batch_file'), await rows('batch_file_part')]).toEqual([0, 0])
  await expect(process.openai.files.retrieve(file.id)).rejects.toMatchObject(failure(404, /No such File/))
})

test('a file and a batch of another project are not found, whatever is asked of them', async () => {
  const file = await upload(`${inputLine('one')}\n`)
  const batch = await beginBatch(process, [inputLine('one')])
  const foreign = process.openaiOf('sk-foreign')
  const asked = [
    () => foreign.files.retrieve(file.id),
    () => foreign.files.content(file.id),
    () => foreign.files.delete(file.id),
    () => foreign.batches.retrieve(batch.id),
    () => foreign.batches.cancel(batch.id),
    () => foreign.batches.create({ input_file_id: file.id, endpoint: '/v1/completions', completion_window: '24h' }),
  ]
  for (const one of asked) await expect(one()).rejects.toMatchObject({ status: 404 })
  expect((await foreign.files.list()).data).toEqual([])
  expect((await foreign.batches.list()).data).toEqual([])
  expect(await process.openai.files.retrieve(file.id)).toMatchObject({ id: file.id })
})

test('what is refused leaves nothing', async () => {
  const before = await rows('batch_file')
  await expect(upload('{}', { purpose: 'fine-tune' })).rejects.toMatchObject(failure(400, /'fine-tune' has no use/))
  await expect(upload(Buffer.from([0x61, 0xff, 0xfe]))).rejects.toMatchObject(failure(400, /not text in UTF-8/))
  await expect(upload('{}', { expires_after: { anchor: 'created_at', seconds: 5 } })).rejects.toMatchObject(
    failure(400, /expires_after/),
  )
  const post = (init: RequestInit) =>
    fetch(`${process.url}/v1/files`, {
      method: 'POST',
      ...init,
      headers: { authorization: 'Bearer sk-good', ...init.headers },
    })
  expect((await post({ body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(400)
  const cut = '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n{"half'
  expect((await post({ body: cut, headers: { 'content-type': 'multipart/form-data; boundary=b' } })).status).toBe(400)
  const nobody = new FormData()
  expect((await fetch(`${process.url}/v1/files`, { method: 'POST', body: nobody })).status).toBe(401)
  expect(await rows('batch_file')).toBe(before)
})

test('a file under a legal hold is not deleted, and its people are told so', async () => {
  const file = await upload('{}')
  await database.pool.query(
    `insert into legal_hold (id, scope, subject_id, addresses, ground, placed_at, begins_at) values ('hld_1', 'organisation', 'org_1', '{}', 'test', now(), '2020-01-01')`,
  )
  await expect(process.openai.files.delete(file.id)).rejects.toMatchObject(failure(409, /legal hold/))
  await database.pool.query('delete from legal_hold')
  await process.openai.files.delete(file.id)
})

test('lists come in pages, newest first, and a file goes when its time is over', async () => {
  await database.pool.query('truncate batch_file, batch cascade')
  for (const name of ['a', 'b', 'c']) {
    await upload(name, { file: new File([name], name), expires_after: { anchor: 'created_at', seconds: 3600 } })
    stage.clock.advance(1000)
  }
  const page = await process.openai.files.list({ limit: 2 })
  expect(page).toMatchObject({ has_more: true, data: [{ filename: 'c' }, { filename: 'b' }] })
  const all: string[] = []
  for await (const { filename } of process.openai.files.list({ limit: 2 })) all.push(filename)
  expect(all).toEqual(['c', 'b', 'a'])
  stage.clock.advance(3_600_000)
  expect((await process.openai.files.list()).data).toEqual([])
})

test('a policy that keeps no such files, and a plan that keeps no content, refuse them', async () => {
  const strict = await stage.startProcess({ policy: { categories: new Set(), retention: () => null } })
  await expect(upload('{}', {}, strict.openai)).rejects.toMatchObject(failure(403, /content\.batch/))
  await strict.stop()
  await database.pool.query(
    `insert into deployment_plan (id, organisation_id, sealed_source, settings, hash, salt, applied_at) values ('pln_1', 'org_1', '', '{"bodies": "never"}', repeat('0', 64), 's', now())`,
  )
  await expect(upload('{}')).rejects.toMatchObject(failure(403, /deployment plan/))
  await database.pool.query('delete from deployment_plan')
})

test('whoever brings no good key is counted, and held off, as at any other call', async () => {
  const noted: string[] = []
  let block: AddressBlock | null = null
  const strangers = {
    blockOf: () => block,
    note: (kind: FloodKind, _address: string, what?: string) => void noted.push(`${kind} ${what ?? ''}`),
    remember: () => undefined,
    isKnown: () => false,
  }
  const guarded = await stage.startProcess({ strangers })
  await expect(guarded.openaiOf('sk-made-up').files.list()).rejects.toMatchObject({ status: 401 })
  expect(noted).toEqual(['request-flood ', 'key-stuffing sk-made-up'])
  block = { id: 'blk_1', kind: 'key-stuffing', sourceHash: '', endsAtMs: stage.clock.nowMs() + 60_000 }
  await expect(guarded.openaiOf('sk-another').files.list()).rejects.toMatchObject({ code: 'address_blocked' })
  await guarded.stop()
})
