/** Compiles a policy to what the platform's gates and checks work with. */
import { createHash } from 'node:crypto'
import type { Settings } from './bind-rule.ts'
import { bindRule, nameRule } from './bind-rule.ts'
import type { Duration, Period } from './duration.ts'
import { parseDuration, parsePeriod } from './duration.ts'
import type { Policy } from './parse-policy.ts'
import { fillPromise, promiseValues } from './promise-text.ts'
import type { Gate, RuleCall } from './rule-kinds.ts'
import { readRule, ruleKinds } from './rule-kinds.ts'
import type { PolicySource } from './schema.ts'
import type { Category, Purpose, RetentionClass } from './vocabulary.ts'

/** A rule that some clause promises, with the settings that the policy gives it. */
export type Rule = RuleCall & {
  /** Readable and unique within the policy: `retain(billing, P7Y, creation)`. */
  readonly id: string
  readonly gate: Gate
  readonly parameters: Settings
  /** Ids of the clauses that rely on it. */
  readonly clauses: readonly string[]
}

export interface Clause {
  readonly id: string
  readonly kind: PolicySource['clauses'][number]['kind']
  /** With the policy's values in place. */
  readonly promise: string
  /** Ids of its rules. */
  readonly rules: readonly string[]
}

export interface RetentionRule {
  readonly class: RetentionClass
  readonly period: Period
  readonly trigger:
    | 'creation'
    | 'last-activity'
    | 'account-closure'
    | 'parent-deletion'
    | 'subscription-end'
    | 'last-dependant'
  readonly exceptions: readonly ('hold' | 'abuse' | 'incident' | 'dispute' | 'law' | 'compliance')[]
}

export interface PurposeRule {
  readonly label: string
  readonly basis: NonNullable<PolicySource['purposes'][Purpose]>['basis']
  readonly consent: 'none' | 'opt-in' | 'opt-out'
}

export interface CategoryRule {
  readonly label: string
  readonly fields: readonly string[]
  readonly sources: readonly string[]
  readonly purposes: ReadonlySet<Purpose>
}

export interface CompiledPolicy {
  /** The policy's name, e.g. `starter`. */
  readonly id: string
  readonly version: string
  readonly title: string
  /** SHA-256, hex, of the policy's content without comments and layout. */
  readonly hash: string
  readonly clauses: readonly Clause[]
  readonly rules: readonly Rule[]
  /** null when the policy has no period for the class: then rows of it must not exist. */
  readonly retention: (name: RetentionClass) => RetentionRule | null
  readonly retentions: readonly RetentionRule[]
  readonly password: PolicySource['security']['passwordHash']
  readonly passwordLengthMin: number
  readonly minimumAge: number
  /** What people can still take back, and for how long. */
  readonly accounts: {
    readonly erasureDelay: Duration
    readonly reopenWithin: Duration
    readonly addressUndo: Duration
    /** null: an account may be idle for ever. */
    readonly idle: { readonly after: Duration; readonly warning: Duration } | null
  }
  readonly transport: { readonly tlsMinimum: 'TLSv1.2' | 'TLSv1.3'; readonly plainHttp: 'loopback-only' | 'refused' }
  readonly staffSecondFactor: 'required' | 'optional'
  readonly apiKeyRevocation: Duration
  readonly bodies: 'never' | 'opt-in' | 'always'
  readonly training: 'never' | 'opt-in' | 'written-approval'
  readonly categories: ReadonlySet<Category>
  readonly category: (name: Category) => CategoryRule | null
  readonly purposes: ReadonlyMap<Purpose, PurposeRule>
  /** The file as written, for pages that show it. */
  readonly source: Policy
}

/** Compiles a parsed policy; it cannot fail, because parsing has checked every reference. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const { clauses, rules } = compileClauses(policy)
  const retentions = compileRetentions(policy)
  const categories = new Map(
    Object.entries(policy.categories).map(([name, entry]) => [
      name as Category,
      { ...entry, purposes: new Set(entry.purposes) } satisfies CategoryRule,
    ]),
  )
  const purposes = new Map(
    Object.entries(policy.purposes).map(([name, entry]) => [name as Purpose, entry satisfies PurposeRule]),
  )
  const { security } = policy
  return {
    id: policy.policy,
    version: policy.version,
    title: policy.title,
    hash: createHash('sha256').update(canonicalJson(policy)).digest('hex'),
    clauses,
    rules,
    retention: (name) => retentions.find((rule) => rule.class === name) ?? null,
    retentions,
    password: security.passwordHash,
    passwordLengthMin: security.passwordLengthMin,
    minimumAge: policy.audience.minimumAge,
    accounts: compileAccounts(policy),
    transport: { tlsMinimum: security.tlsMinimum, plainHttp: security.plainHttp },
    staffSecondFactor: security.staffSecondFactor,
    apiKeyRevocation: known(parseDuration(security.apiKeyRevocation)),
    bodies: policy.bodies.store,
    training: policy.training.customerContent,
    categories: new Set(categories.keys()),
    category: (name) => categories.get(name) ?? null,
    purposes,
    source: policy,
  }
}

/** Where the policy says nothing: three days to take an erasure or an address back, none to open an account again. */
export const usualAccounts = {
  erasureDelay: 'P3D',
  reopenWithin: 'PT0S',
  addressUndo: 'P3D',
  idleWarning: 'P14D',
} as const

function compileAccounts({ accounts }: Policy): CompiledPolicy['accounts'] {
  const take = (name: keyof typeof usualAccounts): Duration =>
    known(parseDuration(accounts?.[name] ?? usualAccounts[name]))
  return {
    erasureDelay: take('erasureDelay'),
    reopenWithin: take('reopenWithin'),
    addressUndo: take('addressUndo'),
    idle:
      accounts?.idleAfter === undefined
        ? null
        : { after: known(parseDuration(accounts.idleAfter)), warning: take('idleWarning') },
  }
}

function compileClauses(policy: Policy): { clauses: Clause[]; rules: Rule[] } {
  const values = promiseValues(policy)
  const rules = new Map<string, Rule>()
  const clauses = policy.clauses.map(({ id, kind, promise, rules: sources }): Clause => {
    const ids = sources.map((source) => {
      const call = readRule(source)
      const bound = bindRule(policy, call)
      const parameters = 'settings' in bound ? bound.settings : {}
      const rule = nameRule(call.kind, parameters)
      const others = rules.get(rule)?.clauses ?? []
      rules.set(rule, { ...call, id: rule, gate: ruleKinds[call.kind].gate, parameters, clauses: [...others, id] })
      return rule
    })
    return { id, kind, promise: fillPromise(promise, values), rules: ids }
  })
  return { clauses, rules: [...rules.values()] }
}

/** For a policy that was written before there was such a class: it must go on to run. */
const ownPeriods = { 'rights.export': { period: 'P7D', trigger: 'creation', exceptions: ['hold'] } } as const

function compileRetentions(policy: Policy): RetentionRule[] {
  const stated: Policy['retention'] = { ...ownPeriods, ...policy.retention } as Policy['retention']
  return Object.entries(stated).map(([name, entry]) => ({
    class: name as RetentionClass,
    period: known(parsePeriod(entry.period)),
    trigger: entry.trigger,
    exceptions: entry.exceptions ?? [],
  }))
}

/** The schema has let through only texts that parse. */
function known<Value>(parsed: Value | null): Value {
  if (parsed === null) throw new Error('a duration passed the schema and does not parse')
  return parsed
}

/** JSON with the keys of every map in order, so that layout does not change the hash. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
    .join(',')}}`
}
