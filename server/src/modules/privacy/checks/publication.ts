import type { Publication } from '@avow/policy'
import { type Check, type CheckedSystem, finding, type RuleOf } from '../check.ts'

interface PublishedPolicy {
  readonly hash?: unknown
  readonly operator?: unknown
  readonly effective?: unknown
  readonly updated?: unknown
  readonly contacts?: unknown
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
      const absent = Object.keys(source.contacts).filter(
        (role) =>
          !shown.some(
            (contact) => contact.role === role && typeof contact.address === 'string' && contact.address !== '',
          ),
      )
      return absent.length === 0 ? null : `the contact for ${absent.join(', ')}`
    }
    case 'recipients':
    case 'cookies':
    case 'authorities':
    case 'third-parties':
    case 'history':
      return `${fact} (the page does not show them yet)`
  }
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
