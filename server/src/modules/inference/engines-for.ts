import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Connections, fetchOwn, fetchPublic } from '../../platform/egress/index.ts'
import { describeError } from '../../platform/log/index.ts'
import type { InferenceDeps } from './create-inference.ts'
import { type CatalogueDefault, defaultCatalogue, tinyModelId } from './default-catalogue.ts'
import { createEmbeddedModels, type EmbeddedModels, type EmbeddedModelsDeps } from './embedded-models.ts'
import { fetchModelFile } from './fetch-model-file.ts'
import { borrowEngines, createEngineLender } from './lend-engines.ts'
import { parseModelSource } from './model-source.ts'
import { superviseEngine } from './supervise-engine.ts'

type EnginesDeps = Pick<
  InferenceDeps,
  'config' | 'connections' | 'dataDir' | 'root' | 'log' | 'clock' | 'isLenderAlive'
>

/** What the gateway may add to a body, so that its limit is the only one that callers meet. */
const splicedBytesMax = 64 * 1024
const readyWaitMs = 20_000
const readyLookMs = 50
const packageIndex = 'pypi.org (by pip)'

/** Engines of this process's own, which it lends to gateways beside it, or those of the process beside which it is. */
export const enginesFor = (deps: EnginesDeps, onChange: () => void): EmbeddedModels => {
  const { isLenderAlive, dataDir, log } = deps
  const file = join(dataDir, 'engines.json')
  if (isLenderAlive !== null) return borrowEngines({ file, isLenderAlive, onChange })
  const lender = createEngineLender(file, (error) =>
    log.warn({ event: 'engines-not-lent', ...describeError(error) }, 'other gateways cannot be told of the engines'),
  )
  const own = createEmbeddedModels({
    ...machineOf(deps),
    onChange: () => {
      lender.tell(Object.fromEntries(defaultCatalogue.map(({ id }) => [id, own.status(id)])))
      onChange()
    },
  })
  return {
    status: (id) => own.status(id),
    file: (id) => own.file(id),
    want: (models) => own.want(models),
    retry: (id) => own.retry(id),
    cancelledCounts: (requestId, done) => own.cancelledCounts(requestId, done),
    stop: async () => {
      await own.stop()
      lender.stop()
    },
  }
}

/** The package client makes its connections by itself: they are noted before it runs. */
const spawnNoted = (connections: Connections): typeof spawn =>
  ((...args: Parameters<typeof spawn>) => {
    connections.permit(packageIndex, 'download')
    connections.admit(packageIndex)
    return spawn(...args)
  }) as typeof spawn

/** What embedded models need of this machine: the engine's folder, files, processes. */
const machineOf = ({
  config,
  connections,
  dataDir,
  root,
  log,
  clock,
}: EnginesDeps): Omit<EmbeddedModelsDeps, 'onChange'> => {
  const engineDir = join(root, 'engine')
  const engineMissing = (): string | null => {
    if (!config.engine.enabled) return 'The embedded engine is switched off (AVOW_ENGINE).'
    return existsSync(join(engineDir, 'node_modules', 'node-llama-cpp'))
      ? null
      : 'The embedded engine is not installed: run node engine/install.mjs and restart.'
  }
  return {
    catalogue: defaultCatalogue,
    folder: join(dataDir, 'models'),
    log,
    engineMissing,
    fetchFile: (entry, target, signal, onProgress) => {
      const own = entry.id === config.model.id ? config.model.file : undefined
      const fetched = (file: { sources: readonly string[]; sha256: string | null; sizeBytes: number | null }) =>
        fetchModelFile({
          sources: file.sources.map(parseModelSource).filter(({ kind }) => kind === 'file' || !config.airGap),
          target,
          sha256: file.sha256,
          sizeBytes: file.sizeBytes,
          root,
          hfToken: config.model.huggingFaceToken ?? null,
          signal,
          onProgress,
          download: fetchPublic(connections),
          spawn: spawnNoted(connections),
          monotonicMs: clock.monotonicMs,
        })
      // The operator's own file may be another build of the model, so its checksum is not compared.
      if (own !== undefined && existsSync(own))
        return fetched({ sources: [`file:${own}`], sha256: null, sizeBytes: null })
      return fetched(entry)
    },
    startEngine: (entry: CatalogueDefault, modelFile, { onState, onFinished }) =>
      superviseEngine({
        engineDir,
        nodePath: process.execPath,
        modelFile,
        modelId: entry.id,
        parallel: config.engine.parallel,
        queue: config.engine.queue,
        contextTokens: entry.contextTokens,
        bodyBytesMax: config.maxBodyBytes + splicedBytesMax,
        temperatureDefault: entry.temperatureDefault,
        chatTemplate: entry.chatTemplate,
        log,
        fetch: fetchOwn,
        onState,
        onFinished,
      }),
  }
}

/** Settles when the toy answers, or when it is known that it will not. */
export const waitForToy = async (embedded: EmbeddedModels, say: (line: string) => void): Promise<void> => {
  for (let waitedMs = 0; waitedMs < readyWaitMs; waitedMs += readyLookMs) {
    const { state } = embedded.status(tinyModelId)
    if (state === 'ready') return
    if (state === 'absent' || state === 'failed') break
    await new Promise((resolve) => setTimeout(resolve, readyLookMs))
  }
  say(`the embedded model is not ready: ${embedded.status(tinyModelId).reason ?? 'it is slow to start'}`)
}
