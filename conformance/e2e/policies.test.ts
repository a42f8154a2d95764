import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPolicy } from '../src/clauses/policy-under-test.ts'
import { sabotages } from '../src/clauses/sabotages/index.ts'
import { lateStories, stories } from '../src/clauses/stories/index.ts'
import { policySettings } from '../src/policy-settings.ts'
import { root, startAvow } from '../src/start-avow.ts'

interface Report {
  readonly summary: Record<'kept' | 'broken' | 'attested' | 'informed' | 'unproven', number>
  readonly clauses: readonly { id: string; state: string; figure: string | null; reason: string | null }[]
}

const originals = JSON.parse(readFileSync(join(root, 'policy/reference-clauses.json'), 'utf8')) as Record<
  string,
  Record<string, string>
>

/** What is built, so that it must hold on a fresh server; other clauses join as their capabilities do. */
const holding: Record<string, { ids: string[]; minimumAge: number }> = {
  easellm: {
    ids: [
      'EASE-01',
      'EASE-02',
      'EASE-05',
      'EASE-06',
      'EASE-08',
      'EASE-09',
      'EASE-10',
      'EASE-14',
      'EASE-17',
      'EASE-18',
      'EASE-19',
      'EASE-21',
      'EASE-24',
      'EASE-25',
      'EASE-26',
    ],
    minimumAge: 13,
  },
  'gmi-cloud': {
    ids: [
      'GMI-02',
      'GMI-04',
      'GMI-06',
      'GMI-10',
      'GMI-15',
      'GMI-14',
      'GMI-16',
      'GMI-18',
      'GMI-19',
      'GMI-21',
      'GMI-22',
      'GMI-23',
      'GMI-25',
      'GMI-26',
      'GMI-27',
      'GMI-30',
      'GMI-32',
      'GMI-34',
      'GMI-36',
      'GMI-39',
      'GMI-40',
      'GMI-41',
    ],
    minimumAge: 16,
  },
  'gpu-cloud-tracker': {
    ids: ['TRACK-02', 'TRACK-05', 'TRACK-07', 'TRACK-10', 'TRACK-14'],
    minimumAge: 18,
  },
  ozekai: {
    ids: [
      'OZE-02',
      'OZE-08',
      'OZE-10',
      'OZE-11',
      'OZE-15',
      'OZE-20',
      'OZE-21',
      'OZE-22',
      'OZE-26',
      'OZE-29',
      'OZE-31',
      'OZE-34',
      'OZE-35',
      'OZE-37',
    ],
    minimumAge: 18,
  },
  ecohash: {
    ids: [
      'ECO-02',
      'ECO-03',
      'ECO-04',
      'ECO-06',
      'ECO-10',
      'ECO-11',
      'ECO-14',
      'ECO-16',
      'ECO-18',
      'ECO-19',
      'ECO-20',
      'ECO-21',
      'ECO-22',
      'ECO-25',
      'ECO-26',
      'ECO-27',
      'ECO-28',
      'ECO-29',
      'ECO-30',
      'ECO-38',
      'ECO-39',
      'ECO-40',
      'ECO-43',
      'ECO-44',
      'ECO-45',
      'ECO-46',
    ],
    minimumAge: 18,
  },
}

const told = new Set([...stories, ...lateStories].flatMap(({ kinds }) => kinds))

/** Kinds of rules of these clauses that no story of the clause suite exercises, or no sabotage of it breaks. */
const forgotten = (name: string, ids: readonly string[]): string[] => {
  const { clauses, rules } = readPolicy(name).policy
  const wanted = new Set(clauses.filter(({ id }) => ids.includes(id)).flatMap((clause) => clause.rules))
  const kinds = new Set(rules.filter(({ id }) => wanted.has(id)).map(({ kind }) => kind))
  return [...kinds].filter((kind) => !told.has(kind) || sabotages[kind] === undefined)
}

/** A date of birth for someone who turns `years` in so many days. */
const turns = (years: number, inDays: number): string => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), now.getUTCDate() + inDays))
    .toISOString()
    .slice(0, 10)
}

describe.each(Object.entries(originals))('a fresh server under the policy %s', (name, clauses) => {
  it('breaks no clause, keeps those whose features are there, and says of the others what they wait for', async () => {
    await using avow = await startAvow({ env: { AVOW_POLICY: name, AVOW_ENGINE: 'off', ...policySettings[name] } })
    const { code, stdout, stderr } = await avow.cli(['policy', 'verify', '--json'])
    const report = JSON.parse(stdout) as Report
    const { kept, informed, attested, unproven, broken } = report.summary
    process.stdout.write(
      `${name}: ${kept} kept, ${informed} informed, ${attested} attested, ${unproven} unproven, ${broken} broken\n`,
    )
    expect(
      report.clauses.filter(({ state }) => state === 'broken'),
      stderr,
    ).toEqual([])
    expect(code).toBe(0)
    expect(report.clauses.map(({ id }) => id)).toEqual(Object.keys(clauses))
    const good = report.clauses.filter(({ state }) => state === 'kept' || state === 'informed').map(({ id }) => id)
    expect(good).toEqual(expect.arrayContaining(holding[name]?.ids ?? []))
    expect(forgotten(name, good), 'rules said to hold, with no story or no sabotage in src/clauses').toEqual([])
    for (const { id, state, figure, reason } of report.clauses)
      expect(state === 'unproven' ? reason : figure, id).toMatch(/./)

    const trust = await avow.api(null).GET('/api/v1/trust')
    expect(trust.data).toMatchObject({ policy: name, summary: report.summary })

    const states = await (await fetch(`${avow.url}/trust`)).text()
    expect(states).toContain(`${kept} kept, 0 broken, ${attested} attested, ${informed} informed, ${unproven} unproven`)

    const page = await fetch(`${avow.url}/policy`)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    for (const text of [...Object.keys(clauses), 'reference operator', 'in force since 2026-11-22'])
      expect(html).toContain(text)
    const shown = await avow.cli(['policy', 'show'])
    const policy = await avow.api(null).GET('/api/v1/policy')
    expect(shown.stdout.trim()).toBe(policy.data?.page.trim())

    const age = holding[name]?.minimumAge ?? 0
    const signUp = (email: string, birthDate: string) =>
      avow.api(null).POST('/api/v1/auth/sign-up', {
        body: { name: 'Kim', email, password: 'a long enough phrase 42', birthDate },
      })
    // Two days of room: the server may read the clock on the other side of midnight.
    expect((await signUp('young@people.invalid', turns(age, 2))).response.status).toBe(403)
    expect((await signUp('grown@people.invalid', turns(age, -2))).response.status).toBe(202)
  })
})
