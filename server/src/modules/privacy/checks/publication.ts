import type { Publication } from '@avow/policy'
import { type Check, type CheckedSystem, finding, type RuleOf } from '../check.ts'

interface PublishedPolicy {
  readonly hash?: unknown
  readonly operator?: unknown
  readonly effective?: unknown
  readonly updated?: unknown
  readonly contacts?: unknown
  readonly recipients?: unknown
  readonly browser?: unknown
  readonly authorities?: unknown
  readonly thirdParties?: unknown
}

/** The values of one text field in a published list. */
const texts = (list: unknown, field: string): string[] =>
  (Array.isArray(list) ? (list as Record<string, unknown>[]) : []).map((item) => String(item[field]))

/** What of `wanted` is not among `shown`; null when all of it is. */
const absentFrom = (shown: readonly string[], wanted: readonly string[], what: string): string | null => {
  const absent = wanted.filter((one) => !shown.includes(one))
  return absent.length === 0 ? null : `${what} ${absent.join(', ')}`
}

/** What is missing from the published policy, of one fact that is promised to be there; null when it is there. */
const missing = (fact: Publication, page: PublishedPolicy, { policy }: CheckedSystem): string | null => {
  const { source } = policy
  switch (fact) {
    case 'operator':
      return page.operator === source.operator.name ? null : 'the operator'
    case 'dates':
      return page.effective === source.effective && page.updated === source.updated ? null : 'the dates'
    case 'contacts': {
      const shown = Array.isArray(page.contacts) ? (page.contacts as { role?: unknown; address?: unknown }[]) : []
      const reachable = shown.filter(({ address }) => typeof address === 'string' && address !== '')
      return absentFrom(texts(reachable, 'role'), Object.keys(source.contacts), 'the contact for')
    }
    case 'recipients':
      return absentFrom(
        texts(page.recipients, 'name'),
        source.recipients.map(({ name }) => name),
        'the recipient',
      )
    case 'cookies': {
      const { essential, nonEssential, storage } = source.cookies
      const wanted = [...essential.map(({ name }) => name), ...nonEssential.map(({ name }) => name)]
      return absentFrom(
        texts(page.browser, 'name'),
        [...wanted, ...storage.map(({ key }) => key)],
        'what browsers keep:',
      )
    }
    case 'authorities': {
      const laws = Object.values(source.jurisdictions ?? {})
      const wanted = laws.flatMap(({ authority }) => authority?.page ?? [])
      return absentFrom(texts(page.authorities, 'page'), wanted, 'the authority at')
    }
    case 'third-parties':
      return page.thirdParties === source.thirdParties ? null : 'the words about third parties'
    case 'history':
      return null
  }
}

const itemsOf = (body: unknown): readonly Record<string, unknown>[] =>
  ((body as { items?: unknown } | null)?.items as readonly Record<string, unknown>[] | undefined) ?? []

/** Every version that was ever in force here must still be there to be read, the one in force among them. */
const missingHistory = async ({ call, policy }: CheckedSystem): Promise<string[]> => {
  const listed = await call({ method: 'GET', path: '/api/v1/policy/versions' })
  const versions = itemsOf(listed.body).filter(({ inForceAt }) => typeof inForceAt === 'string')
  const absent = versions.some(({ version, state }) => version === policy.version && state === 'in-force')
    ? []
    : ['the version in force in its history']
  for (const { id, version } of versions) {
    const { status, body } = await call({ method: 'GET', path: `/api/v1/policy/versions/${String(id)}` })
    const page = (body as { page?: unknown } | null)?.page
    if (status !== 200 || typeof page !== 'string' || page === '') absent.push(`the text of version ${String(version)}`)
  }
  return absent
}

/** Reads the policy as a stranger does, with no credentials, and looks for what is promised to be on it. */
export const publication: Check<'publish'> = {
  name: 'publication',
  run: async (rule: RuleOf<'publish'>, system) => {
    const { status, body } = await system.call({ method: 'GET', path: '/api/v1/policy' })
    if (status !== 200 || body === null || typeof body !== 'object')
      return finding(1, [`the policy is not published: status ${status}`], 'no policy page')
    const page = body as PublishedPolicy
    const absent = rule.argument.flatMap((fact) => missing(fact, page, system) ?? [])
    if (rule.argument.includes('history')) absent.push(...(await missingHistory(system)))
    const violations = absent.map((fact) => `the published policy lacks ${fact}`)
    if (page.hash !== system.policy.hash)
      violations.push('another version of the policy is published than the one in force')
    return finding(
      rule.argument.length,
      violations,
      `${rule.argument.length - absent.length} of ${rule.argument.length} facts found on the public page`,
    )
  },
}
