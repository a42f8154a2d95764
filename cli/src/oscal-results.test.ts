import { expect, test } from 'vitest'
import type { Report } from './api-types.ts'
import { oscalResults } from './oscal-results.ts'

type Clause = Report['clauses'][number]
const clause = (id: string, state: Clause['state'], over: Partial<Clause> = {}): Clause => ({
  id,
  state,
  promise: `promise ${id}`,
  rule: 'retention-runs',
  check: 'a-check',
  figure: '1 looked at',
  reason: null,
  ...over,
})
const report: Report = {
  policy: 'starter',
  checkedAt: '2026-11-22T04:00:00.000Z',
  summary: { kept: 1, broken: 1, attested: 1, informed: 0, unproven: 1 },
  clauses: [
    clause('START-01', 'kept'),
    clause('START-02', 'broken', { reason: '3 rows past due' }),
    clause('START-03', 'attested'),
    clause('START-04', 'unproven', { check: null, figure: null, reason: 'not built yet: legal holds' }),
  ],
}

interface Finding {
  readonly uuid: string
  readonly title: string
  readonly target: { readonly status: { readonly state: string; readonly remarks?: string } }
  readonly 'related-observations'?: readonly { 'observation-uuid': string }[]
}
const resultOf = (made: object) => {
  const results = (
    made as { 'assessment-results': { results: { findings: Finding[]; observations: { uuid: string }[] }[] } }
  )['assessment-results'].results
  return results[0]!
}

test('only what is kept, attested or informed is satisfied, and the rest says why not', () => {
  const { findings } = resultOf(oscalResults(report, 'https://cloud.example/policy'))
  expect(findings.map(({ title, target }) => [title, target.status.state, target.status.remarks])).toEqual([
    ['START-01', 'satisfied', undefined],
    ['START-02', 'not-satisfied', '3 rows past due'],
    ['START-03', 'satisfied', 'attested by a person'],
    ['START-04', 'not-satisfied', 'unproven: not built yet: legal holds'],
  ])
})

test('each finding names the observation that it rests on; one without a check names none', () => {
  const { findings, observations } = resultOf(oscalResults(report, 'https://cloud.example/policy'))
  const named = findings.map((finding) => finding['related-observations']?.[0]?.['observation-uuid'])
  expect(named).toEqual([...observations.map(({ uuid }) => uuid), undefined])
  for (const { uuid } of [...findings, ...observations])
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('the same report is the same document, and another time another one', () => {
  const url = 'https://cloud.example/policy'
  expect(oscalResults(report, url)).toEqual(oscalResults(report, url))
  const later = oscalResults({ ...report, checkedAt: '2026-11-22T05:00:00.000Z' }, url)
  expect(resultOf(later).findings[0]?.uuid).not.toBe(resultOf(oscalResults(report, url)).findings[0]?.uuid)
})
