import { describe, expect, test } from 'vitest'
import type { Key } from '../../app/views.ts'
import { emptyKeyFields, keyBodyOf, keyFieldsOf, keyRules } from './key-form.ts'

const key: Key = {
  id: 'key_1',
  projectId: 'prj_1',
  name: 'laptop',
  kind: 'api',
  prefix: 'avow_ab12',
  state: 'active',
  allowedModels: ['avow-tiny'],
  requestsPerMinute: 60,
  tokensPerMinute: null,
  concurrentRequests: 4,
  createdAt: '2026-11-01T10:00:00.000Z',
  createdBy: null,
  expiresAt: '2026-12-24T08:30:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
  replacedBy: null,
}

describe('the form of a key', () => {
  test('empty limits mean no limit, and a chosen day is open to its end', () => {
    expect(keyBodyOf({ ...emptyKeyFields, name: ' ci ', tokensPerMinute: '9000', expiresOn: '2027-01-31' })).toEqual({
      name: 'ci',
      allowedModels: null,
      requestsPerMinute: null,
      tokensPerMinute: 9000,
      concurrentRequests: null,
      expiresAt: '2027-01-31T23:59:59.999Z',
    })
  })
  test('saving a key without a change changes nothing, not even the hour of its expiry', () => {
    const { name, allowedModels, requestsPerMinute, tokensPerMinute, concurrentRequests, expiresAt } = key
    expect(keyBodyOf(keyFieldsOf(key), key)).toEqual({
      name,
      allowedModels,
      requestsPerMinute,
      tokensPerMinute,
      concurrentRequests,
      expiresAt,
    })
  })
  test('a key restricted to no model stays restricted', () => {
    expect(keyBodyOf({ ...emptyKeyFields, name: 'x', restricted: true }).allowedModels).toEqual([])
  })
  test('refuses limits that are not whole numbers', () => {
    for (const text of ['0', '-1', '1.5', 'many']) expect(keyRules.requestsPerMinute(text), text).not.toBeNull()
    for (const text of ['', ' ', '1', '60']) expect(keyRules.requestsPerMinute(text), text).toBeNull()
  })
})
