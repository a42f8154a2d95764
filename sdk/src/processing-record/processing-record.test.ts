import { expect, it } from 'vitest'
import { type ProcessingRecord, processingRecordCsv, processingRecordDpv } from './index.ts'

const record: ProcessingRecord = {
  madeAt: '2026-03-01T00:00:00.000Z',
  policy: { id: 'p', version: '1.0.0', hash: 'ab' },
  controller: { name: 'Ada, Ltd', country: 'GB', address: null, contacts: [] },
  activities: [
    {
      purpose: 'billing',
      label: 'to "bill" usage',
      basis: 'contract',
      consent: 'none',
      categories: [
        {
          category: 'billing.record',
          label: '=HYPERLINK("x")',
          fields: ['sums', 'amounts'],
          sources: ['service'],
          subjects: ['organisation'],
          retention: ['billing: P7Y'],
          columns: ['usage_hour.cost_picos'],
        },
      ],
      recipients: [{ id: 'pay', name: 'Payer', role: 'processor', country: 'IE', safeguard: null }],
    },
  ],
  transfers: [{ to: 'US', for: 'mail', safeguard: 'clauses' }],
  security: ['transport: TLSv1.2 or newer'],
  gaps: [],
}

it('a spreadsheet gets one line a purpose and category, with quotes doubled and nothing that it would calculate', () => {
  const [head, line, rest] = processingRecordCsv(record).split('\r\n')
  expect(head).toContain('"purpose","legal basis"')
  expect(line).toBe(
    `"to ""bill"" usage","contract","none","'=HYPERLINK(""x"")","sums, amounts","organisation","service","billing: P7Y","Payer (processor)","US for mail (clauses)","usage_hour.cost_picos"`,
  )
  expect(rest).toBe('')
})

it('DPV names the purpose, the article of the legal basis, the data, the period and the recipient', () => {
  expect(processingRecordDpv(record)).toMatchObject({
    '@type': 'dpv:RecordOfDataProcessing',
    'dpv:hasProcess': [
      {
        'dpv:hasPurpose': { '@type': 'dpv:PaymentManagement' },
        'dpv:hasLegalBasis': { '@id': 'eu-gdpr:A6-1-b' },
        'dpv:hasPersonalData': [{ 'dpv:hasStorageCondition': [{ 'rdfs:label': 'billing: P7Y' }] }],
        'dpv:hasRecipient': [{ 'rdfs:label': 'Payer', 'dpv:hasCountry': 'IE' }],
      },
    ],
  })
})
