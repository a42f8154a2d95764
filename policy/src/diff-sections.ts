/** What changes between the sections of two policies, section by section. */
import { usualAccounts } from './compile-policy.ts'
import type { PolicyChange } from './policy-change.ts'
import { amount, entries, keyed, optionalTime, otherwise, presence, step, time } from './policy-change.ts'
import type { PolicySource } from './schema.ts'

type Differ = (from: PolicySource, to: PolicySource) => PolicyChange[]
const byId = <Item>(items: readonly Item[], id: (item: Item) => string): Record<string, Item> =>
  Object.fromEntries(items.map((item) => [id(item), item]))

const audience: Differ = (from, to) => [
  ...amount('audience.minimumAge', from.audience.minimumAge, to.audience.minimumAge),
  ...entries('audience.signUpAsks', from.audience.signUpAsks ?? [], to.audience.signUpAsks ?? [], 'weaker'),
]

const people: Differ = (from, to) => [
  ...otherwise('operator.name', from.operator.name, to.operator.name),
  ...keyed('contacts', from.contacts, to.contacts, {
    whenAdded: 'stronger',
    name: (_contact, role) => `contact for ${role}`,
    differ: (path, a, b) => otherwise(path, Object.values(a).join(', '), Object.values(b).join(', ')),
  }),
]

const held: Differ = (from, to) => [
  ...keyed('categories', from.categories, to.categories, {
    whenAdded: 'weaker',
    name: ({ label }) => label,
    differ: (path, a, b) => [
      ...entries(`${path}.fields`, a.fields, b.fields, 'weaker'),
      ...entries(`${path}.purposes`, a.purposes, b.purposes, 'weaker'),
      ...entries(`${path}.sources`, a.sources, b.sources, 'different'),
    ],
  }),
  ...keyed('purposes', from.purposes, to.purposes, {
    whenAdded: 'weaker',
    name: ({ label }) => label,
    differ: (path, a, b) => [
      ...otherwise(`${path}.basis`, a.basis, b.basis),
      ...step(`${path}.consent`, a.consent, b.consent, ['none', 'opt-out', 'opt-in']),
    ],
  }),
]

const retention: Differ = (from, to) =>
  keyed('retention', from.retention, to.retention, {
    whenAdded: 'weaker',
    name: ({ period, trigger }) => `kept ${period} from ${trigger}`,
    differ: (path, a, b) => [
      ...time(`${path}.period`, a.period, b.period, 'longer'),
      ...otherwise(`${path}.trigger`, a.trigger, b.trigger),
      ...entries(`${path}.exceptions`, a.exceptions ?? [], b.exceptions ?? [], 'weaker'),
      ...entries(`${path}.sooner`, a.sooner ?? [], b.sooner ?? [], 'stronger'),
    ],
  })

function hash(a: PolicySource['security']['passwordHash'], b: typeof a): PolicyChange[] {
  const path = 'security.passwordHash'
  if (a.algorithm === 'bcrypt' && b.algorithm === 'bcrypt') return amount(`${path}.cost`, a.cost, b.cost)
  if (a.algorithm === 'argon2id' && b.algorithm === 'argon2id')
    return [
      ...amount(`${path}.memoryKib`, a.memoryKib, b.memoryKib),
      ...amount(`${path}.iterations`, a.iterations, b.iterations),
    ]
  return otherwise(path, a.algorithm, b.algorithm)
}

const security: Differ = ({ security: a }, { security: b }) => [
  ...step('security.tlsMinimum', a.tlsMinimum, b.tlsMinimum, ['TLSv1.2', 'TLSv1.3']),
  ...step('security.plainHttp', a.plainHttp, b.plainHttp, ['loopback-only', 'refused']),
  ...hash(a.passwordHash, b.passwordHash),
  ...amount('security.passwordLengthMin', a.passwordLengthMin, b.passwordLengthMin),
  ...step('security.staffSecondFactor', a.staffSecondFactor, b.staffSecondFactor, ['optional', 'required']),
  ...time('security.apiKeyRevocation', a.apiKeyRevocation, b.apiKeyRevocation, 'longer'),
  ...step('security.atRest', a.atRest, b.atRest, ['none', 'disk', 'sealed']),
  ...optionalTime(
    'security.accessTokens.lifetime',
    a.accessTokens?.lifetime,
    b.accessTokens?.lifetime,
    'longer',
    'stronger',
  ),
]

