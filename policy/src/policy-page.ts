/** The page that people read: made from the policy alone, so that it says what the platform enforces. */
import type { CompiledPolicy, RetentionRule } from './compile-policy.ts'
import { describePeriod, isZero, parseDuration } from './duration.ts'
import type { PolicySource } from './schema.ts'

/** Text that leads somewhere on the same server. */
export interface PageLink {
  readonly text: string
  readonly href: string
}
export type PageCell = string | PageLink

/** A table: a head and rows of as many cells; `ids` names each row, so that a link can lead to it. */
export interface PageTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly PageCell[])[]
  readonly ids?: readonly string[]
}

/** A part of the page: lines are a list. */
export interface PageSection {
  readonly heading: string
  readonly lines: readonly string[]
  readonly table: PageTable | null
}

export interface PolicyPage {
  readonly title: string
  /** Operator, version and dates, in sentences. */
  readonly about: readonly string[]
  readonly sections: readonly PageSection[]
  /** Where a reader goes on. */
  readonly links: readonly PageLink[]
}

const triggers: Readonly<Record<RetentionRule['trigger'], string>> = {
  creation: 'after it was recorded',
  'last-activity': 'after its last use',
  'account-closure': 'after the account is closed',
  'parent-deletion': 'after what it belongs to is gone',
  'subscription-end': 'after the subscription ends',
  'last-dependant': 'after nothing uses it any more',
}

const words = (duration: string): string => {
  const parsed = parseDuration(duration)
  return parsed === null ? duration : describePeriod(parsed)
}

const plain = (slug: string): string => slug.replaceAll('-', ' ').replaceAll('.', ' ')

/**
 * Lays out a policy for readers.
 * @param operatorAddress stands where the policy says `account: operator`; null leaves such a contact out
 */
export function policyPage(policy: CompiledPolicy, operatorAddress: string | null): PolicyPage {
  const { source } = policy
  const country = source.operator.country === undefined ? '' : ` (${source.operator.country})`
  return {
    title: policy.title,
    about: [
      `${source.operator.name}${country} answers for this service.`,
      `Version ${policy.version}, in force since ${source.effective}, last changed on ${source.updated}.`,
    ],
    sections: [
      { heading: 'What we promise', lines: [], table: promises(policy) },
      { heading: 'What is held', lines: [], table: held(source) },
      { heading: 'Why', lines: [], table: reasons(source) },
      { heading: 'How long', lines: [], table: periods(policy) },
      recipients(source),
      browser(source),
      { heading: 'Your rights', lines: takenBack(policy), table: deadlines(source) },
      ...complaints(source),
      { heading: 'Whom to write to', lines: contacts(source, operatorAddress), table: null },
    ],
    links: [
      { text: 'Are the promises kept?', href: '/trust' },
      { text: 'Earlier versions', href: '/policy/versions' },
      { text: 'Your data, and your rights', href: '/your-data' },
      ...(policy.retention('inquiry') === null ? [] : [{ text: 'Write to us', href: '/contact' }]),
      { text: 'The evidence log', href: '/privacy/evidence' },
      { text: 'Documentation', href: '/docs/' },
    ],
  }
}

const promises = ({ clauses }: CompiledPolicy) => ({
  head: ['Clause', 'Promise', 'How it is made true'],
  rows: clauses.map(({ id, kind, promise }) => [{ text: id, href: `/trust#${id}` }, promise, kind]),
  ids: clauses.map(({ id }) => id),
})

const held = (source: PolicySource) => ({
  head: ['Kind', 'What', 'From', 'Used'],
  rows: Object.values(source.categories).map(({ label, fields, sources, purposes }) => [
    label,
    fields.join(', '),
    sources.map(plain).join(', '),
    purposes.map((purpose) => source.purposes[purpose]?.label ?? purpose).join(', '),
  ]),
})

const reasons = (source: PolicySource) => ({
  head: ['Purpose', 'Legal basis', 'Consent'],
  rows: Object.values(source.purposes).map(({ label, basis, consent }) => [label, plain(basis), plain(consent)]),
})

const periods = (policy: CompiledPolicy) => ({
  head: ['Kind of record', 'Kept', 'Longer for', 'Ends earlier when'],
  rows: policy.retentions.map(({ class: name, period, trigger, exceptions }) => [
    plain(name),
    promised(policy, name, period === 'forever' ? 'for ever' : `${describePeriod(period)} ${triggers[trigger]}`),
    exceptions.join(', '),
    (policy.source.retention[name]?.sooner ?? []).map(plain).join(', '),
  ]),
})

