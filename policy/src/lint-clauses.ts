/** Promises that their rules do not carry, and rules that the rest of the policy denies. */
import { bindRule } from './bind-rule.ts'
import { describePeriod, parsePeriod } from './duration.ts'
import type { Remark } from './lint-policy.ts'
import type { Policy } from './parse-policy.ts'
import type { RuleCall } from './rule-kinds.ts'
import { readRule } from './rule-kinds.ts'
import type { ClauseSource } from './schema.ts'

export function lintClauses(policy: Policy): Remark[] {
  const calls = policy.clauses.map((clause) => clause.rules.map(readRule))
  const perClause = policy.clauses.flatMap((clause, index) => {
    const rules = calls[index] ?? []
    return [
      ...lintBinding(clause, rules, index),
      ...lintWords(policy, clause, rules, index),
      ...lintAbsolutes(policy, clause, rules, index),
      ...lintDenied(policy, rules, index),
    ]
  })
  return [...perClause, ...lintUnpromised(policy, calls.flat())]
}

function lintBinding({ id, kind }: ClauseSource, rules: readonly RuleCall[], index: number): Remark[] {
  const path = ['clauses', index]
  if (rules.length === 0)
    return [
      {
        severity: 'error',
        path,
        message: `${id} is a promise with no rule`,
        hint: 'bind it to a rule, or do not promise it',
      },
    ]
  const attested = rules.some((rule) => rule.kind === 'attest')
  if (kind === 'attested' && !attested) {
    return [
      {
        severity: 'error',
        path,
        message: `${id} is attested, but asks nobody to attest`,
        hint: 'add a rule `attest: NAME`',
      },
    ]
  }
  if (kind !== 'attested' && attested) {
    return [
      {
        severity: 'error',
        path,
        message: `${id} rests on people's word, but says that it is ${kind}`,
        hint: 'write `kind: attested`',
      },
    ]
  }
  if (kind === 'enforced' && rules.every((rule) => rule.kind === 'publish')) {
    return [
      {
        severity: 'warning',
        path,
        message: `${id} only publishes, but says that it is enforced`,
        hint: 'write `kind: informed`',
      },
    ]
  }
  return []
}

const statedTime = /\b(\d+)[ -](second|minute|hour|day|week|month|year)s?\b/g

/** Times written out in a promise must be among the values of its rules. */
function lintWords(policy: Policy, clause: ClauseSource, rules: readonly RuleCall[], index: number): Remark[] {
  const values = rules.flatMap((rule) => {
    const bound = bindRule(policy, rule)
    return 'settings' in bound ? Object.values(bound.settings) : []
  })
  const known = new Set(values.flatMap((value) => (typeof value === 'string' ? describe(value) : [])))
  return [...clause.promise.matchAll(statedTime)].flatMap((match) => {
    const stated = `${match[1]} ${match[2]}${match[1] === '1' ? '' : 's'}`
    if (known.has(stated)) return []
    const hint = 'use a value of the policy, such as {retention.billing}, so that text and rule cannot part'
    return [
      {
        severity: 'error' as const,
        path: ['clauses', index, 'promise'],
        message: `${clause.id} says ${match[0]}, which none of its rules says`,
        hint,
      },
    ]
  })
}

/** Words that hold only while a setting is `never`, by the rule that has the setting. */
const absolute: { readonly [kind: string]: { words: RegExp; slot: string; isNever: (policy: Policy) => boolean } } = {
  'bodies-stored': {
    words: /\b(not|never) (stored|kept)\b(?!,? unless)/i,
    slot: '{bodies.store}',
    isNever: ({ bodies }) => bodies.store === 'never',
  },
  'training-approval': {
    words: /\btrains? no models?\b(?!,? unless)/i,
    slot: '{training.customerContent}',
    isNever: ({ training }) => training.customerContent === 'never',
  },
}

/** A promise without exception on a setting that has one. */
function lintAbsolutes(policy: Policy, clause: ClauseSource, rules: readonly RuleCall[], index: number): Remark[] {
  return rules.flatMap(({ kind }) => {
    const found = absolute[kind]
    const said = found?.words.exec(clause.promise)?.[0]
    if (found === undefined || said === undefined || found.isNever(policy)) return []
    return [
      {
        severity: 'error' as const,
        path: ['clauses', index, 'promise'],
        message: `${clause.id} says “${said}”, but ${found.slot.slice(1, -1)} allows it`,
        hint: `write ${found.slot}, so that text and rule cannot part`,
      },
    ]
  })
}

function describe(text: string): string[] {
  const period = parsePeriod(text)
  return period === null || period === 'forever' ? [] : [describePeriod(period)]
}

function lintDenied(policy: Policy, rules: readonly RuleCall[], index: number): Remark[] {
  return rules.flatMap((rule, at) => {
    const reason = denial(policy, rule)
    if (reason === null) return []
    return [
      {
        severity: 'error' as const,
        path: ['clauses', index, 'rules', at],
        message: `\`${rule.kind}\` is promised, but ${reason}`,
        hint: 'make the promise and the section agree',
      },
    ]
  })
}

function denial(policy: Policy, rule: RuleCall): string | null {
  switch (rule.kind) {
    case 'no-marketing':
      return policy.purposes.marketing ? 'marketing is a purpose' : null
    case 'staff-second-factor':
      return policy.security.staffSecondFactor === 'optional' ? 'the second factor of staff is optional' : null
    case 'sealed-at-rest':
      return policy.security.atRest === 'sealed'
        ? null
        : `data at rest is ${policy.security.atRest === 'disk' ? 'protected by the disk only' : 'not encrypted'}`
    case 'consent-withdrawal':
      return Object.values(policy.purposes).some((purpose) => purpose.consent !== 'none')
        ? null
        : 'no purpose asks for consent'
    case 'transfers-recorded':
      return policy.regions.transfers?.length ? null : 'no transfer is listed'
    case 'training-consent-kept':
      return policy.training.customerContent === 'never' ? 'customer content never trains a model' : null
    case 'marketing-consent':
      return policy.purposes.marketing?.consent === 'none' ? 'marketing asks for no consent' : null
    case 'regions-only':
      return policy.regions.allowed === 'any' ? 'any region is allowed' : null
    default:
      return null
  }
}

/** Settings that protect people and that no clause promises. */
function lintUnpromised(policy: Policy, calls: readonly RuleCall[]): Remark[] {
  const kinds = new Set(calls.map((rule) => rule.kind))
  const retained = calls.flatMap((rule) => (rule.kind === 'retain' ? [rule.argument] : []))
  const attested = calls.flatMap((rule) => (rule.kind === 'attest' ? [rule.argument] : []))
  const remarks: Remark[] = []
  for (const name of Object.keys(policy.retention)) {
    if (!retained.some((item) => item === name) && name !== 'system') {
      remarks.push({
        severity: 'advice',
        path: ['retention', name],
        message: `no clause promises the period of ${name}`,
        hint: `add a rule \`retain: ${name}\``,
      })
    }
  }
  for (const name of Object.keys(policy.attestations ?? {})) {
    if (!attested.includes(name))
      remarks.push({
        severity: 'warning',
        path: ['attestations', name],
        message: `no clause needs the attestation ${name}`,
        hint: `add a rule \`attest: ${name}\``,
      })
  }
  if (policy.cookies.nonEssential.length > 0 && !kinds.has('cookie-consent')) {
    remarks.push({
      severity: 'error',
      path: ['cookies', 'nonEssential'],
      message: 'non-essential cookies are set without asking',
      hint: 'add a rule `cookie-consent`',
    })
  }
  return remarks
}
