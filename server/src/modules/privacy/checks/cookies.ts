import { type Check, count, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

/** Names of the cookies that a response sets. */
const namesOf = (header: number | string | string[] | undefined): string[] => {
  const lines = Array.isArray(header) ? header : [header]
  return lines.flatMap((line) => (typeof line === 'string' ? [line.split('=')[0] ?? ''] : []))
}

/** Signs in as browsers do, reads public pages, and compares the cookies with the policy's list. */
export const cookies: Check<'cookies-listed'> = {
  name: 'cookies',
  run: async (_rule, system) => {
    const { essential, nonEssential } = system.policy.source.cookies
    const listed = [...essential, ...nonEssential].map((cookie) => cookie.name)
    const signedIn = await withPeople(system, async (world) => {
      const { email, password } = await world.join()
      return world.request('POST', '/auth/sign-in', { body: { email, password, tokenWanted: false } })
    })
    const responses = [
      signedIn,
      await system.call({ method: 'GET', path: '/' }),
      await system.call({ method: 'GET', path: '/api/v1/policy' }),
    ]
    const set = [...new Set(responses.flatMap(({ headers }) => namesOf(headers['set-cookie'])))]
    const violations = set
      .filter((name) => !listed.includes(name))
      .map((name) => `the cookie ${name} is set and not listed`)
    const figure = `${count(responses.length, 'response')} read, cookies: ${set.join(', ') || 'none'}`
    const unseen = 'what the pages’ own scripts keep in the browser can be seen only by a browser'
    return finding(set.length === 0 ? 0 : responses.length, violations, figure, unseen)
  },
}
