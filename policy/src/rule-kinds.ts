/**
 * Every kind of rule that a clause may be bound to: the gate that enforces it, what it takes as argument, and the
 * capability of the platform that it needs (named in a report where no check of it is installed).
 */
import { z } from 'zod'
import type { Kind } from './rule-kind.ts'
import { flag, list, slug, taking } from './rule-kind.ts'
import { serviceRules } from './service-rules.ts'
import { categories, retentionClasses } from './vocabulary.ts'

/** Rights whose answers have a deadline in the section `rights`. */
export const rights = [
  'access',
  'portability',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'appeal',
  'human-review',
] as const
export type Right = (typeof rights)[number]

/** Facts that a clause may promise to publish on the policy page. */
export const publications = [
  'operator',
  'dates',
  'contacts',
  'recipients',
  'cookies',
  'authorities',
  'third-parties',
  'history',
] as const
export type Publication = (typeof publications)[number]

/** Kinds of content that must not be stored at all. */
export const unwanted = ['card-number', 'government-id', 'special-category'] as const
export type Unwanted = (typeof unwanted)[number]

export const ruleKinds = {
  'declared-data-only': flag(
    'data-map',
    'every live column is declared, in a category that the policy holds',
    'data map',
  ),
  collect: taking(
    'data-map',
    list(categories),
    'columns of these categories serve only the purposes that the policy gives them',
    'data map',
  ),
  'never-hold': taking(
    'data-map',
    list(unwanted),
    'such content is refused and stored nowhere',
    'detection of unwanted content',
  ),
  'processing-record': flag(
    'data-map',
    'a record of processing is derived from the data map with no gap',
    'record of processing activities',
  ),
  'analytics-aggregate': flag('data-map', 'analysis sees metadata in groups, never content', 'aggregate analytics'),

  'purposes-only': flag('purpose', 'personal data is read for a purpose of the policy or not at all', 'purpose gate'),
  'consent-withdrawal': flag(
    'purpose',
    'withdrawing consent stops that purpose at once and no other',
    'consent records',
  ),

  retain: taking(
    'retention',
    z.enum(retentionClasses),
    'rows of this class go when their period ends',
    'retention sweeper',
  ),
  'retention-runs': flag('retention', 'retention runs on a schedule and says what it did', 'retention sweeper'),
  'holds-win': flag('retention', 'a legal hold stops expiry and erasure of what it covers', 'legal holds'),
  'closure-locks': flag('retention', 'on closure, keys and content refuse at once', 'account closure'),

  erase: flag(
    'erasure',
    'a person can be erased, save what law keeps, by the deadline of `rights.erasure`',
    'erasure of a person',
  ),
  'wipe-environments': flag('erasure', 'environments are wiped on request, with a certificate', 'wipe certificates'),

  'recipients-only': flag(
    'egress',
    'no party outside the register is called, none gets more than its categories',
    'egress gate',
  ),
  'provider-named': flag(
    'egress',
    'a third-party model provider is named to the caller and recorded',
    'third-party model providers',
  ),

  'no-marketing': flag('mail', 'a marketing message is refused at the mailer', 'mail gate'),
  'marketing-consent': flag(
    'mail',
    'a marketing message goes out only as the consent model allows',
    'marketing consent',
  ),
  unsubscribe: flag('mail', 'one click ends non-essential mail, with no sign-in', 'unsubscribe'),

  'regions-only': flag('placement', 'data and work stay in the allowed regions', 'placement gate'),
  'transfers-recorded': flag(
    'placement',
    'each crossing of a border is recorded with its safeguard',
    'transfer register',
  ),

  'training-approval': flag('training', 'customer content trains a model only as `training` allows', 'training gate'),

  'staff-second-factor': flag('staff-access', 'staff without a second factor are refused', 'staff second factor'),
  'staff-access-recorded': flag(
    'staff-access',
    "staff see a person's data for a recorded reason, for a limited time",
    'staff access gate',
  ),
  'content-off-limits': flag('staff-access', 'no staff role or endpoint reaches customer content', 'staff access gate'),

  'authority-review': flag(
    'disclosure',
    'an authority is answered after review by a second person',
    'disclosure workflow',
  ),

  'publish-confirmed': flag(
    'publication',
    'only declared fields become public, after the publisher confirmed',
    'publication gate',
  ),

  'tls-floor': flag('transport', 'connections below `security.tlsMinimum` are refused', 'transport gate'),
  'plain-http': flag('transport', 'plain HTTP is treated as `security.plainHttp` says', 'transport gate'),

  'password-hash': flag(
    'credentials',
    'every stored password is hashed as `security.passwordHash` says',
    'password gate',
  ),
  'api-keys-hashed': flag('credentials', 'of an API key only a keyed hash and a display prefix are stored', 'API keys'),
  'api-key-revocation': flag(
    'credentials',
    'a revoked key is refused within `security.apiKeyRevocation`',
    'API key revocation',
  ),
  'api-key-rotation': flag(
    'credentials',
    'a key can be rotated with an overlap, and the old one dies on time',
    'API key rotation',
  ),
  'sessions-revocable': flag('credentials', 'people see their sessions and can end each of them', 'session list'),
  'tokens-expire': flag('credentials', 'expired, altered and misdirected tokens are refused', 'signed access tokens'),

  'verified-mail': flag('sign-up', 'an account works only after its mail address is verified', 'mail verification'),
  'minimum-age': flag('sign-up', 'people under `audience.minimumAge` cannot sign up', 'age gate'),
  'child-removal': flag('sign-up', "data found to be a child's is deleted", 'report-a-child flow'),

  'tenant-isolation': flag(
    'tenancy',
    "no endpoint gives one tenant another tenant's data",
    'isolation between tenants',
  ),
  'workload-isolation': flag(
    'tenancy',
    'a workload reaches no other tenant, host or metadata service',
    'isolation of workloads',
  ),
  'no-inbound-ports': flag('tenancy', 'no workload listens on an address of a host', 'tunnel access'),
  'workspace-download': flag('tenancy', 'a workspace can be downloaded at any time', 'workspace download'),

  'usage-metered': flag(
    'metering',
    'each call is recorded once, with the counts that the engine produced',
    'durable metering',
  ),
  'bill-from-usage': flag('metering', 'usage, ledger and invoices agree to the smallest unit', 'billing'),

  'bodies-stored': flag('vault', 'prompts and outputs are stored as `bodies.store` says', 'no-store of bodies'),
  'call-records-bare': flag(
    'vault',
    'records of calls hold no prompt and no output',
    'records of calls without content',
  ),
  'logs-without-content': flag('vault', 'logs hold no content, token or password', 'allow-list logging'),
  'sealed-at-rest': flag(
    'vault',
    "personal and content fields are sealed with the subject's key",
    'a key for each person',
  ),
  'backups-protected': flag(
    'vault',
    'backups are encrypted, expire, and a restore repeats erasures made since',
    'backups',
  ),

  'access-report': flag(
    'rights',
    'a person gets a copy and a summary of what is held, why and who received it',
    'access report',
  ),
  'portable-export': flag('rights', 'a person gets their data as a machine-readable archive', 'data export'),
  rectify: flag('rights', 'a person can correct their data, and every copy follows', 'rectification'),
  restrict: flag('rights', 'restricted or objected data is stored but not used', 'restriction and objection'),
  'verify-requester': flag('rights', 'a request discloses nothing before its author is verified', 'rights requests'),
  deadline: taking('rights', z.enum(rights), 'requests of this kind are answered by their deadline', 'rights requests'),

  'breach-notice': taking(
    'incident',
    z.enum(['customers', 'authorities', 'people']),
    'those affected are told in the time of `incidents`',
    'incident workflow',
  ),
  'attack-alerts': flag('incident', 'attacks raise an alert in the time of `incidents.alert`', 'security monitoring'),

  'change-notice': flag('notice', 'a material change is announced to every account', 'policy change notices'),
  'weaker-change-waits': flag(
    'notice',
    'a weaker version takes effect only after its notice period',
    'policy versions',
  ),
  'transfer-notice': flag('notice', 'a business transfer is announced to every account', 'notice campaigns'),

  'cookies-listed': flag('browser', 'only the cookies and storage of section `cookies` are set', 'cookie list'),
  'cookie-consent': flag('browser', 'no non-essential cookie before consent', 'cookie consent'),
  'no-third-parties': flag('browser', 'pages make no request to another site', 'browser scan'),

  publish: taking('page', list(publications), 'the public policy page shows these facts', 'public policy page'),
  attest: taking(
    'attestation',
    slug,
    'a named role has stated this, and the statement has not expired',
    'attestations',
  ),

  ...serviceRules,
} as const satisfies Record<string, Kind<z.ZodType | null>>

