import { createHash } from 'node:crypto'
import type { CompiledPolicy } from '@avow/policy'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { makeProcessingRecord } from '../processing-record.ts'

export interface Addendum {
  readonly policy: string
  readonly policyVersion: string
  /** SHA-256 of the text, hex. */
  readonly hash: string
  readonly text: string
}

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex')

const bullets = (lines: readonly string[], none: string): string =>
  lines.length === 0 ? `- ${none}` : lines.map((line) => `- ${line}`).join('\n')

const section = (title: string, ...paragraphs: readonly string[]): string => `## ${title}\n\n${paragraphs.join('\n\n')}`

const unique = (values: readonly string[]): string[] => [...new Set(values)]

type Source = CompiledPolicy['source']

const rightsOf = ({ rights }: Source): string[] =>
  Object.entries(rights).map(([right, { deadline }]) => `${right}: answered within ${deadline}`)

const subprocessorsOf = ({ recipients }: Source): string[] =>
  recipients.map(({ name, role, country, safeguard, purposes, categories, fields }) => {
    const gets = fields === undefined ? categories.join(', ') : fields.join(', ')
    const where = [country, safeguard].filter((one) => one !== undefined).join('; ')
    return `${name} (${role}${where === '' ? '' : `; ${where}`}), for ${purposes.join(', ')}: ${gets}`
  })

const incidentsOf = ({ incidents }: Source): string =>
  incidents?.customers === undefined
    ? 'The operator tells the customer of a personal data breach without undue delay.'
    : `The operator tells the customer of a personal data breach within ${incidents.customers} of becoming aware of it.`

const bodiesOf = ({ bodies, training }: Source): string[] => [
  `prompts and outputs are stored: ${bodies.store}`,
  `content of the customer trains models: ${training.customerContent}`,
]

/**
 * The addendum (GDPR, Art. 28(3)) that the policy in force and the data map make: the same text as long as neither changes, so
 * that its hash is what both sides sign.
 */
export const makeAddendum = (policy: CompiledPolicy, map: readonly MappedColumn[]): Addendum => {
  const { source } = policy
  const record = makeProcessingRecord(policy, map, new Date(0))
  const categories = record.activities.flatMap((activity) => activity.categories)
  const held = unique(categories.map(({ label, fields }) => `${label}: ${fields.join(', ')}`)).toSorted()
  const periods = unique(categories.flatMap(({ retention }) => retention)).toSorted()
  const subjects = unique(categories.flatMap((one) => one.subjects)).toSorted()
  const contacts = record.controller.contacts.map(({ role, reach }) => `${role}: ${reach}`)
  const text = [
    '# Data processing addendum',
    `Between the customer that signs it and ${source.operator.name} (the operator), who processes personal data for the customer. It is made from the policy ${policy.id}, version ${policy.version} (${policy.hash}), and binds the operator to it.`,
    section(
      'Subject, nature and duration',
      'The operator runs the service for the customer and processes personal data only for these purposes, on the customer’s documented instructions, as long as the customer has an account:',
      bullets(
        [...policy.purposes.values()].map(({ label, basis }) => `${label} (${basis})`),
        'none',
      ),
    ),
    section('Personal data and whose it is', `Of: ${subjects.join(', ')}.`, bullets(held, 'none')),
    section('Content', bullets(bodiesOf(source), 'none')),
    section('Confidentiality and security', bullets(record.security, 'none')),
    section(
      'Others who take part',
      bullets(subprocessorsOf(source), 'nobody'),
      'A change is announced as the policy announces its changes.',
    ),
    section(
      'Places and transfers',
      `Data is kept in: ${source.regions.allowed === 'any' ? 'any country' : source.regions.allowed.join(', ')}.`,
      bullets(
        record.transfers.map(({ to, for: why, safeguard }) => `${to}: ${why}; ${safeguard}`),
        'no transfers',
      ),
    ),
    section(
      'Rights of people',
      'The operator helps the customer to answer people:',
      bullets(rightsOf(source), 'as law asks'),
    ),
    section('Breaches', incidentsOf(source)),
    section(
      'Return and deletion',
      'Data can be exported at any time. It goes after these periods:',
      bullets(periods, 'none'),
    ),
    section(
      'Audit',
      'The operator shows the state of every promise of the policy at /trust, and its decisions in an evidence log that others can verify.',
    ),
    section('Contacts', bullets(contacts, 'the operator of this installation')),
  ].join('\n\n')
  return { policy: policy.id, policyVersion: policy.version, hash: hashText(`${text}\n`), text: `${text}\n` }
}
