import { fstatSync } from 'node:fs'
import { access } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { ApiError } from './api-error.ts'
import { createCounters } from './counters.ts'
import { createEngineHttp } from './http-server.ts'
import { loadModel } from './model.ts'
import { createPulse } from './pulse.ts'
import type { EngineSettings } from './settings.ts'
import { readSettings, usage } from './settings.ts'
import { createSlots } from './slots.ts'

/** How long answers may go on after a request to stop. */
const finishMilliseconds = 2000
/** A lane that cannot be used again makes the whole engine unfit: whoever supervises it starts a new one. */
const exitUnfit = 70
/** These settings or this model file will not do. */
const exitRefused = 2

/** One JSON line on stdout for whoever supervises: events and counts, never what people wrote. */
function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function complain(event: string, error: unknown): void {
  const name = error instanceof Error ? error.name : 'unknown'
  const at =
    error instanceof Error
      ? error.stack
          ?.split('\n')
          .slice(1, 4)
          .map((line) => line.trim())
      : undefined
  process.stderr.write(`${JSON.stringify({ event, name, at })}\n`)
}

async function run(settings: EngineSettings): Promise<void> {
  await access(settings.modelFile)
  const draining = new AbortController()
  const cutting = new AbortController()
  const http = createEngineHttp({
    modelId: settings.modelId,
    slots: settings.parallel,
    token: settings.token,
    bodyBytesMax: settings.bodyBytesMax,
    startedSeconds: Math.floor(Date.now() / 1000),
    onBug: (error) => complain('bug', error),
  })
  await new Promise<void>((resolve, reject) => {
    http.server.once('error', reject)
    if (settings.socket === null) http.server.listen(settings.port, settings.host, resolve)
    else http.server.listen(settings.socket, resolve)
  })
  const model = await loadModel(settings)
  const slots = createSlots([...model.lanes], settings.queue)

  let asked = false
  function stop(): void {
    if (asked) return
    asked = true
    const error = new ApiError(503, 'engine_stopping', 'The engine is stopping.', { retryAfterSeconds: 2 })
    draining.abort(error)
    slots.drain(error)
    http.server.close(() => process.exit(0))
    http.server.closeIdleConnections()
    setTimeout(() => cutting.abort(error), finishMilliseconds)
    setTimeout(() => process.exit(0), finishMilliseconds + 500)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)

  http.serve({
    model,
    modelId: settings.modelId,
    temperatureDefault: settings.temperatureDefault,
    slots,
    counters: createCounters(),
    pulse: createPulse(() => performance.now()),
    now: Date.now,
    draining: draining.signal,
    cutting: cutting.signal,
    onUnfit(error) {
      complain('unfit', error)
      process.exit(exitUnfit)
    },
    onFinished: (finished) => say({ event: 'finished', ...finished }),
  })
  const port = settings.socket === null ? (http.server.address() as AddressInfo).port : null
  say({ event: 'ready', port, contextTokens: model.contextTokens })
}

/** When stdin is a pipe its end means that the parent is gone, however it died. */
function exitWithParent(): void {
  const stdin = fstatSync(0)
  if (!stdin.isFIFO() && !stdin.isSocket()) return
  process.stdin.on('close', () => process.exit(0)).resume()
}

function refuse(error: unknown, help = ''): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${help}`)
  process.exit(exitRefused)
}

function settingsOrRefuse(): EngineSettings {
  try {
    return readSettings(process.argv.slice(2), process.env)
  } catch (error) {
    return refuse(error, `\n${usage}\n`)
  }
}

if (process.argv.includes('--help')) {
  process.stdout.write(`${usage}\n`)
} else {
  const settings = settingsOrRefuse()
  exitWithParent()
  await run(settings).catch((error: unknown) => refuse(error))
}
