import { createHash } from 'node:crypto'
import { createDockerDriver, type EngineDriver } from '../platform/containers/index.ts'
import type { AppDeps } from './create-platform.ts'

const ownerCharacters = 12

/** The containers of this installation: those of other data folders on the same machine are not seen. */
export const containersOf = ({ config, folder }: Pick<AppDeps, 'config' | 'folder'>): EngineDriver => {
  const owner = createHash('sha256').update(folder.secret('container-owner')).digest('hex').slice(0, ownerCharacters)
  return createDockerDriver({ socketPath: config.docker, owner })
}
