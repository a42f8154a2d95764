/** The report as OSCAL assessment results (NIST, version 1.1.2), for tools that collect such results. */
import { createHash } from 'node:crypto'
import type { Report } from './api-types.ts'

type Clause = Report['clauses'][number]

const oscalVersion = '1.1.2'

/** A UUID made from a hash (RFC 9562) that is the same for the same parts, so that a report exported twice is one report. */
const uuidOf = (...parts: readonly string[]): string => {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)
  // OSCAL takes versions 4 and 5 only: this is marked as 5, the one that is made from names.
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** OSCAL knows satisfied and not: what is unproven is not satisfied, and says that nothing was found against it. */
const statusOf = ({ state, reason }: Clause): { state: string; reason: string; remarks?: string } => {
  switch (state) {
    case 'kept':
    case 'informed':
      return { state: 'satisfied', reason: 'pass' }
    case 'attested':
      return { state: 'satisfied', reason: 'other', remarks: 'attested by a person' }
    case 'broken':
      return { state: 'not-satisfied', reason: 'fail', remarks: reason ?? 'broken' }
    case 'unproven':
      return { state: 'not-satisfied', reason: 'other', remarks: `unproven: ${reason ?? 'no reason given'}` }
  }
}

const observationOf = (clause: Clause, report: Report) => ({
  uuid: uuidOf('observation', report.policy, report.checkedAt, clause.id),
  title: `Check of ${clause.id}`,
  description: `${clause.check ?? 'no check'}: ${clause.figure ?? 'nothing looked at'}`,
  methods: [clause.state === 'attested' ? 'INTERVIEW' : 'TEST'],
  collected: report.checkedAt,
})

const findingOf = (clause: Clause, report: Report, hasObservation: boolean) => ({
  uuid: uuidOf('finding', report.policy, report.checkedAt, clause.id),
  title: clause.id,
  description: clause.promise,
  props: [{ name: 'clause-state', ns: 'https://avow.invalid/ns/oscal', value: clause.state }],
  target: { type: 'objective-id', 'target-id': clause.id, status: statusOf(clause) },
  ...(hasObservation ? { 'related-observations': [{ 'observation-uuid': observationOf(clause, report).uuid }] } : {}),
})

/**
 * The report as an OSCAL document.
 * @param policyUrl where the policy is published: it stands for the plan of the assessment
 */
export const oscalResults = (report: Report, policyUrl: string): object => {
  const looked = report.clauses.filter(({ check }) => check !== null)
  const observations = looked.map((clause) => observationOf(clause, report))
  return {
    'assessment-results': {
      uuid: uuidOf('results', report.policy, report.checkedAt),
      metadata: {
        title: `Report on the policy ${report.policy}`,
        'last-modified': report.checkedAt,
        version: report.checkedAt,
        'oscal-version': oscalVersion,
      },
      'import-ap': { href: policyUrl },
      results: [
        {
          uuid: uuidOf('result', report.policy, report.checkedAt),
          title: `Check of ${report.checkedAt}`,
          description: 'Every check of the policy on the running system, clause by clause.',
          start: report.checkedAt,
          'reviewed-controls': {
            'control-selections': [{ 'include-controls': report.clauses.map(({ id }) => ({ 'control-id': id })) }],
          },
          ...(observations.length === 0 ? {} : { observations }),
          findings: report.clauses.map((clause) => findingOf(clause, report, looked.includes(clause))),
        },
      ],
    },
  }
}
