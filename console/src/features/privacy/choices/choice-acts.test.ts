import { expect, test } from 'vitest'
import { actFor, choiceCall, choiceLine } from './choice-acts.ts'

const purpose = (choice: 'consent' | 'objection' | 'none', used: boolean) => ({
  purpose: 'analytics',
  label: 'to count',
  basis: 'legitimate-interest',
  choice,
  used,
  because: '',
  since: null,
})

test('what may be said is the opposite of what holds, and nothing where the policy leaves no choice', () => {
  expect(actFor(purpose('consent', false))?.kind).toBe('give')
  expect(actFor(purpose('consent', true))?.kind).toBe('withdraw')
  expect(actFor(purpose('objection', true))?.kind).toBe('object')
  expect(actFor(purpose('objection', false))?.kind).toBe('unobject')
  expect(actFor(purpose('none', true))).toBeNull()
})

test('the line and the call name the purpose, and the person where an officer writes it down', () => {
  const act = { kind: 'withdraw', purpose: 'marketing' } as const
  expect(choiceLine(act, null)).toBe('avow privacy consent withdraw marketing')
  expect(choiceCall(act, null)).toEqual({ method: 'DELETE', path: '/api/v1/me/privacy/consents/marketing' })
  expect(choiceLine(act, 'ada@example.org')).toBe('avow privacy consent withdraw marketing --person ada@example.org')
  expect(choiceCall({ kind: 'restrict', purpose: '' }, 'ada@example.org')).toEqual({
    method: 'POST',
    path: '/api/v1/privacy/people/ada%40example.org/restriction',
    body: {},
  })
  expect(choiceLine({ kind: 'unrestrict', purpose: '' }, null)).toBe('avow privacy lift restriction')
})
