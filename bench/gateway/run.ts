import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { closedLoop, type LoadResult, openLoop, readStreams, type StreamResult } from './load.ts'
import { cpuMicros } from './processes.ts'
import { startAvow, startBare, startMock, startNginx, startPortkey, type Target } from './targets.ts'

// npm run bench:gateway -w bench [-- --requests 20000 --seconds 4 --rounds 3 --streams 100 --port 9360]
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    requests: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    streams: { type: 'string', default: '100' },
    port: { type: 'string', default: '9360' },
    only: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const requests = Number(values.requests)
const rounds = Number(values.rounds)
const streams = Number(values.streams)
const basePort = Number(values.port)
const connections = 32
const eventsPerStream = 250
const eventGapMs = 20
const openRate = 3000

const prompt = {
  model: 'bench',
  messages: [
    { role: 'system', content: 'You are terse.' },
    { role: 'user', content: 'Why is the sky blue? '.repeat(20) },
  ],
  temperature: 0.7,
  max_tokens: 200,
}

type Measured<T> = T & { readonly cpuMicros: number; readonly databaseCpuMicros?: number }

const measure = async <T>(
  target: Target,
  work: () => Promise<T>,
  count: (result: T) => number,
): Promise<Measured<T>> => {
  const pids = target.pids()
  const databasePids = 'databasePids' in target ? (target as { databasePids: () => number[] }).databasePids() : []
  const began = performance.now()
  const before = cpuMicros(pids)
  const databaseBefore = cpuMicros(databasePids)
  const result = await work()
  // What is done a moment later belongs to the same requests: usage is carried to the database once a second.
  if (databasePids.length > 0) await new Promise((resolve) => setTimeout(resolve, 1200))
  const each = (micros: number): number => Math.round((micros / Math.max(1, count(result))) * 10) / 10
  const used = cpuMicros(pids) - before
  // The whole control plane lives in avow's process: what it uses with no requests at all is not a request's.
  const idle = ((idleMicrosPerSecond.get(target.name) ?? 0) * (performance.now() - began)) / 1000
  const own = { ...result, cpuMicros: each(used - idle) }
  return databasePids.length === 0 ? own : { ...own, databaseCpuMicros: each(cpuMicros(databasePids) - databaseBefore) }
}

const idleMicrosPerSecond = new Map<string, number>()
const idleSeconds = 6

