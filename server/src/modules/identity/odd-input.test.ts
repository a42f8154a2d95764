import type { Endpoint } from '@avow/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  createTestIdentity,
  goodPassword,
  identityEndpoints,
  type Member,
  operatorToken,
  type TestIdentity,
} from './test-identity.ts'

/** Values that have broken other servers: too long, too big, of the wrong kind, or with a meaning somewhere. */
const odd: unknown[] = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\u202e\u0301\u{1f600}',
  "' or 1=1 --",
  '%_\\',
  '${x}',
  '__proto__',
  'x'.repeat(100_000),
  0,
  -1,
  1.5,
  1e308,
  null,
  true,
  [],
  {},
  [null],
  { $ne: null },
  '9999-12-31T23:59:59.999Z',
  '0000-01-01',
  '2026-02-30',
]

/** Fields that some endpoint takes, with a value that fits. */
const fitting: Record<string, unknown> = {
  email: 'odd@example.org',
  password: goodPassword,
  currentPassword: goodPassword,
  newPassword: 'another set of plain words',
  newEmail: 'odder@example.org',
  name: 'Odd',
  birthDate: '1990-01-01',
  token: 'made-up',
  invitation: 'made-up-invitation',
  code: '123456',
  tokenWanted: true,
  closeOrganisations: [],
  billingCountry: 'CH',
  role: 'member',
  allowedModels: ['a'],
  requestsPerMinute: 1,
  tokensPerMinute: 1,
  concurrentRequests: 1,
  expiresAt: null,
  overlapSeconds: 0,
}

let test: TestIdentity
let owner: Member
beforeAll(async () => {
  test = await createTestIdentity()
  owner = await test.join('owner@example.org')
  await test.database.transaction((tx) =>
    test.identity.api.firstRun(tx, { email: 'op@example.org', password: goodPassword }),
  )
})
afterAll(() => test.close())

const fieldsOf = (schema: unknown): string[] => Object.keys((schema as { shape?: object } | undefined)?.shape ?? {})
const pathOf = (endpoint: Endpoint, id: string): string =>
  endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'organisationId') return owner.organisationId
    return name === 'projectId' ? owner.projectId : encodeURIComponent(id)
  })
const isOver = (endpoint: Endpoint): boolean =>
  ['account.signOut', 'account.endOtherSessions', 'account.close', 'organisations.close'].includes(endpoint.id)

it.each(
  identityEndpoints.filter((one) => !isOver(one)).map((one) => [one.id, one] as const),
)('%s answers odd input with a refusal or a result, never by failing', async (_, endpoint) => {
  const send = endpoint.access.kind === 'staff' ? test.as(operatorToken) : owner.send
  const body = Object.fromEntries(fieldsOf(endpoint.body).map((name) => [name, fitting[name]]))
  expect(Object.values(body)).not.toContain(undefined)
  const payload = endpoint.body === undefined ? undefined : body
  const failures: unknown[] = []
  const note = async (what: unknown, path: string, sent: unknown) => {
    test.clock.advance(3_600)
    const answer = await send(endpoint.method, path, sent)
    if (answer.status >= 500) failures.push(what)
  }
  for (const value of odd) {
    for (const name of Object.keys(body))
      await note([name, value], pathOf(endpoint, 'none'), { ...body, [name]: value })
    if (endpoint.body !== undefined) await note(['body', value], pathOf(endpoint, 'none'), value)
    if (typeof value !== 'string' || value.length > 1000 || !value.isWellFormed()) continue
    for (const name of fieldsOf(endpoint.query)) {
      await note([name, value], `${pathOf(endpoint, 'none')}?${name}=${encodeURIComponent(value)}`, payload)
    }
    if (value !== '') await note(['path', value], pathOf(endpoint, value), payload)
  }
  expect(failures).toEqual([])
})
