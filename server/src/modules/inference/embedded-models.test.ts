import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../../platform/log/index.ts'
import { defaultCatalogue, tinyModelId } from './default-catalogue.ts'
import { createEmbeddedModels, type EmbeddedModels, type EmbeddedModelsDeps } from './embedded-models.ts'
import { ModelFileError } from './model-file.ts'
import type { SupervisedEngine } from './supervise-engine.ts'

type Fetching = Parameters<EmbeddedModelsDeps['fetchFile']>

interface Machine {
  readonly models: EmbeddedModels
  readonly started: string[]
  readonly stopped: string[]
  /** Downloads that were begun, with the means to end them. */
  readonly fetching: { args: Fetching; succeed(): void; fail(error: Error): void }[]
  changes(): number
  finished: Parameters<EmbeddedModelsDeps['startEngine']>[2]['onFinished']
  missing: string | null
}

let folder: string
let machine: Machine

const readyEngine = (stop: () => void): SupervisedEngine => ({
  state: () => 'ready',
  reason: () => null,
  baseUrl: () => 'http://127.0.0.1:1',
  token: 'token',
  pid: () => 1,
  contextTokens: () => 2048,
  stop: async () => stop(),
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avow-embedded-'))
  let changes = 0
  const started: string[] = []
  const stopped: string[] = []
  const fetching: Machine['fetching'] = []
  const models = createEmbeddedModels({
    catalogue: defaultCatalogue,
    folder,
    log: createLog('silent'),
    engineMissing: () => machine.missing,
    onChange: () => changes++,
    fetchFile: (...args) =>
      new Promise<void>((resolve, reject) => {
        const [, target, signal] = args
        signal.addEventListener('abort', () => reject(signal.reason))
        const succeed = (): void => {
          writeFileSync(target, 'weights')
          resolve()
        }
        fetching.push({ args, succeed, fail: reject })
      }),
    startEngine: (entry, _file, { onFinished }) => {
      started.push(entry.id)
      machine.finished = onFinished
      return readyEngine(() => stopped.push(entry.id))
    },
  })
  machine = { models, started, stopped, fetching, changes: () => changes, finished: () => undefined, missing: null }
})

afterEach(async () => {
  await machine.models.stop()
  rmSync(folder, { recursive: true, force: true })
})

const want = (enabled = true, wanted = true): void => machine.models.want([{ id: tinyModelId, enabled, wanted }])
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a wanted model is downloaded, says how far it is, then runs', async () => {
  want()
  const [download] = machine.fetching
  download?.args[3]({ bytesDone: 12_000_000, bytesTotal: 98_000_000, bytesPerSecond: 1, source: 'hf:x/y/z' })
  expect(machine.models.status(tinyModelId)).toMatchObject({
    state: 'downloading',
    reason: expect.stringContaining('12 of 98 MB'),
    download: { source: 'hf:x/y/z' },
    engine: null,
  })
  want()
  expect(machine.fetching).toHaveLength(1)
  download?.succeed()
  await settled()
  expect(machine.started).toEqual([tinyModelId])
  expect(machine.models.status(tinyModelId)).toMatchObject({ state: 'ready', engine: { token: 'token' } })
})

test('a file that is there already is used without a download', () => {
  writeFileSync(join(folder, 'avow-tiny.gguf'), 'weights')
  want()
  expect(machine.fetching).toEqual([])
  expect(machine.started).toEqual([tinyModelId])
})

test('a download that failed says why, and is tried again only when asked', async () => {
  want()
  machine.fetching[0]?.fail(new ModelFileError('unavailable', 'No source gave the model file.'))
  await settled()
  expect(machine.models.status(tinyModelId)).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/No source gave the model file.*avow model download avow-tiny/),
  })
  want()
  expect(machine.fetching).toHaveLength(1)
  machine.models.retry(tinyModelId)
  want()
  expect(machine.fetching).toHaveLength(2)
})

test('switching a model off stops its engine or its download', async () => {
  want()
  want(false)
  await settled()
  expect(machine.fetching[0]?.args[2].aborted).toBe(true)
  expect(existsSync(join(folder, 'avow-tiny.gguf'))).toBe(false)
  writeFileSync(join(folder, 'avow-tiny.gguf'), 'weights')
  want()
  want(false)
  expect(machine.stopped).toEqual([tinyModelId])
})

test('without an engine nothing is downloaded, and the state says what to do', () => {
  machine.missing = 'The embedded engine is not installed: run node engine/install.mjs and restart.'
  want()
  expect(machine.fetching).toEqual([])
  expect(machine.models.status(tinyModelId)).toMatchObject({ state: 'absent', reason: machine.missing })
})

test('the engine’s own counts of a request that was given up are passed on', async () => {
  writeFileSync(join(folder, 'avow-tiny.gguf'), 'weights')
  want()
  const counts = new Promise((resolve) => machine.models.cancelledCounts('req_1', resolve))
  const finished = { requestId: 'req_1', outcome: 'cancelled', promptTokens: 12, completionTokens: 34 } as const
  machine.finished({ ...finished, requestId: 'req_other' })
  machine.finished(finished)
  expect(await counts).toEqual(finished)
})
