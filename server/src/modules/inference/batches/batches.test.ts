import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { answer } from '../gateway/test-answers.ts'
import { keyRecord } from '../gateway/test-gateway.ts'
import {
  type BatchProcess,
  type BatchStage,
  beginBatch,
  inputLine,
  isEnded,
  linesOf,
  startBatchStage,
  untilBatch,
} from './test-batches.ts'

let database: TestDatabase
let vault: Vault
let stage: BatchStage
let running: BatchProcess[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  await database.pool.query(`
    insert into organisation (id, sealed_name, created_at) values ('org_1', '\\x00', now()), ('org_2', '\\x00', now());
    insert into project (id, organisation_id, sealed_name, name_index, created_at) values
      ('prj_1', 'org_1', '\\x00', 'i', now()), ('prj_2', 'org_2', '\\x00', 'i', now())`)
})
afterAll(async () => {
  await vault.close()
  await database.close()
})
beforeEach(async () => {
  stage = await startBatchStage(database, vault, dataMap)
  stage.upstream.answerWith((_, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(answer()))
  running = []
  return async () => {
    for (const one of running) await one.stop()
    await stage.close()
    await database.pool.query('truncate batch_file, batch cascade')
  }
})

const startProcess = async (...more: Parameters<BatchStage['startProcess']>): Promise<BatchProcess> => {
  const one = await stage.startProcess(...more)
  running.push(one)
  return one
}
const stop = async (one: BatchProcess): Promise<void> => {
  running.splice(running.indexOf(one), 1)
  await one.stop()
}
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `line-${i}`)
const customIds = (lines: readonly { custom_id: string }[]): string[] => lines.map(({ custom_id: id }) => id)

