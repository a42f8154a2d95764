import { contract, type Endpoint } from '@avow/contract'
import { expect, test } from 'vitest'
import { issueWords } from './issue-words.ts'

const said = ({ body }: Endpoint, value: unknown): Record<string, string> => {
  const result = body?.safeParse(value, { error: issueWords })
  return Object.fromEntries(result?.error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [])
}

test('each kind of wrong value is said in words', () => {
  expect(
    said(contract.account.signUp, { email: 'me', password: '', name: 'x'.repeat(121), birthDate: '31.1.2000' }),
  ).toEqual({
    email: 'must be an email address',
    password: 'must not be empty',
    name: 'must have at most 120 characters',
    birthDate: 'must be a date, such as 2026-01-31',
  })
  expect(
    said(contract.keys.create, { allowedModels: 'all', requestsPerMinute: 0, tokensPerMinute: 1.5, expiresAt: 'soon' }),
  ).toEqual({
    name: 'is missing',
    allowedModels: 'must be a list',
    requestsPerMinute: 'must be at least 1',
    tokensPerMinute: 'must be a whole number',
    expiresAt: 'must be a UTC instant, such as 2026-01-31T00:00:00Z',
  })
  expect(said(contract.staff.add, { email: 'a@example.org', role: 'king' })).toEqual({
    role: 'must be one of “operator”, “privacy-officer”, “support”',
  })
})

test('a pattern is never shown: the contract says what it wants', () => {
  const added = said(contract.models.add, { id: '-x y', upstream: 'here', promptMicrosPerMillionTokens: '1.5' })
  expect(added).toEqual({
    id: 'use letters, digits, . _ : / - (at most 200, first a letter or digit)',
    upstream: 'must be an address with its scheme, such as https://cloud.example.org',
    promptMicrosPerMillionTokens: 'write a whole number of micro-units as text, such as "250000"',
  })
  expect(said(contract.organisations.create, { name: 'x', billingCountry: 'Germany' })).toEqual({
    billingCountry: 'use the two capital letters of ISO 3166, such as DE',
  })
})
