import { endpoints } from '@avow/contract'
import type { RuleArgument } from '@avow/policy'
import { type Check, type CheckedSystem, count, finding, type InnerResponse } from '../check.ts'
import { withCalls } from '../probe-calls.ts'

type Offer = RuleArgument<'serves'>[number]

/** What is wrong with something offered; `unseen` where it could not be looked at. */
type Outcome = { readonly violation: string } | { readonly unseen: string } | null

const isPage = ({ status, headers, body }: InnerResponse): boolean =>
  status === 200 && /text\/html/.test(String(headers['content-type'])) && /<title>[^<]+<\/title>/.test(String(body))

/** Each of these must be a page; one that was never built is not there to be looked at. */
const tryPages = async ({ call }: CheckedSystem, what: string, paths: readonly string[]): Promise<Outcome> => {
  for (const path of paths) {
    const answer = await call({ method: 'GET', path })
    if (answer.status === 503) return { unseen: `${what}: no page is built` }
    if (!isPage(answer)) return { violation: `${what}: ${path} answers ${answer.status}` }
  }
  return null
}

/** Every endpoint of the contract must be described, and answer a stranger as it says: with data or a refusal. */
const tryApi = async ({ call }: CheckedSystem): Promise<Outcome> => {
  const { body } = await call({ method: 'GET', path: '/openapi.json' })
  const described = (body as { paths?: Record<string, unknown> } | null)?.paths ?? {}
  const missing = endpoints.filter(({ path }) => !Object.keys(described).some((one) => one.endsWith(path)))
  if (missing.length > 0) return { violation: `api: ${missing[0]?.id} is not described` }
  for (const { id, method, path } of endpoints) {
    if (method !== 'GET' || path.includes('{')) continue
    const { status } = await call({ method, path: `/api/v1${path}` })
    if (status >= 500) return { violation: `api: ${id} answers ${status}` }
  }
  return null
}

/** A chat completion through the real gateway, and a model behind the running one. */
const tryInference = async (system: CheckedSystem): Promise<Outcome> => {
  const one = { promptTokens: 1, completionTokens: 1 }
  const { status, body } = await withCalls(
    system,
    () => one,
    ({ chat }) => chat('probe'),
  )
  if (status !== 200 || !body.includes('"choices"'))
    return { violation: `inference: a chat completion answers ${status}` }
  return system.shownModels().length > 0 ? null : { unseen: 'inference: no model can answer now' }
}

const unbuilt = (what: string) => async (): Promise<Outcome> => ({ unseen: `not built yet: ${what}` })

const probes: { readonly [O in Offer]: (system: CheckedSystem) => Promise<Outcome> } = {
  website: (system) => tryPages(system, 'website', ['/', '/policy', '/trust']),
  console: (system) => tryPages(system, 'console', ['/sign-in', '/sign-up']),
  docs: (system) => tryPages(system, 'docs', ['/docs/', '/docs/quickstart']),
  api: tryApi,
  cli: async () => ({ unseen: 'the command line runs on its user’s machine' }),
  inference: tryInference,
  endpoints: unbuilt('endpoints of one’s own'),
  instances: unbuilt('instances'),
  clusters: unbuilt('clusters'),
  marketplace: unbuilt('a marketplace'),
  support: unbuilt('tickets'),
}

/** Uses each thing that is offered, as somebody would who comes for it. */
export const offered: Check<'serves'> = {
  name: 'offered',
  run: async ({ argument }, system) => {
    const outcomes: Outcome[] = []
    for (const offer of argument) outcomes.push(await probes[offer](system))
    const violations = outcomes.flatMap((one) => (one !== null && 'violation' in one ? [one.violation] : []))
    const unseen = outcomes.flatMap((one) => (one !== null && 'unseen' in one ? [one.unseen] : []))
    const answering = outcomes.filter((one) => one === null).length
    return finding(
      argument.length,
      violations,
      `${answering} of ${count(argument.length, 'offer')} answer as they should`,
      unseen.length === 0 ? null : unseen.join('; '),
    )
  },
}