describe('a batch', () => {
  test('answers each line once, in order, at half the price, booked under the id of its line', async () => {
    const process = await startProcess()
    process.batches.start()
    const begun = await beginBatch(
      process,
      names(20).map((name) => inputLine(name)),
    )
    expect(begun).toMatchObject({ status: 'validating', output_file_id: null, expires_at: begun.created_at + 86_400 })
    const batch = await untilBatch(process, begun.id, isEnded)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 20, completed: 20, failed: 0 } })
    expect(batch.error_file_id).toBeNull()
    const metrics = (await process.registry.metrics()).split('\n')
    for (const line of ['avow_batch_lines_total{outcome="completed"} 20', 'avow_batch_lines_total{outcome="failed"} 0'])
      expect(metrics).toContain(line)
    const lines = await linesOf(process, batch.output_file_id)
    expect(customIds(lines)).toEqual(names(20))
    expect(lines[0]).toMatchObject({
      response: { status_code: 200, body: { usage: { total_tokens: 7 } } },
      error: null,
    })
    const booked = await stage.booked()
    expect(booked.map(({ id }) => id).toSorted()).toEqual(lines.map(({ id }) => id).toSorted())
    // Prices of the model are 1 and 2 a million.
    for (const event of booked)
      expect(event).toMatchObject({
        promptMicrosPerMillion: 500_000n,
        completionMicrosPerMillion: 1_000_000n,
        keyId: 'key_1',
      })
  })

  test('fails as a whole when a line is wrong, and names each wrong line without what it says', async () => {
    const process = await startProcess()
    process.batches.start()
    const lines = [
      inputLine('one'),
      'no json SECRET',
      inputLine('one'),
      inputLine('x', { method: 'GET' }),
      inputLine('y', { url: '/v1/embeddings' }),
      inputLine('z', {}, { model: 7 }),
      inputLine('s', {}, { stream: true }),
      inputLine(''),
    ]
    const batch = await untilBatch(process, (await beginBatch(process, lines)).id, isEnded)
    expect(batch).toMatchObject({ status: 'failed', request_counts: { total: 0 }, failed_at: expect.any(Number) })
    const found = batch.errors?.data ?? []
    expect(found.map(({ line, code }) => [line, code])).toEqual([
      [2, 'invalid_json_line'],
      [3, 'duplicate_custom_id'],
      [4, 'invalid_method'],
      [5, 'mismatched_endpoint'],
      [6, 'invalid_request'],
      [7, 'invalid_request'],
      [8, 'missing_required_parameter'],
    ])
    expect(JSON.stringify(found)).not.toContain('SECRET')
    expect(await stage.booked()).toEqual([])
  })

  test('tells of a line that is refused in its error file, and goes on', async () => {
    const process = await startProcess()
    process.batches.start()
    const lines = [inputLine('good'), inputLine('bad', {}, { model: 'unknown' })]
    const batch = await untilBatch(process, (await beginBatch(process, lines)).id, isEnded)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 1, failed: 1 } })
    expect(await linesOf(process, batch.error_file_id)).toMatchObject([
      { custom_id: 'bad', response: { status_code: 404, body: { error: { code: 'model_not_found' } } } },
    ])
  })

  test('fails the lines that are left, with the reason, when its key is revoked', async () => {
    const process = await startProcess()
    stage.busy.calls = 4
    process.batches.start()
    const begun = await beginBatch(
      process,
      names(3).map((name) => inputLine(name)),
    )
    stage.keys.set('sk-good', keyRecord({ state: 'revoked' }))
    stage.keys.set('sk-other', keyRecord({ keyId: 'key_2' }))
    stage.busy.calls = 0
    const other = { ...process, openai: process.openaiOf('sk-other') }
    const batch = await untilBatch(other, begun.id, isEnded)
    const errors = await linesOf(other, batch.error_file_id)
    expect(customIds(errors)).toEqual(names(3))
    expect(errors[0]).toMatchObject({ response: { status_code: 401, body: { error: { code: 'invalid_api_key' } } } })
  })

  test('goes on when the time of its key is over: that keeps a key from beginning anything', async () => {
    const process = await startProcess()
    stage.keys.set('sk-good', keyRecord({ expiresAtMs: stage.clock.nowMs() + 1000 }))
    const begun = await beginBatch(process, [inputLine('one')])
    stage.clock.advance(2000)
    process.batches.start()
    stage.keys.set('sk-later', keyRecord())
    const later = { ...process, openai: process.openaiOf('sk-later') }
    expect(await untilBatch(later, begun.id, isEnded)).toMatchObject({ status: 'completed' })
    await expect(process.openai.batches.list()).rejects.toMatchObject({ status: 401 })
  })

  test('tries a line again whose model was busy, and books its answer once', async () => {
    const process = await startProcess()
    let busy = true
    stage.upstream.answerWith((_, res) => {
      res.writeHead(busy ? 429 : 200, { 'content-type': 'application/json' }).end(busy ? '{}' : answer())
      busy = false
    })
    process.batches.start()
    const batch = await untilBatch(process, (await beginBatch(process, [inputLine('one')])).id, isEnded)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { completed: 1, failed: 0 } })
    const booked = await stage.booked()
    expect(booked.map(({ outcome, costMicros }) => [outcome, costMicros])).toEqual([
      ['upstream_failed', 0n],
      ['completed', 5n],
    ])
  })
})

test('where the policy keeps whence calls came, each line says whence its batch was begun', async () => {
  const noted = Buffer.alloc(40, 7).toString('base64url')
  const metering = { ...stage.metering, origins: { note: () => noted } }
  const process = await startProcess({ metering })
  const begun = await beginBatch(process, [inputLine('one'), inputLine('two')])
  const later = await startProcess({ metering })
  later.batches.start()
  await untilBatch(process, begun.id, isEnded)
  expect((await stage.booked()).map(({ origin }) => origin)).toEqual([noted, noted])
})

