import { type CompiledPolicy, type Rule, ruleKinds } from '@avow/policy'
import { read } from './checkout.ts'
import { compileText } from './starter-quotes.ts'

/** Names of the reference policies, in the order of the list of their clauses. */
const names = (): string[] => Object.keys(JSON.parse(read('policy/reference-clauses.json')) as Record<string, unknown>)

const compile = (name: string): CompiledPolicy => compileText(read(`policies/${name}.yaml`), `${name}.yaml`)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('{{', '{ {')

const periodOf = (policy: CompiledPolicy, name: 'account' | 'billing' | 'access.log'): string => {
  const period = policy.retention(name)?.period
  if (period === undefined) return ''
  return `\`${period === 'forever' ? period : period.text}\``
}

/** What the reference policies decide differently, one column for each. */
export const referenceChoices = (): string => {
  const policies = names().map(compile)
  const row = (title: string, value: (policy: CompiledPolicy) => string): string =>
    `| ${title} | ${policies.map(value).join(' | ')} |`
  return [
    `| | ${policies.map(({ id }) => id).join(' | ')} |`,
    `|---|${policies.map(() => '---').join('|')}|`,
    row('clauses', ({ clauses }) => String(clauses.length)),
    row('minimum age', ({ minimumAge }) => String(minimumAge)),
    row('password hash', ({ password }) => password.algorithm),
    row('TLS from', ({ transport }) => transport.tlsMinimum),
    row('prompts and outputs stored', ({ bodies }) => bodies),
    row('training on customer content', ({ training }) => training),
    row('marketing', ({ purposes }) => purposes.get('marketing')?.consent ?? 'never'),
    row('account data after closure', (policy) => periodOf(policy, 'account')),
    row('billing records', (policy) => periodOf(policy, 'billing')),
    row('access logs', (policy) => periodOf(policy, 'access.log')),
    row('regions', ({ source: { regions } }) => (regions.allowed === 'any' ? 'any' : regions.allowed.join(', '))),
    row('recipients', ({ source: { recipients } }) => String(recipients.length)),
  ].join('\n')
}

const ruleOf = ({ kind, argument }: Rule): string => {
  const written =
    argument === null ? kind : `${kind}: ${Array.isArray(argument) ? argument.join(', ') : String(argument)}`
  return `\`${written}\` (${ruleKinds[kind].gate})`
}

/** Every clause of every reference policy, with the rules and gates that it is bound to. */
export const referenceClauses = (): string =>
  names()
    .map(compile)
    .map((policy) => {
      const rows = policy.clauses.map(({ id, kind, promise, rules }) => {
        const bound = policy.rules.filter((rule) => rules.includes(rule.id)).map(ruleOf)
        return `| \`${id}\` | ${kind} | ${cell(promise)} | ${bound.join(', ')} |`
      })
      return `## ${policy.id}\n\n| Clause | Kind | Promise | Rules (gates) |\n|---|---|---|---|\n${rows.join('\n')}`
    })
    .join('\n\n')
