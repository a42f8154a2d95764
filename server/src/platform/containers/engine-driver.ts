/**
 * What runs containers for this cloud: Docker on one machine today. Launching, stopping and wiping may be asked again at
 * any time, with the same end: whoever asks may have been killed before they learnt of it.
 */
export interface EngineDriver {
  /** Why nothing can be run here, and what to do, in words for a person; null when all is well. Never rejects. */
  missing(): Promise<string | null>
  hasImage(image: string): Promise<boolean>
  /** Makes an image from a tar of a root file system. */
  importImage(image: string, tar: NodeJS.ReadableStream): Promise<void>
  /** Creates and starts a container; one of that id that is there already is left as it is. */
  launch(spec: ContainerSpec): Promise<void>
  /** Every container of this installation, also of an earlier process. @throws LostContact */
  observe(): Promise<readonly ObservedContainer[]>
  /** What one uses now; null when it does not run. */
  stats(id: string): Promise<ContainerStats | null>
  /** Its last lines, oldest first; none when it is gone. */
  logs(id: string, lines: number): Promise<readonly ContainerLine[]>
  /** Asks it to end; after the grace it is killed. Settles when it has ended. */
  stop(id: string, graceSeconds: number): Promise<void>
  /** Ends it at once and removes all that was written in it; nothing happens when it is gone. */
  wipe(id: string): Promise<void>
}

export interface ContainerSpec {
  /** Of letters, digits, `_` and `-`. */
  readonly id: string
  readonly image: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Who it runs as; never root. */
  readonly user: { readonly uid: number; readonly gid: number }
  /** Folders and files of this machine that it sees, by the path at which it does. Nothing else of it is writable. */
  readonly mounts: readonly { readonly from: string; readonly to: string; readonly writable: boolean }[]
  readonly cpus: number
  readonly memoryBytes: number
  readonly processesMax: number
  /** The vendor's ids of GPUs that are its own. Not tried: this project has no GPU. */
  readonly gpuIds: readonly string[]
}

export interface ObservedContainer {
  readonly id: string
  readonly state: 'created' | 'running' | 'ended'
  /** As the engine saw it. */
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly exitCode: number | null
  readonly isOutOfMemory: boolean
}

export interface ContainerStats {
  /** CPU time since its start. */
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly processes: number
}

export interface ContainerLine {
  readonly at: string
  readonly text: string
}

/** The engine does not answer: what it runs may run on, and nothing is known of it. */
export class LostContact extends Error {}
