import type { DataMapColumn, Held, Policy } from '../../../app/views.ts'
import { period } from '../../../ui/format.ts'

/** What a category is, in plain words; the policy has a short name for it. */
const whats: Record<string, string> = {
  'account.identity': 'Your name and the number of your account, and where it stands beside what you did',
  'account.contact': 'Your email address and when it was verified',
  'account.credentials': 'Proofs of who you are: a hash of the password, the second factor, sessions. No password',
  'account.preferences': 'Your preferences',
  'account.organisation': 'The organisations that you belong to, and your role in each',
  'billing.payment': 'Payment details that the payment processor gave',
  'billing.record': 'Bills and transactions',
  'usage.inference': 'That models were called: time, model, token counts, outcome',
  'usage.compute': 'That machines were used: times and sizes',
  'usage.command': 'Commands of the CLI',
  'technical.network': 'The internet address that you came from',
  'technical.device': 'The kind of browser or program that you used',
  'technical.log': 'Errors and diagnostics, without content',
  'security.log': 'Sign-ins, refusals and changes of how you sign in',
  'content.inference': 'What you asked models and what they answered',
  'content.batch': 'Files that you gave for batches, and their answers',
  'content.workspace': 'Files of your workspaces',
  'content.training': 'Data and results of training',
  'content.published': 'What you published',
  correspondence: 'Mail that this cloud wrote to you',
  'marketing.contact': 'Addresses for marketing',
  'consent.record': 'What you agreed to, and when',
  'rights.request': 'Your requests about your data',
}

/** What a category holds, in plain words; its own name where the console does not know it. */
export const whatIs = (category: string): string => whats[category] ?? category

const sourceWords: Record<string, string> = {
  person: 'from you',
  device: 'from your device',
  service: 'made by the service as you use it',
  processor: 'from a company that works for this cloud',
}

/** Where data came from, in plain words. */
export const fromWhere = (sources: readonly string[]): string =>
  sources.map((source) => sourceWords[source] ?? source.replaceAll('-', ' ')).join(', ')

const triggers: Record<string, string> = {
  creation: 'after it was recorded',
  'last-activity': 'after its last use',
  'account-closure': 'after the account is closed',
  'parent-deletion': 'after what it belongs to is gone',
  'subscription-end': 'after the subscription ends',
  'last-dependant': 'after nothing uses it any more',
}

/** Until when something is kept, and the class of retention under which the policy says so. */
export interface KeptUntil {
  retentionClass: string
  words: string
}

/** A period of the policy in words: "30 days after the account is closed". */
export const periodWords = (length: string, trigger: string): string =>
  length === 'forever' ? 'for ever' : `${period(length)} ${triggers[trigger] ?? trigger.replaceAll('-', ' ')}`

/** Until when what is held in these columns is kept: each period of the policy once. */
export const keptUntil = (
  held: readonly string[],
  map: readonly DataMapColumn[],
  policy: Pick<Policy, 'retention'>,
): KeptUntil[] => {
  const mine = map.filter(({ table, column }) => held.includes(`${table}.${column}`))
  const periods = [...new Set(mine.map(({ retention }) => retention))].flatMap((name) =>
    policy.retention
      .filter(({ retentionClass }) => retentionClass === name)
      .map(({ retentionClass, period: length, trigger }) => ({ retentionClass, words: periodWords(length, trigger) })),
  )
  return periods.filter(({ words }, at) => periods.findIndex((other) => other.words === words) === at)
}

/** A reason that a category is held, with its legal basis. */
export const whyWords = ({ purposes }: Pick<Held, 'purposes'>): string[] =>
  purposes.map(({ label, basis }) => `${label} (${basis.replaceAll('-', ' ')})`)