const content: Differ = (from, to) => [
  ...step('bodies.store', from.bodies.store, to.bodies.store, ['always', 'opt-in', 'never']),
  ...step('training.customerContent', from.training.customerContent, to.training.customerContent, [
    'opt-in',
    'written-approval',
    'never',
  ]),
]

const anywhere = 'any'
function countries(from: PolicySource['regions']['allowed'], to: typeof from): PolicyChange[] {
  const path = 'regions.allowed'
  if (from !== anywhere && to !== anywhere) return entries(path, from, to, 'weaker')
  const written = (allowed: typeof from) => (allowed === anywhere ? 'any country' : allowed.join(', '))
  if (from === to) return []
  return [{ direction: to === anywhere ? 'weaker' : 'stronger', path, from: written(from), to: written(to) }]
}

const parties: Differ = (from, to) => [
  ...countries(from.regions.allowed, to.regions.allowed),
  ...keyed(
    'regions.transfers',
    byId(from.regions.transfers ?? [], (transfer) => transfer.to),
    byId(to.regions.transfers ?? [], (transfer) => transfer.to),
    {
      whenAdded: 'weaker',
      name: (transfer) => `${transfer.to}, ${transfer.safeguard}`,
      differ: (path, a, b) => otherwise(`${path}.safeguard`, a.safeguard, b.safeguard),
    },
  ),
  ...keyed(
    'recipients',
    byId(from.recipients, ({ id }) => id),
    byId(to.recipients, ({ id }) => id),
    {
      whenAdded: 'weaker',
      name: ({ name }) => name,
      differ: (path, a, b) => [
        ...entries(`${path}.categories`, a.categories, b.categories, 'weaker'),
        ...entries(`${path}.purposes`, a.purposes, b.purposes, 'weaker'),
        ...recipientFields(path, a.fields, b.fields),
        ...otherwise(`${path}.country`, a.country, b.country),
        ...otherwise(`${path}.safeguard`, a.safeguard, b.safeguard),
        ...otherwise(`${path}.terms`, a.terms, b.terms),
        ...otherwise(`${path}.contact`, a.contact, b.contact),
      ],
    },
  ),
  ...disclosed(from.disclosures, to.disclosures),
]

/** A list of fields narrows what a recipient gets; without one it may get whole categories. */
function recipientFields(path: string, from: readonly string[] | undefined, to: typeof from): PolicyChange[] {
  if (from !== undefined && to !== undefined) return entries(`${path}.fields`, from, to, 'weaker')
  return presence(`${path}.fields`, from?.join(', ') ?? null, to?.join(', ') ?? null, 'stronger')
}

/** To name the grounds is a promise; to name more of them is a weaker one. */
function disclosed(from: readonly string[] | undefined, to: typeof from): PolicyChange[] {
  if (from !== undefined && to !== undefined) return entries('disclosures', from, to, 'weaker')
  return presence('disclosures', from?.join(', ') ?? null, to?.join(', ') ?? null, 'stronger')
}

const browser: Differ = ({ cookies: a, signals: before = [] }, { cookies: b, signals: after = [] }) => {
  const kept = (list: PolicySource['cookies']['essential']) => byId(list, ({ name }) => name)
  const cookies = (path: string, from: typeof a.essential, to: typeof a.essential) =>
    keyed(path, kept(from), kept(to), {
      whenAdded: 'weaker',
      name: ({ name, use }) => `${name}: ${use}`,
      differ: (at, one, other) => time(`${at}.lifetime`, one.lifetime, other.lifetime, 'longer'),
    })
  const storage = (items: typeof a.storage) => items.map(({ where, key }) => `${key} (${where})`)
  return [
    ...cookies('cookies.essential', a.essential, b.essential),
    ...cookies('cookies.nonEssential', a.nonEssential, b.nonEssential),
    ...entries('cookies.storage', storage(a.storage), storage(b.storage), 'weaker'),
    ...entries('signals', before, after, 'stronger'),
  ]
}

type Rights = PolicySource['rights']
const rightsOf = (path: string, from: Rights, to: Rights): PolicyChange[] =>
  keyed(path, from, to, {
    whenAdded: 'stronger',
    name: ({ deadline }) => `answered within ${deadline}`,
    differ: (at, a, b) => [
      ...time(`${at}.deadline`, a.deadline, b.deadline, 'longer'),
      ...optionalTime(`${at}.extension`, a.extension, b.extension, 'longer', 'weaker'),
    ],
  })

