import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compilePolicy, pageHtml, pageMarkdown, parsePolicy, policyPage, reportPolicy, trustPage } from './index.ts'

const compile = (name: string, ...changes: [from: string, to: string][]) => {
  const file = readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8')
  const parsed = parsePolicy(
    changes.reduce((text, [from, to]) => text.replace(from, to), file),
    name,
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.policy)
}

describe('the page of a policy', () => {
  it('names operator, version, dates, every clause, recipient, period, authority and contact', () => {
    const policy = compile('ecohash')
    const page = pageMarkdown(policyPage(policy, null))
    const { operator, recipients, jurisdictions = {}, contacts } = policy.source
    for (const text of [
      operator.name,
      policy.version,
      policy.source.effective,
      ...policy.clauses.map(({ id }) => id),
      ...recipients.map(({ name }) => name),
      ...Object.values(jurisdictions).map(({ law }) => law),
      ...Object.values(contacts).flatMap(({ email }) => email ?? []),
      '13 months after it was recorded',
      'avow_session',
    ])
      expect(page).toContain(text)
  })

  it('shows the address of the operator where the policy leaves it to the installation', () => {
    expect(pageMarkdown(policyPage(compile('starter'), 'ops@b.invalid'))).toContain('privacy: ops@b.invalid')
    expect(pageMarkdown(policyPage(compile('starter'), null))).not.toContain('privacy:')
  })

  it('takes no text of the policy for markup', () => {
    const policy = compile('starter', [
      'name: The operator of this installation',
      'name: "<img src=x> & \\"sons\\" | co"',
    ])
    const html = pageHtml(policyPage(policy, '<script>'))
    expect(html).not.toMatch(/<img|<script/)
    expect(html).toContain('&lt;img src=x&gt; &amp; &quot;sons&quot; | co')
  })
})

describe('the links of the pages', () => {
  const policy = compile('ecohash')
  const html = pageHtml(policyPage(policy, null))
  const trust = pageHtml(trustPage(policy, null))

  it('lead from each promise to its state, and from each state to rule and evidence', () => {
    for (const { id } of policy.clauses) {
      expect(html).toContain(`<a href="/trust#${id}">${id}</a>`)
      expect(html).toContain(`<tr id="${id}">`)
      expect(trust).toContain(`<tr id="${id}"><td><a href="/privacy/report?search=${id}">`)
    }
  })

  it('lead from a period to the clause that promises it', () => {
    const clause = policy.clauses.find(({ rules }) => rules.some((rule) => rule.startsWith('retain(security.log,')))!
    expect(html).toContain(`<a href="/trust#${clause.id}">13 months after it was recorded</a>`)
  })

  it('are no part of the Markdown, which is read away from the server', () => {
    expect(pageMarkdown(policyPage(policy, null))).not.toContain('/trust')
  })
})

describe('the page of trust', () => {
  const policy = compile('starter')

  it('calls everything unproven before the first check', () => {
    const [section] = trustPage(policy, null).sections
    expect(section?.table?.rows.map(([, state]) => state)).toEqual(policy.clauses.map(() => '? unproven'))
  })

  it('shows the state of each clause, and no figure', () => {
    const rule = policy.rules.find(({ kind }) => kind === 'tls-floor')!
    const result = {
      rule: rule.id,
      check: 'tls-floor',
      looked: 3,
      violations: 0,
      figure: 'secret figure',
      reason: null,
    }
    const report = reportPolicy(policy, { checkedAt: new Date(0), results: [result], attestations: [] })
    const page = pageMarkdown(trustPage(policy, report))
    expect(page).toContain('| START-11 | ✓ kept |')
    expect(page).toContain('Last check: 1970-01-01T00:00:00.000Z. 1 kept, 0 broken')
    expect(page).not.toContain('secret figure')
  })
})
