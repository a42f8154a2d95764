/** Joins a rule to the settings that the rest of the policy gives it. */
import { parseDuration, parsePeriod } from './duration.ts'
import type { RuleCall } from './rule-kinds.ts'
import type { PolicySource } from './schema.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
export type Settings = Readonly<Record<string, JsonValue>>

/** The settings of a rule, or the part of the policy that it needs and does not have. */
export type Binding = { readonly settings: Settings } | { readonly missing: string }

/** Finds the settings that a rule enforces; `missing` names a path of the policy. */
export function bindRule(policy: PolicySource, rule: RuleCall): Binding {
  switch (rule.kind) {
    case 'retain':
      return bindRetention(policy, rule.argument)
    case 'collect': {
      const absent = rule.argument.find((category) => !policy.categories[category])
      return absent ? { missing: `categories.${absent}` } : { settings: { categories: rule.argument } }
    }
    case 'never-hold':
      return { settings: { unwanted: rule.argument } }
    case 'publish':
      return bindPublication(policy, rule.argument)
    case 'attest': {
      const attestation = policy.attestations?.[rule.argument]
      if (!attestation) return { missing: `attestations.${rule.argument}` }
      return { settings: { attestation: rule.argument, role: attestation.role, validity: attestation.validity } }
    }
    case 'deadline':
      return bindDeadline(policy, rule.argument)
    case 'erase':
      return bindDeadline(policy, 'erasure')
    case 'records-exact': {
      const fields = policy.records?.[rule.argument]
      return fields ? { settings: { record: rule.argument, fields } } : { missing: `records.${rule.argument}` }
    }
    case 'serves':
      return { settings: { offers: rule.argument } }
    case 'breach-clocks': {
      const absent = rule.argument.find((name) => !policy.incidents?.clocks?.[name])
      return absent ? { missing: `incidents.clocks.${absent}` } : { settings: { clocks: rule.argument } }
    }
    case 'appeal-apart':
      return bindDeadline(policy, 'appeal')
    case 'automated-review':
      return bindDeadline(policy, 'human-review')
    case 'breach-notice':
      return policy.incidents
        ? { settings: { to: rule.argument, within: canonical(policy.incidents[rule.argument]) } }
        : { missing: 'incidents' }
    case 'attack-alerts':
      return policy.incidents ? { settings: { within: canonical(policy.incidents.alert) } } : { missing: 'incidents' }
    case 'backups-protected':
      return policy.backups ? { settings: { keep: canonical(policy.backups.keep) } } : { missing: 'backups' }
    case 'marketing-consent':
      return policy.purposes.marketing
        ? { settings: { consent: policy.purposes.marketing.consent } }
        : { missing: 'purposes.marketing' }
    default:
      return bindSection(policy, rule) ?? { settings: plainSettings(policy, rule) }
  }
}

/** Rules that need a section which a policy may leave out; null for every other rule. */
function bindSection(policy: PolicySource, { kind }: RuleCall): Binding | null {
  const given = (path: string, settings: Settings | undefined): Binding => (settings ? { settings } : { missing: path })
  const { accessTokens } = policy.security
  switch (kind) {
    case 'tokens-expire':
      return given(
        'security.accessTokens',
        accessTokens && { ...accessTokens, lifetime: canonical(accessTokens.lifetime) },
      )
    case 'sign-up-asks':
      return given('audience.signUpAsks', policy.audience.signUpAsks && { fields: policy.audience.signUpAsks })
    case 'tracking-refusal':
      return given('signals', policy.signals && { signals: policy.signals })
    case 'disclosure-kinds':
      return given('disclosures', policy.disclosures && { kinds: policy.disclosures })
    case 'workload-egress':
      return given('workloads', policy.workloads && { egress: policy.workloads.egress })
    case 'plans-narrow':
      return given('plans', policy.plans && { mayNarrow: policy.plans.mayNarrow })
    case 'workspace-lifecycle':
      return given('workspaces', policy.workspaces && bindWorkspaces(policy.workspaces))
    case 'jurisdictions':
      return given('jurisdictions', policy.jurisdictions && { jurisdictions: Object.keys(policy.jurisdictions) })
    case 'requests-by-mail': {
      const subject = policy.inquiries?.mailSubject
      return given('inquiries.mailSubject', subject === undefined ? undefined : { subject })
    }
    case 'inquiry-delivery': {
      const recipient = policy.inquiries?.delivery
      return given('inquiries.delivery', recipient === undefined ? undefined : { recipient })
    }
    default:
      return null
  }
}