export type { Gate } from './rule-kind.ts'
export { gates } from './rule-kind.ts'

export type RuleKind = keyof typeof ruleKinds
type ArgumentOf<K extends RuleKind> = (typeof ruleKinds)[K]['argument'] extends z.ZodType
  ? z.infer<(typeof ruleKinds)[K]['argument']>
  : null
export type FlagKind = { [K in RuleKind]: ArgumentOf<K> extends null ? K : never }[RuleKind]
export type ArgumentKind = Exclude<RuleKind, FlagKind>
export type RuleArgument<K extends RuleKind> = ArgumentOf<K>

/** A rule as a policy writes it: `password-hash`, or `retain: billing`. */
export type RuleSource = FlagKind | { [K in ArgumentKind]: { [P in K]: RuleArgument<K> } }[ArgumentKind]

/** A rule with its kind and argument apart; narrowing by `kind` gives the argument its type. */
export type RuleCall = { [K in RuleKind]: { readonly kind: K; readonly argument: RuleArgument<K> } }[RuleKind]

export const ruleKindNames = Object.keys(ruleKinds) as RuleKind[]
export const flagKinds = ruleKindNames.filter((kind) => ruleKinds[kind].argument === null) as FlagKind[]
export const argumentKinds = ruleKindNames.filter((kind) => ruleKinds[kind].argument !== null) as ArgumentKind[]

export function isRuleKind(text: string): text is RuleKind {
  return Object.hasOwn(ruleKinds, text)
}

/** Splits a rule of a policy into its kind and argument. */
export function readRule(source: RuleSource): RuleCall {
  if (typeof source === 'string') return { kind: source, argument: null } as RuleCall
  const [kind, argument] = Object.entries(source)[0] as [ArgumentKind, unknown]
  return { kind, argument } as RuleCall
}

/** The shape of a rule: a bare name, or one key with its argument. */
export const ruleSchema = z
  .union([
    z.enum(flagKinds as [FlagKind, ...FlagKind[]]),
    ...argumentKinds.map((kind) => z.strictObject({ [kind]: ruleKinds[kind].argument.describe(ruleKinds[kind].says) })),
  ])
  .describe(
    'a rule: a bare name such as `password-hash`, or a name with its argument such as `retain: billing`',
  ) as unknown as z.ZodType<RuleSource>