const measureIdle = async (targets: readonly Target[]): Promise<void> => {
  const before = targets.map((target) => cpuMicros(target.pids()))
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000))
  for (const [index, target] of targets.entries()) {
    const used = cpuMicros(target.pids()) - (before[index] ?? 0)
    idleMicrosPerSecond.set(target.name, Math.round(used / idleSeconds))
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
const ratio = (a: number, b: number): number => Math.round((a / b) * 100) / 100

/** One round a target in turn, so that what else the machine does falls on all of them. */
const inTurn = async <T>(
  targets: readonly Target[],
  work: (target: Target) => Promise<Measured<T>>,
): Promise<Map<string, Measured<T>[]>> => {
  const results = new Map<string, Measured<T>[]>(targets.map((target) => [target.name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) {
      const result = await work(target)
      results.get(target.name)?.push(result)
      console.log(`  ${target.name.padEnd(8)} ${JSON.stringify(result)}`)
    }
  }
  return results
}

/** Of the least disturbed round: what else runs on the machine can only add to it. */
const cpuOf = <T>(results: Map<string, Measured<T>[]>, name: string): number =>
  Math.min(...(results.get(name) ?? []).map((one) => one.cpuMicros), Number.POSITIVE_INFINITY)
const figureOf = <T>(results: Map<string, Measured<T>[]>, name: string, pick: (one: T) => number): number =>
  median((results.get(name) ?? []).map(pick))

interface Line {
  readonly figure: string
  readonly measured: number
  readonly goal: string
  readonly met: boolean | null
}

const compare = (
  plain: Map<string, Measured<LoadResult>[]>,
  open: Map<string, Measured<LoadResult>[]>,
  streamed: Map<string, Measured<StreamResult>[]>,
): Line[] => {
  const plainRatio = ratio(cpuOf(plain, 'avow'), cpuOf(plain, 'bare'))
  const portkeyRatio = ratio(cpuOf(plain, 'portkey'), cpuOf(plain, 'avow'))
  const streamRatio = ratio(cpuOf(streamed, 'avow'), cpuOf(streamed, 'bare'))
  const tail = ratio(
    figureOf(open, 'avow', (one) => one.p99),
    figureOf(open, 'nginx', (one) => one.p99),
  )
  const eventTail = figureOf(streamed, 'avow', (one) => one.p99)
  const known = (value: number, met: boolean): boolean | null => (Number.isFinite(value) && value > 0 ? met : null)
  return [
    {
      figure: 'plain: CPU a request, avow / bare Node proxy',
      measured: plainRatio,
      goal: '<= 1.5',
      met: known(plainRatio, plainRatio <= 1.5),
    },
    {
      figure: 'plain: CPU a request, Portkey / avow',
      measured: portkeyRatio,
      goal: '>= 15',
      met: known(portkeyRatio, portkeyRatio >= 15),
    },
    {
      figure: 'stream: CPU an event, avow / bare Node proxy',
      measured: streamRatio,
      goal: '<= 1.3',
      met: known(streamRatio, streamRatio <= 1.3),
    },
    {
      figure: `plain: p99 at ${openRate}/s open loop, avow / nginx`,
      measured: tail,
      goal: '<= 3',
      met: known(tail, tail <= 3),
    },
    {
      figure: `stream: event p99 in ms, ${streams} streams of ${1000 / eventGapMs}/s`,
      measured: eventTail,
      goal: '<= 10',
      met: known(eventTail, eventTail <= 10),
    },
  ]
}

const body = (target: Target, more: object = {}): Buffer => target.request({ ...prompt, ...more })

const startTargets = async (upstream: number): Promise<Target[]> => {
  const wanted = values.only?.split(',') ?? ['bare', 'nginx', 'avow', 'portkey']
  const starters = { bare: startBare, nginx: startNginx, avow: startAvow, portkey: startPortkey }
  const targets: Target[] = []
  for (const [index, [name, starter]] of Object.entries(starters).entries()) {
    if (!wanted.includes(name)) continue
    const target = await starter(basePort + 1 + index, upstream)
    if (target === null) console.log(`${name} is not to be had here: left out`)
    else targets.push(target)
  }
  return targets
}

const warmUp = async (targets: readonly Target[]): Promise<void> => {
  console.log('warming up')
  for (const target of targets) await closedLoop(target.port, body(target), connections, requests)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await measureIdle(targets)
  console.log(`idle, CPU in microseconds a second: ${JSON.stringify(Object.fromEntries(idleMicrosPerSecond))}`)
}

const measurePlain = (targets: readonly Target[]): Promise<Map<string, Measured<LoadResult>[]>> => {
  console.log(`plain, closed loop, ${connections} connections`)
  // Portkey takes ten times as long; a fifth of the requests says enough.
  const share = (target: Target): number => (target.name === 'portkey' ? Math.ceil(requests / 5) : requests)
  return inTurn(targets, (target) =>
    measure(
      target,
      () => closedLoop(target.port, body(target), connections, share(target)),
      (one) => one.requests,
    ),
  )
}

const measureOpen = (targets: readonly Target[]): Promise<Map<string, Measured<LoadResult>[]>> => {
  console.log(`plain, open loop, ${openRate}/s`)
  return inTurn(targets, (target) =>
    measure(
      target,
      () => openLoop(target.port, body(target), openRate, seconds),
      (one) => one.requests,
    ),
  )
}

const measureStreams = (targets: readonly Target[]): Promise<Map<string, Measured<StreamResult>[]>> => {
  console.log(`streams: ${streams} at once, ${1000 / eventGapMs} events/s each`)
  const wish = { stream: true, stream_options: { include_usage: true } }
  return inTurn(targets, (target) =>
    measure(
      target,
      () => readStreams(target.port, body(target, wish), streams),
      (one) => one.events,
    ),
  )
}

const mock = await startMock(basePort, eventsPerStream, eventGapMs)
const targets = await startTargets(basePort)
try {
  await warmUp(targets)
  const plain = await measurePlain(targets)
  const open = await measureOpen(targets.filter((target) => target.name !== 'portkey'))
  const streamed = await measureStreams(targets)
  const lines = compare(plain, open, streamed)
  console.table(lines)
  const result = {
    at: new Date().toISOString(),
    machine: { cpus: cpus().length, model: cpus()[0]?.model, load: loadavg() },
    idleMicrosPerSecond: Object.fromEntries(idleMicrosPerSecond),
    lines,
    plain: Object.fromEntries(plain),
    open: Object.fromEntries(open),
    streamed: Object.fromEntries(streamed),
  }
  mkdirSync(join(import.meta.dirname, '../results'), { recursive: true })
  writeFileSync(join(import.meta.dirname, '../results/gateway.json'), `${JSON.stringify(result, null, 2)}\n`)
} finally {
  for (const target of targets) await target.stop()
  await mock.stop()
}
