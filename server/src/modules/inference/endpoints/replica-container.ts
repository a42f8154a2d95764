import { chownSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerSpec } from '../../../platform/containers/index.ts'
import type { CatalogueDefault } from '../default-catalogue.ts'
import { modelNameOf } from './endpoint.ts'
import { sizes } from './endpoint-sizes.ts'
import { imagePaths } from './engine-image.ts'
import type { ReplicaRow } from './tables.ts'

/** Where replicas have their sockets, each in a folder of its own. */
export interface ReplicaFolders {
  socketOf(replicaId: string): string
  /** Makes the folder that a replica sees, so that only it and this server reach its socket. @returns its path */
  make(replicaId: string): string
  wipe(replicaId: string): void
  /** Why sockets cannot be made there; null when they can. */
  readonly problem: string | null
}

/** sun_path of unix(7), without the zero at its end. */
const socketPathBytesMax = 107
const idCharacters = 30
/** Nobody's, where this server runs as root; its own otherwise. */
export const replicaUser = ((uid, gid) => (uid === 0 ? { uid: 65_534, gid: 65_534 } : { uid, gid }))(
  process.getuid?.() ?? 0,
  process.getgid?.() ?? 0,
)

export const openReplicaFolders = (folder: string): ReplicaFolders => {
  const folderOf = (id: string): string => join(folder, id)
  const longest = Buffer.byteLength(join(folder, 'x'.repeat(idCharacters), 's'))
  return {
    socketOf: (id) => join(folderOf(id), 's'),
    make: (id) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const made = folderOf(id)
      mkdirSync(made, { recursive: true, mode: 0o700 })
      chownSync(made, replicaUser.uid, replicaUser.gid)
      return made
    },
    wipe: (id) => rmSync(folderOf(id), { recursive: true, force: true }),
    problem:
      longest <= socketPathBytesMax
        ? null
        : `The path of AVOW_DATA is ${longest - socketPathBytesMax} bytes too long for sockets of replicas.`,
  }
}

const seenFolder = '/run/avow'
const seenModel = '/model.gguf'
const processesMax = 128
/** Beyond what the gateway lets through, which splices a little into bodies. */
const spliceBytes = 64 * 1024

/** A replica that runs the engine of this checkout on a CPU. */
export const engineContainer = (
  { id, endpointId, size }: Pick<ReplicaRow, 'id' | 'endpointId' | 'size'>,
  given: {
    readonly image: string
    readonly folder: string
    readonly modelFile: string
    readonly entry: CatalogueDefault
    readonly queue: number
    readonly bodyBytesMax: number
  },
): ContainerSpec => {
  const { cpus, memoryBytes, parallel } = sizes[size]
  const { entry } = given
  const named: Record<string, string | number> = {
    '--model': seenModel,
    '--id': modelNameOf(endpointId),
    '--socket': `${seenFolder}/s`,
    '--parallel': parallel,
    '--queue': given.queue,
    '--context': entry.contextTokens,
    '--threads': cpus,
    '--body-max': given.bodyBytesMax + spliceBytes,
    '--temperature-default': entry.temperatureDefault,
    ...(entry.chatTemplate === null ? {} : { '--chat-template': entry.chatTemplate }),
  }
  return {
    id,
    image: given.image,
    command: [
      imagePaths.node,
      imagePaths.main,
      ...Object.entries(named).flatMap(([name, value]) => [name, String(value)]),
    ],
    environment: { HOME: '/tmp' },
    user: replicaUser,
    mounts: [
      { from: given.folder, to: seenFolder, writable: true },
      { from: given.modelFile, to: seenModel, writable: false },
    ],
    cpus,
    memoryBytes,
    processesMax,
    gpuIds: [],
  }
}
