import type { paths } from '../openapi.d.ts'

export type ProcessingRecord =
  paths['/api/v1/privacy/processing-record']['get']['responses'][200]['content']['application/json']

/** A cell that no spreadsheet takes for a formula (RFC 4180 quoting; a leading =, +, - or @ is put behind an apostrophe). */
const cell = (text: string): string => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`

const columns = [
  'purpose',
  'legal basis',
  'consent',
  'category',
  'data',
  'whose',
  'sources',
  'retention',
  'recipients',
  'transfers',
  'where',
]

/** One line for each purpose and category of data. */
export const processingRecordCsv = (record: ProcessingRecord): string => {
  const transfers = record.transfers.map(({ to, for: why, safeguard }) => `${to} for ${why} (${safeguard})`).join('; ')
  const rows = record.activities.flatMap((activity) =>
    activity.categories.map((category) => [
      activity.label,
      activity.basis ?? '',
      activity.consent ?? '',
      category.label,
      category.fields.join(', '),
      category.subjects.join(', '),
      category.sources.join(', '),
      category.retention.join('; '),
      activity.recipients.map(({ name, role }) => `${name} (${role})`).join('; '),
      transfers,
      category.columns.join(' '),
    ]),
  )
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Legal bases in DPV's extension for the GDPR (https://w3id.org/dpv/legal/eu/gdpr). */
const bases: Readonly<Record<string, string>> = {
  consent: 'eu-gdpr:A6-1-a',
  contract: 'eu-gdpr:A6-1-b',
  'legal-obligation': 'eu-gdpr:A6-1-c',
  'vital-interest': 'eu-gdpr:A6-1-d',
  'public-task': 'eu-gdpr:A6-1-e',
  'legitimate-interest': 'eu-gdpr:A6-1-f',
}

/** Purposes of the policy language in DPV's taxonomy of purposes (https://w3id.org/dpv#vocab-purposes). */
const purposes: Readonly<Record<string, string>> = {
  provide: 'dpv:ServiceProvision',
  account: 'dpv:AccountManagement',
  billing: 'dpv:PaymentManagement',
  security: 'dpv:EnforceSecurity',
  support: 'dpv:CustomerCare',
  communicate: 'dpv:CommunicationManagement',
  marketing: 'dpv:Marketing',
  analytics: 'dpv:ServiceOptimisation',
  training: 'dpv:ResearchAndDevelopment',
  legal: 'dpv:LegalCompliance',
}

const named = (type: string, text: string): object => ({ '@type': type, 'rdfs:label': text })

/** The record in the W3C Data Privacy Vocabulary, as JSON-LD. */
export const processingRecordDpv = (record: ProcessingRecord): object => ({
  '@context': {
    dpv: 'https://w3id.org/dpv#',
    'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
    dct: 'http://purl.org/dc/terms/',
    rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  },
  '@type': 'dpv:RecordOfDataProcessing',
  'dct:created': record.madeAt,
  'dct:source': `${record.policy.id} ${record.policy.version} (${record.policy.hash})`,
  'dpv:hasDataController': named('dpv:DataController', record.controller.name),
  'dpv:hasTechnicalOrganisationalMeasure': record.security.map((text) =>
    named('dpv:TechnicalOrganisationalMeasure', text),
  ),
  'dpv:hasProcess': record.activities.map((activity) => ({
    '@type': 'dpv:Process',
    'rdfs:label': activity.label,
    'dpv:hasPurpose': { '@type': purposes[activity.purpose] ?? 'dpv:Purpose', 'rdfs:label': activity.label },
    ...(activity.basis === null ? {} : { 'dpv:hasLegalBasis': { '@id': bases[activity.basis] ?? 'dpv:LegalBasis' } }),
    'dpv:hasPersonalData': activity.categories.map((category) => ({
      ...named('dpv:PersonalData', category.label),
      'dct:description': category.fields.join(', '),
      'dpv:hasDataSubject': category.subjects.map((subject) => named('dpv:DataSubject', subject)),
      'dpv:hasDataSource': category.sources.map((source) => named('dpv:DataSource', source)),
      'dpv:hasStorageCondition': category.retention.map((text) => named('dpv:StorageDuration', text)),
    })),
    'dpv:hasRecipient': activity.recipients.map(({ name, country }) => ({
      ...named('dpv:Recipient', name),
      ...(country === null ? {} : { 'dpv:hasCountry': country }),
    })),
  })),
})
