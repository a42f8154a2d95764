import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AddressBlock, FloodKind } from '../../../platform/gates/index.ts'
import { chat, errorOf } from './test-answers.ts'
import { keyRecord, startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway
let block: AddressBlock | null
let noted: [FloodKind, string, string | undefined][]
let known: Set<string>

beforeEach(async () => {
  block = null
  noted = []
  known = new Set()
  const strangers = {
    blockOf: () => block,
    note: (kind: FloodKind, address: string, what?: string) => void noted.push([kind, address, what]),
    remember: (secret: string) => void known.add(secret),
    isKnown: (secret: string) => known.has(secret),
  }
  at = await startTestGateway({ deps: { strangers, addressOf: () => '192.0.2.1' } })
})
afterEach(() => at.close())

const hold = () => {
  block = { id: 'blk_1', kind: 'key-stuffing', sourceHash: '', endsAtMs: Date.now() + 60_000 }
}

test('calls without a good key are counted by address and key; calls with one never are', async () => {
  await (await at.post(chat)).text()
  expect(noted).toEqual([])
  await (await at.post(chat, { key: 'sk-made-up' })).text()
  await (await at.post(chat, { key: null })).text()
  at.keys.set('sk-revoked', keyRecord({ keyId: 'key_2', state: 'revoked' }))
  await (await at.post(chat, { key: 'sk-revoked' })).text()
  const address = '192.0.2.1'
  expect(noted).toEqual([
    ['request-flood', address, undefined],
    ['key-stuffing', address, 'sk-made-up'],
    ['request-flood', address, undefined],
    ['request-flood', address, undefined],
    ['key-stuffing', address, 'sk-revoked'],
  ])
})

test('behind a block no key is looked up that was not good before, and even a right guess opens nothing', async () => {
  hold()
  const refused = await at.post(chat)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await errorOf(refused)).toMatchObject({
    status: 429,
    code: 'address_blocked',
    message: expect.stringContaining('/api/v1/blocks/blk_1/review'),
  })
  expect((await at.post(chat, { key: null })).status).toBe(429)
  expect(noted).toEqual([])
  block = null
  expect((await at.post(chat)).status).toBe(200)
})

test('a key that was good goes on behind a block, also when it was changed meanwhile', async () => {
  await (await at.post(chat)).text()
  hold()
  at.changeKey('key_1')
  expect((await at.post(chat)).status).toBe(200)
  at.keys.set('sk-good', keyRecord({ state: 'revoked' }))
  at.changeKey('key_1')
  expect((await at.post(chat)).status).toBe(429)
})
