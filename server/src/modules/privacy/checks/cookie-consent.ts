import { type Check, count, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

const pages = ['/', '/policy', '/trust', '/sign-in', '/sign-up', '/api/v1/policy']

const namesOf = (header: number | string | string[] | undefined): string[] =>
  [header].flat().flatMap((line) => (typeof line === 'string' ? [line.split('=')[0] ?? ''] : []))

/**
 * Visits as somebody who agreed to nothing and keeps no cookie: only what the service needs may be set, pages must
 * answer, and joining must work.
 */
export const cookieConsent: Check<'cookie-consent'> = {
  name: 'cookie-consent',
  run: async (_rule, system) => {
    const { essential, nonEssential } = system.policy.source.cookies
    const needed = new Set(essential.map(({ name }) => name))
    const visited = await Promise.all(
      pages.map(async (path) => ({ path, ...(await system.call({ method: 'GET', path })) })),
    )
    const { joined, signedIn } = await withPeople(system, async ({ join, request }) => {
      const { email, password, token } = await join()
      const body = { email, password, tokenWanted: false }
      return {
        signedIn: await request('POST', '/auth/sign-in', { body }),
        joined: await request('GET', '/me', { token }),
      }
    })
    const before = visited.flatMap(({ path, headers }) =>
      namesOf(headers['set-cookie']).map((name) => ({ path, name })),
    )
    const atSignIn = namesOf(signedIn.headers['set-cookie']).map((name) => ({ path: 'sign-in', name }))
    const failing = visited.filter(({ status }) => status >= 500).map(({ path }) => path)
    const missing: string[] = []
    const needing: string[] = []
    for (const path of failing) {
      const { status } = await system.call({ method: 'GET', path, headers: { cookie: 'agreed=1' } })
      ;(status >= 500 ? missing : needing).push(path)
    }
    const violations = [
      ...[...before, ...atSignIn]
        .filter(({ name }) => !needed.has(name))
        .map(({ path, name }) => `${path} sets ${name} before anybody agreed`),
      ...needing.map((path) => `${path} fails without cookies`),
      ...(joined.status === 200 ? [] : ['an account cannot be used without cookies']),
    ]
    const figure = `${count(visited.length + 2, 'response')} without a cookie; set: ${[...new Set(atSignIn.map(({ name }) => name))].join(', ') || 'none'}`
    const unasked = nonEssential.map(({ name }) => name).join(', ')
    const unbuilt = missing.length === 0 ? null : `no page is built: ${missing.join(', ')}`
    const unseen = unasked === '' ? unbuilt : `nothing asks yet for consent to ${unasked}`
    return finding(visited.length + 2, violations, figure, unseen)
  },
}