function bindWorkspaces({ warnBefore, coldStorageAfter }: NonNullable<PolicySource['workspaces']>): Settings {
  const cold = coldStorageAfter === undefined ? {} : { coldStorageAfter: canonical(coldStorageAfter) }
  return { warnBefore: canonical(warnBefore), ...cold }
}

/** Settings of the rules that need nothing beyond the sections that every policy has. */
function plainSettings(policy: PolicySource, { kind }: RuleCall): Settings {
  const { security } = policy
  switch (kind) {
    case 'password-hash':
      return { ...security.passwordHash }
    case 'tls-floor':
      return { minimum: security.tlsMinimum }
    case 'plain-http':
      return { treatment: security.plainHttp }
    case 'staff-second-factor':
      return { secondFactor: security.staffSecondFactor }
    case 'api-key-revocation':
      return { within: canonical(security.apiKeyRevocation) }
    case 'sealed-at-rest':
      return { atRest: security.atRest }
    case 'minimum-age':
      return { years: policy.audience.minimumAge }
    case 'bodies-stored':
      return { store: policy.bodies.store }
    case 'training-approval':
      return { customerContent: policy.training.customerContent }
    case 'transfers-recorded':
      return { transfers: (policy.regions.transfers ?? []).map((transfer) => transfer.to) }
    case 'recipient-fields':
      return {
        recipients: policy.recipients.map(
          ({ id, fields, categories }) => `${id}: ${(fields ?? categories).join(', ')}`,
        ),
      }
    case 'recipients-only':
      return { recipients: policy.recipients.map((recipient) => recipient.id) }
    case 'regions-only':
      return { allowed: policy.regions.allowed }
    case 'cookies-listed':
      return {
        cookies: [...policy.cookies.essential, ...policy.cookies.nonEssential].map((cookie) => cookie.name),
        storage: policy.cookies.storage.map((item) => `${item.where}:${item.key}`),
      }
    case 'change-notice':
      return { ahead: canonical(policy.notices.materialChange), channels: policy.notices.channels }
    case 'weaker-change-waits':
      return { ahead: canonical(policy.notices.weakerChange) }
    default:
      return {}
  }
}

function bindRetention(policy: PolicySource, name: keyof PolicySource['retention']): Binding {
  const retention = policy.retention[name]
  if (!retention) return { missing: `retention.${name}` }
  const period = parsePeriod(retention.period)
  const written = period === null || period === 'forever' ? retention.period : period.text
  return {
    settings: {
      class: name,
      period: written,
      trigger: retention.trigger,
      ...(retention.sooner === undefined ? {} : { sooner: retention.sooner }),
      exceptions: retention.exceptions ?? [],
    },
  }
}

function bindDeadline(policy: PolicySource, name: keyof PolicySource['rights']): Binding {
  const right = policy.rights[name]
  if (!right) return { missing: `rights.${name}` }
  const extension = right.extension === undefined ? {} : { extension: canonical(right.extension) }
  return { settings: { right: name, within: canonical(right.deadline), ...extension } }
}

function bindPublication(policy: PolicySource, facts: readonly string[]): Binding {
  if (facts.includes('contacts') && Object.keys(policy.contacts).length === 0) return { missing: 'contacts' }
  if (facts.includes('third-parties') && policy.thirdParties === undefined) return { missing: 'thirdParties' }
  const hasAuthority = Object.values(policy.jurisdictions ?? {}).some(({ authority }) => authority !== undefined)
  if (facts.includes('authorities') && !hasAuthority) return { missing: 'jurisdictions' }
  return { settings: { facts } }
}

function canonical(text: string): string {
  return parseDuration(text)?.text ?? text
}

/**
 * The name of a bound rule, unique within a policy and readable in a report: `retain(usage.inference, P90D, creation)`.
 * Two clauses that bind the same rule share one entry.
 */
export function nameRule(kind: string, settings: Settings): string {
  const values = Object.entries(settings).filter(([, value]) => !(Array.isArray(value) && value.length === 0))
  const written = values.map(([key, value]) => (typeof value === 'number' ? `${key} ${value}` : writeValue(value)))
  return written.length === 0 ? kind : `${kind}(${written.join(', ')})`
}

function writeValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(' ')}]`
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)
}
