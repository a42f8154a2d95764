import { deepStrictEqual } from 'node:assert'
import { dataMap } from '../../server/src/app.ts'
import { mapTable } from '../../server/src/platform/db/index.ts'
import { sql } from '../../server/src/platform/db/query-words.ts'
import { keepResult, median, rounded } from '../figures.ts'
import { createAvowRecords } from './avow-records.ts'
import { type Asked, createAsking, type MixName, mixes } from './mixes.ts'
import { type BenchPlatform, openPlatform } from './open-platform.ts'
import { createPlainRecords } from './plain-records.ts'
import { createTables, type PersonalRecord, personalRecord, type Records } from './record.ts'

// npm run bench:compliance -w bench
// The four mixes of GDPRbench, put in turn to the platform with everything on and to plain tables with nothing.
const size = { people: 2000, recordsEach: 10, dataLength: 200 }
const rounds = 7
const queriesARound: Readonly<Record<MixName, number>> = {
  controller: 300,
  customer: 1200,
  processor: 600,
  regulator: 800,
}
const goals: Readonly<Record<MixName, number | null>> = {
  controller: 1.5,
  customer: 1.5,
  processor: 2.5,
  regulator: null,
}
const minuteMs = 60_000

interface Taken {
  readonly ms: number
  readonly answers: readonly unknown[]
  readonly msOf: ReadonlyMap<string, number>
}
interface Round {
  readonly avow: Taken
  readonly plain: Taken
}

/** Puts queries to one side, one after the other, each a minute after the one before. */
const put = async ({ clock }: BenchPlatform, to: Records, asked: readonly Asked[], fromMs: number): Promise<Taken> => {
  clock.set(new Date(fromMs))
  const answers: unknown[] = []
  const msOf = new Map<string, number>()
  const began = performance.now()
  for (const one of asked) {
    clock.advance(minuteMs)
    const before = performance.now()
    answers.push(await one.put(to))
    msOf.set(one.query, (msOf.get(one.query) ?? 0) + performance.now() - before)
  }
  return { ms: performance.now() - began, answers, msOf }
}

/** The decisions of a round are taken into the log within the time that is measured. */
const putWithLog = async (platform: BenchPlatform, to: Records, asked: readonly Asked[], fromMs: number) => {
  const taken = await put(platform, to, asked, fromMs)
  const began = performance.now()
  await platform.evidence.integrate()
  const logMs = performance.now() - began
  return { ...taken, ms: taken.ms + logMs, msOf: new Map([...taken.msOf, ['(log)', logMs]]) }
}

const fill = async (sides: readonly Records[], records: readonly PersonalRecord[]): Promise<void> => {
  const waiting = records.values()
  const lane = async (): Promise<void> => {
    for (const record of waiting) for (const side of sides) await side.create(record)
  }
  await Promise.all(Array.from({ length: 4 }, lane))
}

/** The same lines of a log on both sides, from the seventeen hours before. */
const fillLogs = async ({ database, evidence }: BenchPlatform, nowMs: number): Promise<void> => {
  const from = new Date(nowMs - 1010 * minuteMs).toISOString()
  const lines = sql`select ${from}::timestamptz + n * interval '6 seconds' as at, case when n % 7 = 0 then 'refused' else 'done' end as decision from generate_series(0, 10099) n`
  await database.direct.execute(sql`insert into plain.log (at, decision) select at, decision from (${lines}) l`)
  await database.direct.execute(
    sql`insert into evidence_leaf (at, gate, decision) select at, 'purpose', decision from (${lines}) l`,
  )
  await evidence.integrate()
}

const summarise = (mix: MixName, taken: readonly Round[]) => {
  const goal = goals[mix]
  const ratio = rounded(median(taken.map(({ avow, plain }) => avow.ms / plain.ms)))
  const each = (side: keyof Round) => rounded(median(taken.map((one) => one[side].ms)) / queriesARound[mix])
  const sum = (side: keyof Round, query: string) => taken.reduce((ms, one) => ms + (one[side].msOf.get(query) ?? 0), 0)
  const all = (side: keyof Round) => taken.reduce((ms, one) => ms + one[side].ms, 0)
  const queries = mixes[mix].map(([query, share]) => ({
    query,
    share: `${share} %`,
    ratio: rounded(sum('avow', query) / sum('plain', query)),
    ofPlain: `${rounded((100 * sum('plain', query)) / all('plain'))} %`,
  }))
  console.log(`${mix}, query by query; the log took ${rounded((100 * sum('avow', '(log)')) / all('avow'))} %`)
  console.table(queries)
  return {
    ratio,
    goal: goal === null ? 'none' : `<= ${goal}`,
    met: goal === null ? null : ratio <= goal,
    avowMs: each('avow'),
    plainMs: each('plain'),
    queries,
  }
}

/** Every answer of both sides, to every query, must be the same. */
const compareAnswers = (mix: MixName, asked: readonly Asked[], { avow, plain }: Round): number => {
  for (const [at, { query }] of asked.entries())
    deepStrictEqual(avow.answers[at], plain.answers[at], `${mix}: ${query} was answered differently`)
  return asked.length
}

const map = [...dataMap, ...mapTable(personalRecord)]
const platform = await openPlatform(map, createTables)
try {
  let atMs = platform.clock.nowMs()
  const avow = createAvowRecords(platform, map)
  const plain = createPlainRecords({ ...platform, period: 'P30D' })
  const asking = createAsking(size, 20_260_105, atMs)
  await fill([avow, plain], asking.initial())
  await fillLogs(platform, atMs)
  await platform.database.pool.query('vacuum analyze')
  console.log(`${size.people * size.recordsEach} records of ${size.people} people on each side`)

  const lines: Record<string, ReturnType<typeof summarise>> = {}
  let compared = 0
  for (const mix of Object.keys(mixes) as MixName[]) {
    const taken: Round[] = []
    for (let number = 0; number <= rounds; number++) {
      const asked = asking.next(mix, atMs, queriesARound[mix])
      const first = number % 2 === 0 ? await putWithLog(platform, avow, asked, atMs) : null
      const onPlain = await put(platform, plain, asked, atMs)
      const round = { avow: first ?? (await putWithLog(platform, avow, asked, atMs)), plain: onPlain }
      compared += compareAnswers(mix, asked, round)
      atMs += asked.length * minuteMs
      if (number > 0) taken.push(round)
    }
    lines[mix] = summarise(mix, taken)
  }
  console.table(Object.fromEntries(Object.entries(lines).map(([mix, { queries: _, ...line }]) => [mix, line])))
  console.log(`${compared} answers compared, all the same on both sides`)
  keepResult('compliance', { size, rounds, compared, lines })
} finally {
  await platform.stop()
}
