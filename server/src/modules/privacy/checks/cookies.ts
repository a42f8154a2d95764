import { endpoints } from '@avow/contract'
import { browserGuardPath } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding, type InnerResponse } from '../check.ts'
import { tryGuard } from '../probe-browser.ts'
import { withPeople } from '../probe-people.ts'

/** Names of the cookies that a response sets. */
const namesOf = ({ headers }: InnerResponse): string[] =>
  [headers['set-cookie']].flat().flatMap((line) => (typeof line === 'string' ? [line.split('=')[0] ?? ''] : []))

const pages = ['/', '/sign-in', '/docs/', '/policy', '/policy/versions', '/trust', '/openapi.json'] as const

/** What can be asked with no account and no name of anything. */
const answers = endpoints
  .filter(({ method, path }) => method === 'GET' && !path.includes('{'))
  .map(({ path }) => `/api/v1${path}`)

const scripts = /<script\b[^>]*>/gi
const address = /\ssrc="([^"]*)"/i

/** Modules and deferred scripts run after all others, wherever they stand (HTML, section 4.12.1). */
const isLater = (tag: string): boolean => /\s(type="module"|defer)/i.test(tag) && !/\sasync/i.test(tag)

/** What a page may run before the guard; null when the guard is first, or nothing runs. */
const beforeGuard = (html: string): string | null => {
  const tags = html.match(scripts) ?? []
  if (tags.length === 0) return null
  const early = tags.filter((tag) => !isLater(tag))
  const source = address.exec(early[0] ?? '')?.[1]
  return source === browserGuardPath ? null : (source ?? 'a script of its own')
}

const isHtml = ({ status, headers }: InnerResponse): boolean =>
  status === 200 && /text\/html/.test(String(headers['content-type']))

/** A sign-in as browsers do it, and every page and endpoint that a stranger can ask. */
const askEverything = async (system: CheckedSystem): Promise<Map<string, InnerResponse>> => {
  const asked = new Map<string, InnerResponse>()
  const signedIn = await withPeople(system, async (world) => {
    const { email, password } = await world.join()
    return world.request('POST', '/auth/sign-in', { body: { email, password, tokenWanted: false } })
  })
  asked.set('sign-in', signedIn)
  for (const path of [...pages, ...answers]) asked.set(path, await system.call({ method: 'GET', path }))
  return asked
}

/**
 * Compares the cookies of every page and endpoint with the policy's list; then runs the guard that each page loads first, and
 * tries every way by which a script could keep something.
 */
export const cookies: Check<'cookies-listed'> = {
  name: 'cookies',
  run: async (_rule, system) => {
    const { essential, nonEssential } = system.policy.source.cookies
    const listed = [...essential, ...nonEssential].map(({ name }) => name)
    const asked = await askEverything(system)
    const set = [...new Set([...asked.values()].flatMap(namesOf))]
    const read = [...asked].filter(([, response]) => isHtml(response))
    const early = read.flatMap(([path, { body }]) => {
      const script = beforeGuard(String(body))
      return script === null ? [] : [`${path} runs ${script} before the guard of browsers`]
    })
    const guard = await system.call({ method: 'GET', path: browserGuardPath })
    const { tries, violations: letThrough } = tryGuard(
      guard.status === 200 && typeof guard.body === 'string' ? guard.body : '',
      system.policy,
    )
    const violations = [
      ...set.filter((name) => !listed.includes(name)).map((name) => `the cookie ${name} is set and not listed`),
      ...early,
      // Without a page no script runs, and nothing is let through.
      ...(read.length === 0 ? [] : letThrough),
    ]
    const figure = `${count(asked.size, 'response')} read, cookies: ${set.join(', ') || 'none'}; ${count(read.length, 'page')} and ${count(tries, 'attempt')} of scripts to keep something`
    const missing = ['/', '/docs/'].filter((path) => !read.some(([one]) => one === path))
    const unseen = missing.length === 0 ? null : `no page is built: ${missing.join(', ')}`
    return finding(set.length === 0 ? 0 : asked.size + tries, violations, figure, unseen)
  },
}
