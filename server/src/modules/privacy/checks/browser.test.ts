import { accountEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { browserGuard, browserGuardPath } from '../../../platform/gates/index.ts'
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

describe('what browsers keep', () => {
  const guarded = (html: string, guard?: string): TestSystem => ({
    ...system,
    call: async ({ path }) =>
      path === browserGuardPath
        ? { status: 200, headers: {}, body: guard ?? browserGuard(system.policy) }
        : { ...page(undefined), body: html },
  })
  const first = `<script type="module" src="/m.js"></script><script src="${browserGuardPath}"></script><script src="/a.js"></script>`
  const verify = (changed: TestSystem) => verifyClause(changed, 'START-38')

  it('is what the policy lists, by every page, endpoint and way of a script', async () => {
    const report = await verify(guarded(first))
    expect(report).toMatchObject({ state: 'kept', reason: null })
    expect(report.figure).toMatch(/^\d+ responses read, cookies: avow_session; \d+ pages and \d+ attempts/)
  })

  it('is unproven while no page is built', async () => {
    const { call } = guarded(first)
    const unbuilt: TestSystem = {
      ...system,
      call: async (request) =>
        request.path === browserGuardPath ? call(request) : { status: 503, headers: {}, body: null },
    }
    expect(await verify(unbuilt)).toMatchObject({ state: 'unproven', reason: 'no page is built: /, /docs/' })
  })

  it('is broken by a cookie that is not listed', async () => {
    const policy = starterPolicy(['name: avow_session', 'name: another'])
    expect(await verify({ ...guarded(first, browserGuard(policy)), policy })).toMatchObject({
      state: 'broken',
      reason: 'the cookie avow_session is set and not listed',
    })
  })

  it('is broken by a page, or any endpoint, that sets a cookie of its own', async () => {
    for (const from of ['/docs/', '/api/v1/models']) {
      const { call } = guarded(first)
      const tracking: TestSystem = {
        ...system,
        call: async (request) => {
          const response = await call(request)
          return request.path === from ? { ...response, headers: { 'set-cookie': 'tracker=1; Path=/' } } : response
        },
      }
      expect(await verify(tracking), from).toMatchObject({
        state: 'broken',
        reason: expect.stringContaining('tracker'),
      })
    }
  })

  it('is broken by a page that runs something before the guard, or without it', async () => {
    const early = [
      '<script src="/a.js"></script>',
      '<script>let a</script>',
      '<script type="module" async src="/a.js">',
    ]
    for (const html of [...early.map((tag) => tag + first), '<script type="module" src="/m.js"></script>'])
      expect(await verify(guarded(html))).toMatchObject({
        state: 'broken',
        reason: expect.stringContaining('before the guard of browsers'),
      })
  })

  it('is broken by a guard that is away, that lists more, that lists less, or that forgets a way', async () => {
    const guard = browserGuard(system.policy)
    const list = /\}\)\(\[.*\]\)\s*$/
    for (const [changed, reason] of [
      ['', 'what is not listed in localStorage'],
      [guard.replace(list, '})([{where:"indexedDB",name:"avow-probe-canary"}])'), 'not listed in indexedDB'],
      [guard.replace(list, '})([])'), 'may not keep avow.appearance'],
      [guard.replace("'localStorage', 'sessionStorage'", "'localStorage'"), 'not listed in sessionStorage'],
      [guard.replace('defineProperty: (', 'unused: ('), 'not listed in localStorage'],
      [guard.replace("'cookieStore'", "'other'"), 'not listed in cookie'],
      [guard.replace("'register'", "'other'"), 'not listed in service worker'],
    ] as const)
      expect(await verify(guarded(first, changed)), reason).toMatchObject({
        state: 'broken',
        reason: expect.stringContaining(reason),
      })
  })

  it('is looked for at the sign-in that browsers use', () => {
    expect(
      accountEndpoints.signIn.body.safeParse({ email: 'a@b.invalid', password: 'p', tokenWanted: false }).success,
    ).toBe(true)
  })
})
