import type { DataMapColumn } from '../../app/views.ts'
import { period } from '../../ui/format.ts'

interface RetentionLine {
  retentionClass: string
  trigger: string
}

/** One kind of data about a person, in plain words. */
export interface Held {
  category: string
  what: string
  why: string
  howLong: string
}

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
  'content.workspace': 'Files of your workspaces',
  'content.training': 'Data and results of training',
  'content.published': 'What you published',
  correspondence: 'Mail that this cloud wrote to you',
  'marketing.contact': 'Addresses for marketing',
  'consent.record': 'What you agreed to, and when',
  'rights.request': 'Your requests about your data',
}

const whys: Record<string, string> = {
  provide: 'to run the service',
  account: 'to keep your account',
  billing: 'to bill',
  security: 'to protect the service',
  support: 'to help with problems',
  communicate: 'to write to you about the service',
  marketing: 'to advertise',
  analytics: 'to count, without names',
  training: 'to train models',
  legal: 'because law asks for it',
}

const triggers: Record<string, string> = {
  creation: 'after it was recorded',
  'last-activity': 'after its last use',
  'account-closure': 'after the account is closed',
  'parent-deletion': 'after what it belongs to is gone',
  'subscription-end': 'after the subscription ends',
  'last-dependant': 'after nothing uses it any more',
}

const periodWords = (column: DataMapColumn, rules: readonly RetentionLine[]): string => {
  if (column.period === null) return 'with what it belongs to'
  if (column.period === 'forever') return 'for ever'
  const trigger = rules.find(({ retentionClass }) => retentionClass === column.retention)?.trigger ?? ''
  return `${period(column.period)} ${triggers[trigger] ?? trigger}`.trim()
}

const distinct = (words: readonly string[]): string => [...new Set(words)].join('; ')

/** What is held about a person who has an account: the data map's columns about users, by category. */
export const heldAboutMe = (columns: readonly DataMapColumn[], rules: readonly RetentionLine[]): Held[] => {
  const mine = columns.filter(({ subject, category }) => subject === 'user' && category !== 'system')
  return [...Map.groupBy(mine, ({ category }) => category)].map(([category, of]) => ({
    category,
    what: whats[category] ?? category,
    why: distinct(of.flatMap(({ purposes }) => purposes.map((purpose) => whys[purpose] ?? purpose))),
    howLong: distinct(of.map((column) => periodWords(column, rules))),
  }))
}
