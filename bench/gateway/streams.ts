import { parseArgs } from 'node:util'
import { keepResult } from '../figures.ts'
import { readStreams } from './load.ts'
import { residentMibMax } from './memory.ts'
import { startAvow, startMock } from './targets.ts'

// npm run bench:streams -w bench [-- --streams 2000 --seconds 30 --port 9420]
// Many streams at once on one process, ten events a second each, from the real server: memory, and how late events are.
const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '30' },
    port: { type: 'string', default: '9420' },
  },
})
const streams = Number(values.streams)
const seconds = Number(values.seconds)
const port = Number(values.port)
const eventsPerSecond = 10
const goals = { mibMax: 1024, lateMs: 50 }

const mock = await startMock(port, seconds * eventsPerSecond, 1000 / eventsPerSecond)
const avow = await startAvow(port + 1, port)
try {
  const [pid] = avow.pids()
  if (pid === undefined) throw new Error('the server has no process')
  const request = avow.request({
    model: 'bench',
    messages: [{ role: 'user', content: 'Go on.' }],
    stream: true,
    stream_options: { include_usage: true },
  })
  await readStreams(avow.port, request, 20)
  const { failed, events, p50, p99 } = await readStreams(avow.port, request, streams)
  const mibMax = residentMibMax(pid)
  const expected = streams * seconds * eventsPerSecond
  const lines = [
    { figure: 'streams that failed', measured: failed, goal: '0', met: failed === 0 },
    { figure: 'events that came', measured: events, goal: String(expected), met: events === expected },
    { figure: 'event p50, ms', measured: p50, goal: 'none', met: null },
    { figure: 'event p99, ms', measured: p99, goal: `<= ${goals.lateMs}`, met: p99 <= goals.lateMs },
    { figure: 'memory at most, MiB', measured: mibMax, goal: `< ${goals.mibMax}`, met: mibMax < goals.mibMax },
  ]
  console.table(lines)
  keepResult('streams', { streams, seconds, eventsPerSecond, lines })
} finally {
  await avow.stop()
  await mock.stop()
}
