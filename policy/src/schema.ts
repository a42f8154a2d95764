/** The shape of a policy file. Descriptions become hints in editors and in problems. */
import { z } from 'zod'
import { durationPattern } from './duration.ts'
import { rights, ruleSchema } from './rule-kinds.ts'
import { disclosureKinds, recordKinds } from './service-rules.ts'
import { categories, purposes, retentionClasses } from './vocabulary.ts'

export const durationHint = 'write an ISO 8601 duration such as P30D (30 days), P13M, P7Y or PT1H'
export const periodHint = `${durationHint}, or forever`
const periodPattern = new RegExp(`${durationPattern.source}|^forever$`)

const text = z.string().min(1)
const slug = z.string().regex(/^[a-z][a-z0-9-]*$/)
const duration = z.string().regex(durationPattern).describe(durationHint)
const period = z.string().regex(periodPattern).describe(periodHint)
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe('write a date as YYYY-MM-DD')
const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .describe('write a country as two capital letters (ISO 3166), such as US or TW')

const place = z
  .string()
  .regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/)
  .describe('write a country as US, or a part of one as US-NY (ISO 3166)')

const contact = z
  .strictObject({
    email: z
      .string()
      .regex(/^[^\s@]+@[^\s@]+$/)
      .optional(),
    page: text.optional(),
    post: text.optional(),
    /** The person who runs this installation. */
    account: z
      .literal('operator')
      .describe('`account: operator` stands for the address of the first staff account')
      .optional(),
  })
  .describe('at least one of email, page, post and `account: operator`')

const category = z
  .strictObject({
    label: text,
    fields: z.array(text).min(1).describe('what the public reads that this category holds'),
    sources: z.array(z.enum(['person', 'device', 'service', 'employer', 'processor', 'third-party'])).min(1),
    purposes: z.array(z.enum(purposes)).min(1),
    sensitive: z.boolean().optional(),
  })
  .describe('a category that the policy holds: label, fields, sources and purposes')

const purpose = z
  .strictObject({
    label: text,
    basis: z.enum(['contract', 'consent', 'legal-obligation', 'legitimate-interest', 'vital-interest', 'public-task']),
    consent: z.enum(['none', 'opt-in', 'opt-out']),
  })
  .describe('a purpose: label, legal basis, and whether people opt in, opt out or neither')

const retention = z
  .strictObject({
    period,
    trigger: z
      .enum(['creation', 'last-activity', 'account-closure', 'parent-deletion', 'subscription-end', 'last-dependant'])
      .describe('from when the period counts; last-dependant: when nothing uses it any more'),
    sooner: z
      .array(z.enum(['unsubscribed', 'customer-setting', 'consent-withdrawn']))
      .describe('what ends the period earlier')
      .optional(),
    exceptions: z.array(z.enum(['hold', 'abuse', 'incident', 'dispute', 'law', 'compliance'])).optional(),
  })
  .describe('how long rows of this class are kept, and from when')

const passwordHash = z
  .discriminatedUnion('algorithm', [
    z.strictObject({
      algorithm: z.literal('argon2id'),
      memoryKib: z.int().min(8192).max(1_048_576),
      iterations: z.int().min(1).max(20),
      parallelism: z.int().min(1).max(16),
    }),
    z.strictObject({ algorithm: z.literal('bcrypt'), cost: z.int().min(10).max(16) }),
  ])
  .describe('argon2id with memoryKib, iterations and parallelism, or bcrypt with cost')

const security = z.strictObject({
  tlsMinimum: z.enum(['TLSv1.2', 'TLSv1.3']),
  plainHttp: z
    .enum(['loopback-only', 'refused'])
    .describe('loopback-only serves plain HTTP to the same machine only; refused serves none'),
  passwordHash,
  passwordLengthMin: z.int().min(8).max(128),
  staffSecondFactor: z.enum(['required', 'optional']),
  apiKeyRevocation: duration,
  accessTokens: z
    .strictObject({ format: z.literal('jwt'), algorithm: z.enum(['EdDSA', 'ES256', 'RS256']), lifetime: duration })
    .describe('signed tokens for the API, and how long one lives')
    .optional(),
  atRest: z.enum(['sealed', 'disk', 'none']).describe("sealed with each subject's key, by the disk, or not at all"),
})

const recipient = z.strictObject({
  id: slug,
  name: text,
  role: z.enum(['processor', 'data-centre', 'affiliate', 'adviser', 'authority', 'successor', 'customer-directed']),
  purposes: z.array(z.enum(purposes)).min(1),
  categories: z.array(z.enum(categories)).min(1),
  fields: z.array(text).optional().describe('narrows the categories to these fields'),
  country: country.optional(),
  safeguard: text.optional(),
  contact: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/)
    .describe('mail address at which it is told to erase somebody')
    .optional(),
  terms: text.describe('where its own terms are, which people accept before data goes there').optional(),
})

const regions = z.strictObject({
  allowed: z.union([z.literal('any'), z.array(country).min(1)]).describe('`any`, or a list of countries'),
  transfers: z.array(z.strictObject({ to: country, for: text, safeguard: text })).optional(),
})

const cookies = z.strictObject({
  essential: z
    .array(z.strictObject({ name: text, use: text, lifetime: period }))
    .describe('cookies that the service needs'),
  nonEssential: z.array(z.strictObject({ name: text, use: text, lifetime: period })),
  storage: z.array(
    z.strictObject({ where: z.enum(['localStorage', 'sessionStorage', 'indexedDB']), key: text, use: text }),
  ),
})