describe('a batch that does not come to its end', () => {
  /** A model's server that answers only the first calls. */
  const answerOnly = (count: number): (() => number) => {
    let answered = 0
    stage.upstream.answerWith((_, res) => {
      if (answered < count) {
        answered += 1
        res.writeHead(200, { 'content-type': 'application/json' }).end(answer())
      }
    })
    return () => stage.upstream.received.length
  }

  test('goes on after its process stopped in the middle: no line is lost, none is booked twice', async () => {
    const first = await startProcess()
    first.batches.start()
    answerOnly(5)
    const begun = await beginBatch(
      first,
      names(12).map((name) => inputLine(name)),
    )
    await untilBatch(first, begun.id, ({ request_counts: counts }) => counts?.completed === 5)
    await stop(first)

    stage.upstream.answerWith((_, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(answer()))
    const second = await startProcess()
    second.batches.start()
    const batch = await untilBatch(second, begun.id, isEnded)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 12, completed: 12, failed: 0 } })
    expect(customIds(await linesOf(second, batch.output_file_id))).toEqual(names(12))
    const paid = (await stage.booked()).filter(({ costMicros }) => costMicros > 0n)
    expect(new Set(paid.map(({ id }) => id)).size).toBe(12)
    expect(paid.length).toBe(12)
  })

  test('books what was stored and could not be booked, with the id and time of the first try', async () => {
    const broken = { ...stage.metering, record: (_: unknown, done: (error: Error) => void) => done(new Error('disk')) }
    const first = await startProcess({ metering: broken as never })
    first.batches.start()
    const begun = await beginBatch(first, [inputLine('one')])
    await untilBatch(first, begun.id, ({ request_counts: counts }) => counts?.completed === 1)
    expect(await stage.booked()).toEqual([])
    await stop(first)

    stage.clock.advance(60_000)
    const second = await startProcess()
    second.batches.start()
    await untilBatch(second, begun.id, isEnded)
    const atMs = Date.parse('2026-11-22T10:00:00Z')
    expect(await stage.booked()).toMatchObject([
      { id: expect.stringContaining('batch_req_'), atMs, completionTokens: 2 },
    ])
  })

  test('is expired after a day: what is undone is in its error file, what was done is kept', async () => {
    const process = await startProcess()
    const asked = answerOnly(2)
    process.batches.start()
    const begun = await beginBatch(
      process,
      names(8).map((name) => inputLine(name)),
    )
    await untilBatch(process, begun.id, ({ request_counts: counts }) => counts?.completed === 2 && asked() >= 6)
    await stop(process)

    stage.clock.advance(86_400_000)
    const later = await startProcess()
    later.batches.start()
    const batch = await untilBatch(later, begun.id, isEnded)
    expect(batch).toMatchObject({ status: 'expired', expired_at: expect.any(Number), request_counts: { total: 8 } })
    const [output, errors] = [await linesOf(later, batch.output_file_id), await linesOf(later, batch.error_file_id)]
    expect([...customIds(output), ...customIds(errors)].toSorted()).toEqual(names(8))
    expect(errors.every(({ response, error }) => response === null && error?.code === 'batch_expired')).toBe(true)
    expect(output.length).toBe(2)
  })

  test('ends when it is cancelled, with what was done until then', async () => {
    const process = await startProcess()
    const held: (() => void)[] = []
    stage.upstream.answerWith((_, res) => {
      held.push(() => void res.writeHead(200, { 'content-type': 'application/json' }).end(answer()))
    })
    process.batches.start()
    const begun = await beginBatch(
      process,
      names(9).map((name) => inputLine(name)),
    )
    while (held.length < 4) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await process.openai.batches.cancel(begun.id)).toMatchObject({ status: 'cancelling' })
    for (const release of held) release()
    const batch = await untilBatch(process, begun.id, isEnded)
    expect(batch).toMatchObject({ status: 'cancelled', request_counts: { total: 9, completed: 4, failed: 0 } })
    const [output, errors] = [await linesOf(process, batch.output_file_id), await linesOf(process, batch.error_file_id)]
    expect([...customIds(output), ...customIds(errors)].toSorted()).toEqual(names(9))
    expect(errors.every(({ error }) => error?.code === 'batch_cancelled')).toBe(true)
    expect(await process.openai.batches.cancel(begun.id)).toMatchObject({ status: 'cancelled' })
    expect(held.length).toBe(4)
  })

  test('begins no line while as many calls are under way as there is room for, and goes on after them', async () => {
    const process = await startProcess()
    stage.busy.calls = 9
    process.batches.start()
    const begun = await beginBatch(
      process,
      names(6).map((name) => inputLine(name)),
    )
    await untilBatch(process, begun.id, ({ status }) => status === 'in_progress')
    await new Promise((resolve) => setTimeout(resolve, 150))
    // The clock of this test stands still: one call begins all the same, so that a busy cloud does not starve a batch.
    expect(stage.upstream.received.length).toBe(1)
    stage.busy.calls = 0
    expect(await untilBatch(process, begun.id, isEnded)).toMatchObject({ status: 'completed' })
  })
})
