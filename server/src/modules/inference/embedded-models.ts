import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../platform/log/index.ts'
import type { CatalogueDefault } from './default-catalogue.ts'
import type { EngineFinished } from './engine-process.ts'
import type { ModelFileProgress } from './fetch-model-file.ts'
import { ModelFileError } from './model-file.ts'
import type { SupervisedEngine } from './supervise-engine.ts'

/** What is known of an embedded model on this machine now. */
export interface EmbeddedStatus {
  readonly state: 'absent' | 'downloading' | 'starting' | 'ready' | 'failed'
  readonly reason: string | null
  readonly download: ModelFileProgress | null
  /** Address and token of its engine while that is ready. */
  readonly engine: { readonly baseUrl: string; readonly token: string } | null
}

export interface EmbeddedModels {
  status(id: string): EmbeddedStatus
  /** Brings the machine to this: models that are wanted and enabled are fetched where need be, and their engines run. */
  want(models: readonly { readonly id: string; readonly enabled: boolean; readonly wanted: boolean }[]): void
  /** The file of a model on this machine and how its engine is to run it; null: it is not here. */
  file(id: string): { readonly path: string; readonly entry: CatalogueDefault } | null
  /** Lets a download that failed be tried again, with the next `want`. */
  retry(id: string): void
  /** Calls back once with what a request that was given up had made, exactly; null when the engine does not say. */
  cancelledCounts(requestId: string, done: (counts: EngineFinished | null) => void): void
  stop(): Promise<void>
}

export interface EmbeddedModelsDeps {
  readonly catalogue: readonly CatalogueDefault[]
  /** Folder of the model files. */
  readonly folder: string
  /** Null while the engine may run; otherwise why it may not. */
  readonly engineMissing: () => string | null
  readonly fetchFile: (
    entry: CatalogueDefault,
    target: string,
    signal: AbortSignal,
    onProgress: (progress: ModelFileProgress) => void,
  ) => Promise<unknown>
  readonly startEngine: (
    entry: CatalogueDefault,
    modelFile: string,
    events: { onState: () => void; onFinished: (finished: EngineFinished) => void },
  ) => SupervisedEngine
  /** An engine or a download changed its state. */
  readonly onChange: () => void
  readonly log: Log
}

interface Held {
  readonly entry: CatalogueDefault
  engine: SupervisedEngine | null
  download: { readonly abort: AbortController; progress: ModelFileProgress | null } | null
  failure: string | null
}

const countsWaitMs = 1000
const absent: EmbeddedStatus = {
  state: 'absent',
  reason: 'This version has no such embedded model.',
  download: null,
  engine: null,
}

export const createEmbeddedModels = (deps: EmbeddedModelsDeps): EmbeddedModels => new MachineModels(deps)

class MachineModels implements EmbeddedModels {
  readonly #deps: EmbeddedModelsDeps
  readonly #held: Map<string, Held>
  readonly #awaited = new Map<string, (counts: EngineFinished | null) => void>()
  readonly #ending = new Set<Promise<void>>()
  #stopped = false