const notices = z.strictObject({
  channels: z.array(z.enum(['mail', 'console', 'page'])).min(1),
  materialChange: duration,
  weakerChange: duration.describe('how long before it takes effect a weaker version is announced'),
})

const right = z.strictObject({ deadline: duration, extension: duration.optional() })
const breachClock = z
  .strictObject({
    law: text,
    places: z.array(place).min(1),
    tell: z.enum(['customers', 'authorities', 'people']),
    within: duration,
  })
  .describe('whom a law wants told after a breach, and how soon after it became known')
const incidents = z.strictObject({
  customers: duration,
  authorities: duration,
  people: duration,
  alert: duration,
  clocks: z.record(slug, breachClock).optional(),
})
const jurisdiction = z
  .strictObject({
    places: z.array(place).min(1),
    law: text,
    rights: z.partialRecord(z.enum(rights), right).describe('what differs here from the section `rights`'),
    authority: z.strictObject({ name: text, page: text }).optional(),
  })
  .describe('a law, where it holds, and what it changes')

const inquiries = z
  .strictObject({
    mailSubject: text.optional(),
    delivery: slug.describe('the recipient that delivers them').optional(),
  })
  .describe('messages of people who need no account')

const plans = z.strictObject({
  mayNarrow: z.array(z.enum(['retention', 'regions', 'egress', 'training', 'support', 'bodies'])).min(1),
})
const accounts = z.strictObject({
  erasureDelay: duration.describe('how long a person can still cancel before their erasure begins').optional(),
  reopenWithin: duration.describe('how long a closed account or organisation can be opened again').optional(),
  idleAfter: duration.describe('how long an account may be idle before it is closed; absent: for ever').optional(),
  idleWarning: duration.describe('how long before that its person is told').optional(),
  addressUndo: duration.describe('how long the old address can take back a change of address').optional(),
})
const attestation = z.strictObject({ role: slug, statement: text, validity: duration })

const clause = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Z][A-Z0-9]*-\d+$/)
    .describe('write a clause id as PREFIX-NUMBER, such as START-01'),
  kind: z
    .enum(['enforced', 'attested', 'informed'])
    .describe('enforced by the platform, attested by a named role, or informed: published where people find it'),
  promise: text.describe(
    'what is promised, in words; {retention.billing} and the like put the value from the policy in',
  ),
  rules: z.array(ruleSchema).describe('what makes the promise true'),
})

export const policySchema = z
  .strictObject({
    policy: slug.describe('the name of the policy, such as starter'),
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/)
      .describe('write a version as MAJOR.MINOR.PATCH'),
    title: text,
    reference: z
      .boolean()
      .optional()
      .describe('true for a policy that stands as an example: whoever takes it over must name themselves'),
    effective: date,
    updated: date,
    operator: z.strictObject({
      name: text,
      country: country.optional(),
      address: text.optional(),
      website: text.optional(),
    }),
    contacts: z
      .partialRecord(
        z.enum(['privacy', 'general', 'legal', 'dpo', 'eu-representative', 'security', 'support']),
        contact,
      )
      .describe('whom to write to, by role'),
    audience: z.strictObject({
      minimumAge: z.int().min(0).max(25),
      signUpAsks: z.array(text).min(1).describe('every field that opening an account asks for').optional(),
    }),
    categories: z.partialRecord(z.enum(categories), category),
    purposes: z.partialRecord(z.enum(purposes), purpose),
    retention: z.partialRecord(z.enum(retentionClasses), retention),
    security,
    bodies: z
      .strictObject({ store: z.enum(['never', 'opt-in', 'always']) })
      .describe('whether prompts and outputs are stored'),
    training: z.strictObject({ customerContent: z.enum(['never', 'opt-in', 'written-approval']) }),
    regions,
    recipients: z.array(recipient),
    disclosures: z
      .array(z.enum(disclosureKinds))
      .min(1)
      .describe('the only grounds on which data leaves, beside the recipients')
      .optional(),
    thirdParties: text.describe('what people are told of sites, models and services of others').optional(),
    cookies,
    signals: z
      .array(z.enum(['gpc', 'dnt']))
      .min(1)
      .describe('wishes of a browser that are obeyed')
      .optional(),
    records: z
      .partialRecord(z.enum(recordKinds), z.array(text).min(1))
      .describe('the fields of records, one by one')
      .optional(),
    inquiries: inquiries.optional(),
    workspaces: z
      .strictObject({ warnBefore: duration, coldStorageAfter: duration.optional() })
      .describe('what happens to a workspace that nobody uses')
      .optional(),
    workloads: z
      .strictObject({ egress: z.enum(['open', 'allow-list', 'none']) })
      .describe('what workloads may reach outside')
      .optional(),
    plans: plans.describe('what a deployment may set for itself').optional(),
    notices,
    rights: z.partialRecord(z.enum(rights), right),
    jurisdictions: z.record(slug, jurisdiction).optional(),
    accounts: accounts.describe('what people can still take back, and for how long').optional(),
    incidents: incidents.optional(),
    backups: z.strictObject({ keep: duration }).optional(),
    attestations: z.record(slug, attestation).optional(),
    clauses: z.array(clause).min(1),
  })
  .describe('A privacy policy that runs')

/** The plain content of a policy file whose shape is right. */
export type PolicySource = z.infer<typeof policySchema>
export type ClauseSource = PolicySource['clauses'][number]
