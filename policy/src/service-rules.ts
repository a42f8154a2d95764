/** Rules about what the cloud offers and how it deals with workloads, inquiries, plans and requests. */
import { z } from 'zod'
import { flag, list, slug, taking } from './rule-kind.ts'

/** What a policy may say that the service offers. */
export const offers = [
  'website',
  'console',
  'docs',
  'api',
  'cli',
  'inference',
  'endpoints',
  'instances',
  'clusters',
  'marketplace',
  'support',
] as const

/** Records whose fields a policy may list one by one, in its section `records`. */
export const recordKinds = ['calls', 'access', 'commands', 'containers', 'errors', 'inquiries'] as const
export type RecordKind = (typeof recordKinds)[number]

/** Why data may leave the service, beside the recipients that a policy names. */
export const disclosureKinds = [
  'legal-requirement',
  'safety',
  'business-transfer',
  'affiliate',
  'adviser',
  'customer-direction',
] as const

export const serviceRules = {
  'records-exact': taking(
    'data-map',
    z.enum(recordKinds),
    'a record of this kind has exactly the fields that `records` lists',
    'a check of the fields of each record',
  ),
  'sign-up-asks': flag(
    'data-map',
    'opening an account asks for the fields of `audience.signUpAsks` and no others',
    'a check of the sign-up form',
  ),
  'source-recorded': flag(
    'data-map',
    'a field that came from a third party names where it came from',
    'single sign-on, sanctions screening and fraud prevention',
  ),
  'anonymised-export': flag(
    'data-map',
    'what leaves as anonymous holds no direct identifier and no key that links to a person',
    'anonymised exports',
  ),
  'inquiries-apart': flag(
    'data-map',
    'inquiries and customer environments cannot read each other',
    'a schema and role of their own for inquiries',
  ),

  'limit-use': flag(
    'purpose',
    'a person can limit sensitive data to what providing and securing the service needs',
    'limiting the use of sensitive data',
  ),
  'tracking-refusal': flag(
    'purpose',
    'each signal of section `signals`, and a setting of the account, ends analysis of a person',
    'refusal of analytics',
  ),

  'workspace-lifecycle': flag(
    'retention',
    'before an inactive workspace goes its owner is warned; it may rest in cold storage, and comes back on return',
    'lifecycle of workspaces',
  ),
  'volumes-follow': flag(
    'retention',
    'a volume goes with its resource unless its owner set another period',
    'removal of volumes',
  ),
  'erasure-confirmed': flag(
    'erasure',
    'what cannot be undone and what law keeps is said before erasure begins',
    'confirmation of erasure',
  ),

  'recipient-fields': flag('egress', 'a recipient gets the fields listed for it and no others', 'bodies of calls out'),
  'disclosure-kinds': flag(
    'egress',
    'every disclosure is of a kind in section `disclosures` and is recorded for each person',
    'record of disclosures',
  ),
  'workload-egress': flag('egress', 'workloads reach outside as `workloads.egress` says', 'egress from workloads'),
  'inquiry-delivery': flag(
    'egress',
    'the provider that delivers inquiries gets the message alone, and its failure loses none',
    'delivery of inquiries',
  ),
  'air-gap': flag(
    'egress',
    'the service runs with no connection to the outside',
    'a check of an installation with no network',
  ),
  'remote-access-recorded': flag(
    'placement',
    'access by staff from another country is recorded as a transfer',
    'country of staff access',
  ),
  'training-consent-kept': flag(
    'training',
    'each approval or opt-in to training is dated, names what it agreed to, and can be revoked',
    'record of approvals to train',
  ),
  'customer-told': flag(
    'disclosure',
    'a request of an authority is closed only when the customer was told, or a ground for silence and its review date are recorded',
    'disclosure workflow',
  ),

  'roles-enforced': flag(
    'tenancy',
    'every endpoint refuses those whose role does not allow it',
    'a check of every role',
  ),
  'plans-narrow': flag(
    'tenancy',
    "a deployment's plan sets what section `plans` allows, and overrides nothing else",
    'deployment plans',
  ),

  serves: taking(
    'service',
    list(offers),
    'each of these answers as it should',
    'a probe of everything that is offered',
  ),
  'area-controls': flag(
    'service',
    'in each area of the product people find, export, delete and wipe their data',
    'endpoints, instances, clusters and a marketplace, each with controls of its data',
  ),

  'compute-metered': flag('metering', 'figures of GPUs and memory come from the engine', 'metering of compute'),
  'sessions-match': flag(
    'metering',
    'recorded sessions match the life of their containers to the second, also after a crash',
    'records of sessions',
  ),

  jurisdictions: flag(
    'rights',
    "deadlines, rights and the way to appeal follow the section `jurisdictions` by the person's place",
    'jurisdiction of a request',
  ),
  'denials-explained': flag('rights', 'an extension and a denial give their reason', 'rights requests'),
  'appeal-apart': flag('rights', 'another person than the first decides on an appeal', 'appeals'),
  'automated-review': flag(
    'rights',
    'automated suspensions and refusals are recorded with their inputs, and a person can review them',
    'review of automated decisions',
  ),
  'requests-by-mail': flag(
    'rights',
    'requests by mail, with the subject that `inquiries.mailSubject` gives, and by the contact page reach the queue',
    'inbound mail',
  ),
  'inquirer-rights': flag(
    'rights',
    'people without an account see, correct and delete what they wrote, after a check of their address',
    'requests without an account',
  ),
  'processing-addendum': flag(
    'rights',
    'a data processing addendum is made from the policy, in versions, and the countersigned copy is kept',
    'data processing addendum',
  ),

  'abuse-limits': flag('incident', 'limits and lockouts stop an attack', 'limits under attack'),
  'breach-clocks': taking(
    'incident',
    z.array(slug).min(1),
    'each of these laws has its clock, from `incidents.clocks`, for those whom it protects',
    'clocks of breach notices by law',
  ),

  'acceptance-recorded': flag(
    'notice',
    'going on to use the service is recorded as acceptance of the version announced',
    'acceptance of policy versions',
  ),
  'contact-inbox': flag('notice', 'a message to each published contact reaches a queue', 'inboxes of contacts'),
  'integration-terms': flag(
    'notice',
    'where something of a third party is switched on, its own terms are named',
    'notices at third-party features',
  ),
} as const
