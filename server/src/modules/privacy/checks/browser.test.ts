import { accountEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { InnerResponse } from '../check.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const page = (contentSecurityPolicy: string | undefined): InnerResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy },
  body: '<!doctype html>',
})
const serving = (contentSecurityPolicy: string | undefined): TestSystem => ({
  ...system,
  call: async () => page(contentSecurityPolicy),
})

describe('pages', () => {
  it('reach no other site when their policy keeps browsers here', async () => {
    expect(
      await verifyClause(
        serving("default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"),
        'START-39',
      ),
    ).toMatchObject({ state: 'kept', figure: '3 pages read, 0 could reach another site' })
  })

  it('are broken by a policy with another site, a wildcard, no default, or none at all', async () => {
    for (const policy of [
      "default-src 'self'; script-src 'self' https://metrics.invalid",
      "default-src 'self'; img-src *",
      "script-src 'self'",
      "default-src 'self'; connect-src https:",
      undefined,
    ]) {
      expect(await verifyClause(serving(policy), 'START-39'), policy).toMatchObject({ state: 'broken' })
    }
  })

  it('are unproven while none is built', async () => {
    expect(await verifyClause(system, 'START-39')).toMatchObject({ state: 'unproven', reason: 'no page is built' })
  })
})

describe('cookies', () => {
  it('are compared with the list, and what scripts keep is said to be unseen', async () => {
    expect(await verifyClause(system, 'START-38')).toMatchObject({
      state: 'unproven',
      figure: '3 responses read, cookies: avow_session',
      reason: expect.stringContaining('only by a browser'),
    })
  })

  it('are broken by one that is not listed', async () => {
    const policy = starterPolicy(['name: avow_session', 'name: another'])
    expect(await verifyClause({ ...system, policy }, 'START-38')).toMatchObject({
      state: 'broken',
      reason: 'the cookie avow_session is set and not listed',
    })
  })

  it('are broken by a page that sets one of its own', async () => {
    const call = async (): Promise<InnerResponse> => ({
      ...page(undefined),
      headers: { 'set-cookie': 'tracker=1; Path=/' },
    })
    expect(await verifyClause({ ...system, call }, 'START-38')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('tracker'),
    })
  })

  it('are looked for at the sign-in that browsers use', () => {
    expect(
      accountEndpoints.signIn.body.safeParse({ email: 'a@b.invalid', password: 'p', tokenWanted: false }).success,
    ).toBe(true)
  })
})
