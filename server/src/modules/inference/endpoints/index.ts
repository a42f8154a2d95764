import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import type { EngineDriver } from '../../../platform/containers/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import { describeError } from '../../../platform/log/index.ts'
import type { EmbeddedModels } from '../embedded-models.ts'
import { createEndpointKeeper, type EndpointKeeper, type KeeperDeps } from './endpoint-keeper.ts'
import { showEndpoints } from './endpoint-metrics.ts'
import { type EndpointRouteDeps, endpointRoutes } from './endpoint-routes.ts'
import { ensureEngineImage } from './engine-image.ts'
import { engineContainer, openReplicaFolders } from './replica-container.ts'

export interface EndpointsDeps
  extends Pick<KeeperDeps, 'database' | 'clock' | 'log' | 'elsewhere' | 'here' | 'about'>,
    Pick<EndpointRouteDeps, 'currency' | 'placementRefusal'> {
  readonly driver: EngineDriver
  readonly embedded: Pick<EmbeddedModels, 'file'>
  readonly dataDir: string
  /** The checkout, with a slash at its end. */
  readonly root: string
  readonly registry: Registry
  readonly queue: number
  readonly bodyBytesMax: number
}

/** Models that projects have served for themselves alone, in containers on this machine. */
export interface Endpoints extends Pick<EndpointKeeper, 'find' | 'list' | 'start' | 'stop'> {
  readonly routes: readonly Route[]
}

export const createEndpoints = (deps: EndpointsDeps): Endpoints => {
  const { driver, embedded, log, root, queue, bodyBytesMax } = deps
  const folders = openReplicaFolders(join(deps.dataDir, 'endpoints'))
  const keeper = createEndpointKeeper({
    ...deps,
    folders,
    image: async () => {
      log.info({ event: 'engine-image' }, 'the image of the engine is looked for, and made if it is not there')
      const image = await ensureEngineImage(driver, {
        engineDir: join(root, 'engine'),
        nodePath: process.execPath,
      }).catch((error: unknown) => {
        log.warn({ event: 'engine-image-unmade', ...describeError(error) }, 'the image of the engine could not be made')
        throw error
      })
      return image
    },
    launch: async (replica, image) => {
      const found = embedded.file(replica.model)
      if (found === null) throw new Error(`the file of ${replica.model} is not on this machine`)
      const folder = folders.make(replica.id)
      const given = { image, folder, modelFile: found.path, entry: found.entry, queue, bodyBytesMax }
      await driver.launch(engineContainer(replica, given))
    },
  })
  showEndpoints(deps.registry, keeper)
  const machine = { cpus: availableParallelism(), memoryBytes: totalmem() }
  return {
    routes: endpointRoutes({ ...deps, keeper, folders, machine }),
    find: keeper.find.bind(keeper),
    list: keeper.list.bind(keeper),
    start: () => keeper.start(),
    stop: () => keeper.stop(),
  }
}
