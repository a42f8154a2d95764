import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { keepResult, median } from '../figures.ts'
import { openLoop, readStreams } from './load.ts'
import { residentMib } from './memory.ts'
import { startAvow, startMock } from './targets.ts'

// npm run bench:soak -w bench [-- --minutes 10 --requests 600000 --port 9430]
// A day's requests in ten minutes, plain ones at a steady rate with streams beside them: memory must stay flat.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    requests: { type: 'string', default: '600000' },
    port: { type: 'string', default: '9430' },
  },
})
const minutes = Number(values.minutes)
const requests = Number(values.requests)
const port = Number(values.port)
const perSecond = requests / (minutes * 60)
const streamsAtOnce = 50
const sampleMs = 2000
/** Memory of the last fifth over that of the second: the first fills what is kept on purpose. */
const growthGoal = 1.1

const mock = await startMock(port, 100, 20)
const avow = await startAvow(port + 1, port)
try {
  const [pid] = avow.pids()
  if (pid === undefined) throw new Error('the server has no process')
  const messages = [{ role: 'user', content: 'Why is the sky blue? '.repeat(20) }]
  const plain = avow.request({ model: 'bench', messages })
  const streaming = avow.request({ model: 'bench', messages, stream: true, stream_options: { include_usage: true } })
  const samples: number[] = []
  let isOver = false
  const watching = (async () => {
    for (; !isOver; await sleep(sampleMs)) samples.push(residentMib(pid))
  })()
  let [streams, failedStreams] = [0, 0]
  const streamed = (async () => {
    while (!isOver) {
      const round = await readStreams(avow.port, streaming, streamsAtOnce)
      streams += round.streams
      failedStreams += round.failed
    }
  })()
  const answered = await openLoop(avow.port, plain, perSecond, minutes * 60)
  isOver = true
  await Promise.all([watching, streamed])
  const fifth = Math.floor(samples.length / 5)
  const early = median(samples.slice(fifth, 2 * fifth))
  const late = median(samples.slice(-fifth))
  const growth = Math.round((late / early) * 100) / 100
  const failed = answered.failed + failedStreams
  const lines = [
    { figure: 'requests answered', measured: answered.requests + streams, goal: 'none', met: null },
    { figure: 'requests that failed', measured: failed, goal: '0', met: failed === 0 },
    { figure: 'plain p99, ms', measured: answered.p99, goal: 'none', met: null },
    { figure: 'memory early, MiB', measured: early, goal: 'none', met: null },
    { figure: 'memory late, MiB', measured: late, goal: 'none', met: null },
    { figure: 'memory late / early', measured: growth, goal: `<= ${growthGoal}`, met: growth <= growthGoal },
  ]
  console.table(lines)
  keepResult('soak', { minutes, perSecond, streamsAtOnce, lines, samples })
} finally {
  await avow.stop()
  await mock.stop()
}
