import { starterPolicy } from '../test-system.ts'

export const provider =
  '{ id: example-ai, name: Example Ltd, role: processor, purposes: [provide], categories: [content.inference], country: US, safeguard: clauses }'
export const narrow =
  '{ id: narrow, name: Narrow Ltd, role: processor, purposes: [billing], categories: [account.contact], fields: [email address], country: US }'
const regions = 'allowed: [US]\n  transfers:\n    - { to: DE, for: mail, safeguard: clauses of the law }'
export const german =
  '{ id: mail, name: Post, role: processor, purposes: [communicate], categories: [correspondence], country: DE }'

/** The starter with a rule in the place of START-36's, and other recipients and regions. */
export const policyWith = (
  rule: string,
  recipients: readonly string[] = [],
  more: readonly (readonly [string, string])[] = [],
) =>
  starterPolicy(
    ['rules: [recipients-only]', `rules: [${rule}]`],
    ...(recipients.length === 0
      ? []
      : [['recipients: []', `recipients:\n${recipients.map((one) => `  - ${one}`).join('\n')}`] as const]),
    ...more,
  )
export const broken = (reason: string) => ({ state: 'broken', reason })
export const inRegions = ['allowed: any', regions] as const
