/** Puts values of the policy into the words of a promise, so that text and rule cannot drift apart. */
import { describePeriod, parsePeriod } from './duration.ts'
import type { PolicySource } from './schema.ts'

const slot = /\{([^{}]*)\}/g

/** The values that promises may name, by path: `retention.billing` is in words (`7 years`), `audience.minimumAge` is `16`. */
export function promiseValues(policy: PolicySource): ReadonlyMap<string, string> {
  const { security } = policy
  const words = (text: string) => {
    const period = parsePeriod(text)
    return period === null ? text : describePeriod(period)
  }
  const values = new Map<string, string>([
    ['operator.name', policy.operator.name],
    ['effective', policy.effective],
    ['updated', policy.updated],
    ['audience.minimumAge', String(policy.audience.minimumAge)],
    ['security.tlsMinimum', security.tlsMinimum.replace('v', ' ')],
    ['security.passwordHash', security.passwordHash.algorithm],
    ['security.passwordLengthMin', String(security.passwordLengthMin)],
    ['security.apiKeyRevocation', words(security.apiKeyRevocation)],
    ['notices.materialChange', words(policy.notices.materialChange)],
    ['notices.weakerChange', words(policy.notices.weakerChange)],
    ['regions.allowed', policy.regions.allowed === 'any' ? 'any country' : policy.regions.allowed.join(', ')],
    ['bodies.store', storedWords[policy.bodies.store]],
    ['training.customerContent', trainingWords[policy.training.customerContent]],
    ['cookies', cookieNames(policy.cookies)],
    ['recipients', policy.recipients.map((recipient) => recipient.name).join(', ') || 'nobody'],
    [
      'purposes',
      Object.values(policy.purposes)
        .map((purpose) => purpose.label)
        .join(', '),
    ],
  ])
  for (const [name, entry] of Object.entries(policy.retention)) values.set(`retention.${name}`, words(entry.period))
  for (const [name, entry] of Object.entries(policy.rights)) values.set(`rights.${name}`, words(entry.deadline))
  const { clocks = {}, ...incidents } = policy.incidents ?? {}
  for (const [name, text] of Object.entries(incidents)) values.set(`incidents.${name}`, words(text))
  for (const [name, clock] of Object.entries(clocks)) values.set(`incidents.clocks.${name}`, words(clock.within))
  for (const [name, entry] of Object.entries(policy.categories))
    values.set(`categories.${name}`, entry.fields.join(', '))
  for (const [name, entry] of Object.entries(policy.attestations ?? {}))
    values.set(`attestations.${name}`, entry.statement)
  for (const [name, fields] of Object.entries(policy.records ?? {})) values.set(`records.${name}`, fields.join(', '))
  for (const [name, text] of optionalValues(policy)) if (text !== undefined) values.set(name, text)
  for (const [name, text] of Object.entries(policy.workspaces ?? {}) as [string, string][])
    values.set(`workspaces.${name}`, words(text))
  if (security.accessTokens) values.set('security.accessTokens.lifetime', words(security.accessTokens.lifetime))
  if (policy.backups) values.set('backups.keep', words(policy.backups.keep))
  return values
}

const storedWords: Record<PolicySource['bodies']['store'], string> = {
  never: 'not stored',
  'opt-in': 'stored only for projects that chose to keep them',
  always: 'stored',
}

const trainingWords: Record<PolicySource['training']['customerContent'], string> = {
  never: 'trains no model',
  'opt-in': 'trains a model only after an opt-in',
  'written-approval': 'trains a model only with a written approval',
}

/** Values of sections that a policy may leave out; lists with commas. */
function optionalValues(policy: PolicySource): [name: string, text: string | undefined][] {
  const { audience, disclosures, inquiries, jurisdictions, plans, regions, signals, thirdParties } = policy
  const transfers = regions.transfers?.map((transfer) => `${transfer.to} (${transfer.for}; ${transfer.safeguard})`)
  return [
    ['audience.signUpAsks', audience.signUpAsks?.join(', ')],
    ['disclosures', disclosures?.map((kind) => kind.replace('-', ' ')).join(', ')],
    ['inquiries.mailSubject', inquiries?.mailSubject],
    [
      'jurisdictions',
      jurisdictions &&
        Object.values(jurisdictions)
          .map(({ law }) => law)
          .join(', '),
    ],
    ['plans', plans?.mayNarrow.join(', ')],
    ['regions.transfers', transfers?.join('; ')],
    ['signals', signals?.map((signal) => ({ gpc: 'Global Privacy Control', dnt: 'Do Not Track' })[signal]).join(', ')],
    ['thirdParties', thirdParties],
  ]
}

/** Everything that browsers keep, by name. */
function cookieNames({ essential, nonEssential, storage }: PolicySource['cookies']): string {
  const names = [...essential, ...nonEssential].map((cookie) => cookie.name)
  return [...names, ...storage.map((item) => `${item.key} (${item.where})`)].join(', ') || 'nothing'
}

/** The names in braces that a promise uses. */
export function promiseSlots(promise: string): string[] {
  return [...promise.matchAll(slot)].map((match) => match[1] ?? '')
}

/** A promise with its values in place; a name that the policy does not have stays as it is written. */
export function fillPromise(promise: string, values: ReadonlyMap<string, string>): string {
  return promise.replace(slot, (written, name: string) => values.get(name) ?? written)
}
