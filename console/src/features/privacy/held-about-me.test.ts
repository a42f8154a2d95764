import { expect, test } from 'vitest'
import type { DataMapColumn } from '../../app/views.ts'
import { heldAboutMe } from './held-about-me.ts'

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
const rules = [
  { retentionClass: 'account', trigger: 'account-closure' },
  { retentionClass: 'mail', trigger: 'creation' },
]

test('every category about users is told once, with each purpose and each period', () => {
  const held = heldAboutMe(
    [column({}), column({ purposes: ['account', 'communicate'] }), column({ table: 'mail', retention: 'mail' })],
    rules,
  )
  expect(held).toEqual([
    {
      category: 'account.contact',
      what: 'Your email address and when it was verified',
      why: 'to write to you about the service; to keep your account',
      howLong: '30 days after the account is closed; 30 days after it was recorded',
    },
  ])
})

test('data about others is left out, and a word that the console does not know is shown, not hidden', () => {
  const odd = column({ category: 'account.shoe-size', purposes: ['fitting'], retention: 'shoes', period: 'P1Y' })
  const held = heldAboutMe([column({ subject: 'organisation' }), column({ subject: 'none' }), odd], rules)
  expect(held).toEqual([
    { category: 'account.shoe-size', what: 'account.shoe-size', why: 'fitting', howLong: '1 year' },
  ])
})
