import { expect, test } from 'vitest'
import type { DataMapColumn } from '../../../app/views.ts'
import { fromWhere, keptUntil, whatIs, whyWords } from './held-words.ts'

const column = (more: Partial<DataMapColumn>): DataMapColumn => ({
  table: 'person',
  column: 'email',
  module: 'identity',
  category: 'account.contact',
  subject: 'user',
  purposes: ['communicate'],
  retention: 'account',
  period: 'P30D',
  erasure: 'delete',
  sealed: false,
  note: null,
  ...more,
})
const policy = {
  retention: [
    { retentionClass: 'account', period: 'P30D', trigger: 'account-closure' },
    { retentionClass: 'mail', period: 'P7D', trigger: 'creation' },
    { retentionClass: 'billing', period: 'forever', trigger: 'creation' },
    { retentionClass: 'credentials', period: 'P30D', trigger: 'account-closure' },
  ],
}

test('each period of what is held is told once, with the class that leads to its promise', () => {
  const map = [
    column({}),
    column({ column: 'name' }),
    column({ table: 'mail', retention: 'mail' }),
    column({ table: 'bill', retention: 'billing' }),
    column({ table: 'key', retention: 'credentials' }),
    column({ table: 'other', retention: 'nothing of mine' }),
  ]
  expect(keptUntil(['person.email', 'person.name', 'mail.email', 'bill.email', 'key.email'], map, policy)).toEqual([
    { retentionClass: 'account', words: '30 days after the account is closed' },
    { retentionClass: 'mail', words: '7 days after it was recorded' },
    { retentionClass: 'billing', words: 'for ever' },
  ])
})

test('what has no rule of its own says nothing of a period', () => {
  expect(keptUntil(['person.email'], [column({ retention: 'unknown' })], policy)).toEqual([])
})

test('reasons carry their legal basis, and a word that the console does not know is shown, not hidden', () => {
  const purposes = [{ purpose: 'security', label: 'to protect the service', basis: 'legitimate-interest' }]
  expect(whyWords({ purposes })).toEqual(['to protect the service (legitimate interest)'])
  expect(fromWhere(['person', 'carrier-pigeon'])).toBe('from you, carrier pigeon')
  expect(whatIs('account.shoe-size')).toBe('account.shoe-size')
})