  constructor(deps: EmbeddedModelsDeps) {
    this.#deps = deps
    this.#held = new Map(
      deps.catalogue.map((entry) => [entry.id, { entry, engine: null, download: null, failure: null }]),
    )
  }

  status(id: string): EmbeddedStatus {
    const held = this.#held.get(id)
    if (held === undefined) return absent
    const { engine, download } = held
    if (engine !== null) return statusOfEngine(engine)
    if (download !== null) return downloading(download.progress)
    if (held.failure !== null) return { ...absent, state: 'failed', reason: held.failure }
    return {
      ...absent,
      reason:
        this.#deps.engineMissing() ??
        'Its file is not on this machine. The operator can start the download (avow model download).',
    }
  }

  file(id: string): { path: string; entry: CatalogueDefault } | null {
    const entry = this.#held.get(id)?.entry
    if (entry === undefined) return null
    const path = join(this.#deps.folder, entry.fileName)
    return existsSync(path) ? { path, entry } : null
  }

  want(models: readonly { readonly id: string; readonly enabled: boolean; readonly wanted: boolean }[]): void {
    if (this.#stopped) return
    const wishes = new Map(models.map((one) => [one.id, one]))
    for (const held of this.#held.values()) {
      const wish = wishes.get(held.entry.id)
      if (wish === undefined || !wish.enabled) this.#end(held)
      else if (wish.wanted && held.engine === null && held.download === null) this.#bring(held)
    }
  }

  cancelledCounts(requestId: string, done: (counts: EngineFinished | null) => void): void {
    const finish = (counts: EngineFinished | null): void => {
      clearTimeout(timer)
      this.#awaited.delete(requestId)
      done(counts)
    }
    const timer = setTimeout(() => finish(null), countsWaitMs)
    this.#awaited.set(requestId, finish)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const held of this.#held.values()) this.#end(held)
    await Promise.all(this.#ending)
  }

  #bring(held: Held): void {
    if (this.#deps.engineMissing() !== null) return
    const file = join(this.#deps.folder, held.entry.fileName)
    if (existsSync(file)) this.#run(held, file)
    else if (held.failure === null) void this.#fetch(held, file)
  }

  #run(held: Held, file: string): void {
    held.failure = null
    held.engine = this.#deps.startEngine(held.entry, file, {
      onState: this.#deps.onChange,
      onFinished: (finished) => this.#awaited.get(finished.requestId)?.(finished),
    })
    this.#deps.onChange()
  }

  async #fetch(held: Held, file: string): Promise<void> {
    const abort = new AbortController()
    const download: NonNullable<Held['download']> = { abort, progress: null }
    held.download = download
    this.#deps.onChange()
    try {
      await this.#deps.fetchFile(held.entry, file, abort.signal, (progress) => {
        download.progress = progress
      })
      held.download = null
      if (!abort.signal.aborted) this.#run(held, file)
    } catch (error) {
      held.download = null
      if (abort.signal.aborted) return
      held.failure = `${error instanceof ModelFileError ? error.message : 'The download failed.'} Start it again with avow model download ${held.entry.id}.`
      this.#deps.log.warn(
        { event: 'model-not-fetched', model: held.entry.id, error: held.failure },
        'a model file could not be had',
      )
    }
    this.#deps.onChange()
  }

  #end(held: Held): void {
    held.download?.abort.abort(new Error('not wanted any more'))
    held.failure = null
    const { engine } = held
    if (engine === null) return
    held.engine = null
    const ending = engine.stop().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
    this.#deps.onChange()
  }

  retry(id: string): void {
    const held = this.#held.get(id)
    if (held !== undefined) held.failure = null
  }
}

const downloading = (progress: ModelFileProgress | null): EmbeddedStatus => {
  const done =
    progress === null
      ? ''
      : ` (${megabytes(progress.bytesDone)} of ${progress.bytesTotal === null ? 'unknown size' : `${megabytes(progress.bytesTotal)} MB`})`
  return {
    state: 'downloading',
    reason: `It is being downloaded${done}. Try again when it is done.`,
    download: progress,
    engine: null,
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

const statusOfEngine = (engine: SupervisedEngine): EmbeddedStatus => {
  const baseUrl = engine.baseUrl()
  const state = engine.state()
  if (state === 'ready' && baseUrl !== null)
    return { state: 'ready', reason: null, download: null, engine: { baseUrl, token: engine.token } }
  if (state === 'failed')
    return {
      state: 'failed',
      reason: `Its engine does not start: ${engine.reason() ?? 'unknown reason'}`,
      download: null,
      engine: null,
    }
  const again =
    state === 'restarting' ? 'Its engine ended by itself and is being started again' : 'Its engine is starting'
  return { state: 'starting', reason: `${again}; try again in a few seconds.`, download: null, engine: null }
}
