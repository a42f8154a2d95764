import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { EngineFinished } from './engine-process.ts'
import { type EngineStatus, type SupervisedEngine, superviseEngine } from './supervise-engine.ts'

const engineDir = join(import.meta.dirname, '../../../../engine')
const tinyModel = join(engineDir, 'models/avow-tiny.gguf')

interface Supervised {
  readonly engine: SupervisedEngine
  readonly states: EngineStatus[]
  readonly finished: EngineFinished[]
  readonly logged: string[]
  readonly become: (state: EngineStatus['state']) => Promise<void>
}

const running: SupervisedEngine[] = []

function supervise(modelFile = tinyModel): Supervised {
  const states: EngineStatus[] = []
  const finished: EngineFinished[] = []
  const logged: string[] = []
  const waiting = new Set<() => void>()
  const write = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`)
  const engine = superviseEngine({
    engineDir,
    nodePath: process.execPath,
    modelFile,
    modelId: 'avow-tiny',
    parallel: 2,
    queue: 8,
    contextTokens: 1024,
    bodyBytesMax: 1_000_000,
    temperatureDefault: 1,
    log: { info: write, warn: write, error: write },
    fetch: (url, init) => fetch(url, init),
    onFinished: (one) => {
      finished.push(one)
      for (const look of waiting) look()
    },
    onState: (status) => {
      states.push(status)
      for (const look of waiting) look()
    },
    times: { backoffFirst: 20, backoffMax: 50, healthEvery: 200, healthMax: 1500 },
  })
  running.push(engine)
  const become = (state: EngineStatus['state']) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (engine.state() !== state) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { engine, states, finished, logged, become }
}

/** Asks for a long answer and returns the response once its first bytes are here. */
async function askLong(engine: SupervisedEngine, signal?: AbortSignal): Promise<Response> {
  return fetch(`${engine.baseUrl()}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${engine.token}`, 'x-request-id': 'req-long' },
    body: JSON.stringify({
      model: 'avow-tiny',
      messages: [{ role: 'user', content: 'Count to two hundred, my secret word is xylophone.' }],
      stream: true,
      ignore_eos: true,
    }),
    ...(signal === undefined ? {} : { signal }),
  })
}

async function readUntilCut(response: Response): Promise<'cut' | 'whole'> {
  try {
    await response.text()
    return 'whole'
  } catch {
    return 'cut'
  }
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((engine) => engine.stop()))
})

describe.runIf(existsSync(join(engineDir, 'node_modules/node-llama-cpp')))('superviseEngine', () => {
  it('starts an engine that answers with its token and with no other', async () => {
    const { engine, become } = supervise()
    expect(engine.state()).toBe('starting')
    expect(engine.baseUrl()).toBeNull()
    await become('ready')
    const url = `${engine.baseUrl()}/health`
    expect((await fetch(url, { headers: { authorization: `Bearer ${engine.token}` } })).status).toBe(200)
    expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    expect(engine.contextTokens()).toBe(1024)
  })

  it('has a new engine ready by itself after kill -9 in the middle of an answer, and logs no prompt', async () => {
    const { engine, states, logged, become } = supervise()
    await become('ready')
    const first = engine.pid() ?? 0
    const cut = readUntilCut(await askLong(engine))
    process.kill(first, 'SIGKILL')
    expect(await cut).toBe('cut')
    await become('restarting')
    expect(engine.baseUrl()).toBeNull()
    await become('ready')
    expect(engine.pid()).not.toBe(first)
    const answer = await fetch(`${engine.baseUrl()}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${engine.token}` },
      body: JSON.stringify({
        model: 'avow-tiny',
        messages: [{ role: 'user', content: 'Who are you?' }],
        temperature: 0,
      }),
    })
    expect(JSON.stringify(await answer.json())).toContain('Avow Tiny')
    expect(states.map(({ state }) => state)).toEqual(['ready', 'restarting', 'ready'])
    expect(logged.join('\n')).not.toContain('xylophone')
  })

  it('tells exactly how much a request made whose client went away', async () => {
    const { engine, finished, become } = supervise()
    await become('ready')
    const gone = new AbortController()
    const response = await askLong(engine, gone.signal)
    await response.body?.getReader().read()
    gone.abort()
    await expect.poll(() => finished).toHaveLength(1)
    expect(finished[0]).toMatchObject({ requestId: 'req-long', outcome: 'cancelled' })
    expect(finished[0]?.promptTokens).toBeGreaterThan(5)
  })

  it('kills an engine that hangs, and starts a new one', async () => {
    const { engine, become } = supervise()
    await become('ready')
    const first = engine.pid() ?? 0
    process.kill(first, 'SIGSTOP')
    await become('restarting')
    await become('ready')
    expect(engine.pid()).not.toBe(first)
    expect(isGone(first)).toBe(true)
  }, 60_000)

  it('says that it failed, and why, when the model file is not there', async () => {
    const { engine, become } = supervise('/nowhere/at-all.gguf')
    await become('failed')
    expect(engine.reason()).toContain('at-all.gguf')
    expect(engine.baseUrl()).toBeNull()
  })

  it('leaves no process behind when it is stopped in the middle of an answer', async () => {
    const { engine, become } = supervise()
    await become('ready')
    const pid = engine.pid() ?? 0
    const reading = readUntilCut(await askLong(engine))
    await engine.stop()
    await reading
    expect(engine.state()).toBe('stopped')
    expect(isGone(pid)).toBe(true)
  })
})