/** A period leads to the first clause that promises it, and so to whether that is kept. */
const promised = ({ clauses, rules }: CompiledPolicy, retentionClass: string, text: string): PageCell => {
  const rule = rules.find(({ kind, id }) => kind === 'retain' && id.startsWith(`retain(${retentionClass},`))
  const clause = clauses.find((one) => rule !== undefined && one.rules.includes(rule.id))
  return clause === undefined ? text : { text, href: `/trust#${clause.id}` }
}

function recipients(source: PolicySource): PageSection {
  const grounds = source.disclosures?.map(plain).join(', ')
  const transfers = source.regions.transfers ?? []
  return {
    heading: 'Who receives it, and where it is',
    lines: [
      ...(source.recipients.length === 0 ? ['Nobody outside receives data.'] : []),
      ...(grounds === undefined ? [] : [`Beside those listed, data leaves only on these grounds: ${grounds}.`]),
      `Data and work may be in: ${source.regions.allowed === 'any' ? 'any country' : source.regions.allowed.join(', ')}.`,
      ...transfers.map(({ to, for: reason, safeguard }) => `To ${to}: ${reason}. Safeguard: ${safeguard}.`),
      ...(source.thirdParties === undefined ? [] : [source.thirdParties]),
    ],
    table:
      source.recipients.length === 0
        ? null
        : {
            head: ['Recipient', 'As', 'Gets', 'Country', 'Safeguard', 'Its own terms'],
            rows: source.recipients.map(({ name, role, fields, categories, country, safeguard, terms }) => [
              name,
              plain(role),
              (fields ?? categories.map((category) => source.categories[category]?.label ?? category)).join(', '),
              country ?? '',
              safeguard ?? '',
              terms ?? '',
            ]),
          },
  }
}

function browser({ cookies, signals }: PolicySource): PageSection {
  const rows = [
    ...cookies.essential.map(({ name, use, lifetime }) => [name, 'cookie', use, words(lifetime), 'no']),
    ...cookies.nonEssential.map(({ name, use, lifetime }) => [name, 'cookie', use, words(lifetime), 'yes']),
    ...cookies.storage.map(({ key, where, use }) => [key, where, use, 'until you clear it', 'no']),
  ]
  return {
    heading: 'What your browser keeps',
    lines: signals === undefined ? [] : [`Signals that are obeyed: ${signals.join(', ').toUpperCase()}.`],
    table: { head: ['Name', 'Where', 'Use', 'How long', 'Asks first'], rows },
  }
}

const deadlines = (source: PolicySource) => {
  const row = (
    place: string,
    [name, { deadline, extension }]: [string, { deadline: string; extension?: string | undefined }],
  ) => [plain(name), place, words(deadline), extension === undefined ? '' : `${words(extension)} more`]
  return {
    head: ['Right', 'Where', 'Answered within', 'May take'],
    rows: [
      ...Object.entries(source.rights).map((entry) => row('everywhere', entry)),
      ...Object.values(source.jurisdictions ?? {}).flatMap(({ places, rights }) =>
        Object.entries(rights).map((entry) => row(places.join(', '), entry)),
      ),
    ],
  }
}

function takenBack({ accounts }: CompiledPolicy): string[] {
  const { erasureDelay, reopenWithin, addressUndo, idle } = accounts
  const reopening = isZero(reopenWithin)
    ? 'A closed account is not opened again.'
    : `A closed account can be opened again for ${describePeriod(reopenWithin)}.`
  return [
    `An erasure begins ${describePeriod(erasureDelay)} after it was asked for; until then it can be cancelled. It cannot be undone.`,
    reopening,
    ...(idle === null
      ? []
      : [
          `An account that is idle for ${describePeriod(idle.after)} is closed; its person is told ${describePeriod(idle.warning)} before.`,
        ]),
    `A change of address can be taken back from the old address for ${describePeriod(addressUndo)}.`,
  ]
}

/** Laws with the authority to complain to; nothing for a policy that names none. */
function complaints({ jurisdictions }: PolicySource): PageSection[] {
  if (jurisdictions === undefined) return []
  const rows = Object.values(jurisdictions).map(({ law, places, authority }) => [
    law,
    places.join(', '),
    authority === undefined ? '' : `${authority.name}: ${authority.page}`,
  ])
  return [{ heading: 'Laws and authorities', lines: [], table: { head: ['Law', 'Where', 'Authority'], rows } }]
}

function contacts(source: PolicySource, operatorAddress: string | null): string[] {
  return Object.entries(source.contacts).flatMap(([role, { email, page, post, account }]) => {
    const ways = [email, page, post, account === undefined ? undefined : (operatorAddress ?? undefined)]
    const known = ways.filter((way) => way !== undefined)
    return known.length === 0 ? [] : [`${plain(role)}: ${known.join('; ')}`]
  })
}
