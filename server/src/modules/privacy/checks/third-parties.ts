import { type Check, finding, type InnerResponse } from '../check.ts'

const pages = ['/', '/sign-in', '/docs/'] as const

/** Sources that stay on this site or in the page itself (Content Security Policy, W3C). */
const ownSources = new Set(["'self'", "'none'", "'unsafe-inline'", 'data:', 'blob:'])
/** Directives by which a page can load or send something; those that are absent follow default-src. */
const covered =
  /^(default|script|script-src-elem|style|img|font|connect|media|object|frame|child|worker|manifest|form-action|base-uri)/

const isHtml = ({ status, headers }: InnerResponse): boolean =>
  status === 200 && /text\/html/.test(String(headers['content-type']))

/** What a page's policy would let browsers load from elsewhere; null when all is kept to this site. */
const leak = ({ headers }: InnerResponse): string | null => {
  const policy = headers['content-security-policy']
  if (typeof policy !== 'string') return 'has no content security policy'
  const directives = policy.split(';').map((part) => part.trim().split(/\s+/))
  if (!directives.some(([name]) => name === 'default-src')) return 'has no default-src'
  const foreign = directives.flatMap(([name = '', ...sources]) =>
    covered.test(name) ? sources.filter((source) => !ownSources.has(source) && !/^'(nonce|sha\d+)-/.test(source)) : [],
  )
  return foreign.length === 0 ? null : `lets browsers load from ${foreign.join(', ')}`
}

/** Reads the pages' own content security policy, by which browsers refuse every request to another site. */
export const thirdParties: Check<'no-third-parties'> = {
  name: 'third-parties',
  run: async (_rule, { call }) => {
    const read: { path: string; found: string | null }[] = []
    for (const path of pages) {
      const response = await call({ method: 'GET', path })
      if (isHtml(response)) read.push({ path, found: leak(response) })
    }
    const violations = read.flatMap(({ path, found }) => (found === null ? [] : [`${path} ${found}`]))
    return finding(
      read.length,
      violations,
      `${read.length} pages read, ${violations.length} could reach another site`,
      read.length === 0 ? 'no page is built' : null,
    )
  },
}