const rights: Differ = (from, to) => [
  ...rightsOf('rights', from.rights, to.rights),
  ...keyed('jurisdictions', from.jurisdictions, to.jurisdictions, {
    whenAdded: 'stronger',
    name: ({ law }) => law,
    differ: (path, a, b) => [
      ...entries(`${path}.places`, a.places, b.places, 'stronger'),
      ...rightsOf(`${path}.rights`, a.rights, b.rights),
      ...otherwise(`${path}.authority`, a.authority?.name, b.authority?.name),
    ],
  }),
]

const accounts: Differ = ({ accounts: from }, { accounts: to }) => {
  const { erasureDelay, addressUndo, reopenWithin, idleWarning } = usualAccounts
  const path = (name: keyof typeof usualAccounts): string => `accounts.${name}`
  return [
    ...time(path('erasureDelay'), from?.erasureDelay ?? erasureDelay, to?.erasureDelay ?? erasureDelay, 'longer'),
    ...time(path('addressUndo'), from?.addressUndo ?? addressUndo, to?.addressUndo ?? addressUndo, 'shorter'),
    ...optionalTime('accounts.idleAfter', from?.idleAfter, to?.idleAfter, 'longer', 'different'),
    ...time(path('idleWarning'), from?.idleWarning ?? idleWarning, to?.idleWarning ?? idleWarning, 'shorter'),
    ...otherwise(path('reopenWithin'), from?.reopenWithin ?? reopenWithin, to?.reopenWithin ?? reopenWithin),
  ]
}

const events: Differ = (from, to) => {
  const [{ clocks: before, ...a }, { clocks: after, ...b }] = [from.incidents ?? {}, to.incidents ?? {}] as [
    Partial<NonNullable<PolicySource['incidents']>>,
    Partial<NonNullable<PolicySource['incidents']>>,
  ]
  const told = { whenAdded: 'stronger', name: (within: string) => within } as const
  return [
    ...time('notices.materialChange', from.notices.materialChange, to.notices.materialChange, 'shorter'),
    ...time('notices.weakerChange', from.notices.weakerChange, to.notices.weakerChange, 'shorter'),
    ...entries('notices.channels', from.notices.channels, to.notices.channels, 'stronger'),
    ...keyed('incidents', a, b, { ...told, differ: (path, one, other) => time(path, one, other, 'longer') }),
    ...keyed('incidents.clocks', before, after, {
      whenAdded: 'stronger',
      name: ({ law, within }) => `${law}: ${within}`,
      differ: (path, one, other) => time(`${path}.within`, one.within, other.within, 'longer'),
    }),
    ...optionalTime('backups.keep', from.backups?.keep, to.backups?.keep, 'longer', 'different'),
    ...keyed('attestations', from.attestations, to.attestations, {
      whenAdded: 'stronger',
      name: ({ statement }) => statement,
      differ: (path, one, other) => [
        ...time(`${path}.validity`, one.validity, other.validity, 'longer'),
        ...otherwise(`${path}.statement`, one.statement, other.statement),
        ...otherwise(`${path}.role`, one.role, other.role),
      ],
    }),
  ]
}

/** Absent means that nothing is promised about it. */
const workloads: Differ = (from, to) => [
  ...step('workloads.egress', from.workloads?.egress ?? 'open', to.workloads?.egress ?? 'open', [
    'open',
    'allow-list',
    'none',
  ]),
  ...optionalTime(
    'workspaces.warnBefore',
    from.workspaces?.warnBefore,
    to.workspaces?.warnBefore,
    'shorter',
    'stronger',
  ),
  ...otherwise('workspaces.coldStorageAfter', from.workspaces?.coldStorageAfter, to.workspaces?.coldStorageAfter),
  ...entries('plans.mayNarrow', from.plans?.mayNarrow ?? [], to.plans?.mayNarrow ?? [], 'different'),
  ...keyed('records', from.records, to.records, {
    whenAdded: 'different',
    name: (fields) => fields.join(', '),
    differ: (path, a, b) => entries(path, a, b, 'weaker'),
  }),
  ...otherwise('inquiries.delivery', from.inquiries?.delivery, to.inquiries?.delivery),
  ...otherwise('inquiries.mailSubject', from.inquiries?.mailSubject, to.inquiries?.mailSubject),
  ...otherwise('thirdParties', from.thirdParties, to.thirdParties),
]

/** Every change between the sections of two policies, in the order of the file. */
export const diffSections: Differ = (from, to) =>
  [people, audience, held, retention, security, content, parties, browser, workloads, rights, accounts, events].flatMap(
    (differ) => differ(from, to),
  )
