import { existsSync } from 'node:fs'
import Docker from 'dockerode'
import { readDockerLog } from './docker-log.ts'
import { dockerOptions, idLabel, nameOf, ownerLabel } from './docker-options.ts'
import {
  type ContainerLine,
  type ContainerSpec,
  type ContainerStats,
  type EngineDriver,
  LostContact,
  type ObservedContainer,
} from './engine-driver.ts'

export interface DockerDriverOptions {
  /** Path of Docker's socket; null: the operator wants none. */
  readonly socketPath: string | null
  /** Of this installation, of letters and digits: containers of others are never touched. */
  readonly owner: string
}

const answerWithinMs = 10_000
const howTo =
  'On Debian as root: apt-get install --no-install-recommends docker.io iptables; elsewhere see docs.docker.com/engine/install.'

/** Containers of this installation on the Docker of this machine, found again by their label. */
export const createDockerDriver = (options: DockerDriverOptions): EngineDriver => new DockerDriver(options)

class DockerDriver implements EngineDriver {
  readonly #docker: Docker
  readonly #socketPath: string | null
  readonly #owner: string

  constructor({ socketPath, owner }: DockerDriverOptions) {
    this.#docker = new Docker({ socketPath: socketPath ?? '/nonexistent' })
    this.#socketPath = socketPath
    this.#owner = owner
  }

  async missing(): Promise<string | null> {
    const path = this.#socketPath
    if (path === null) return 'The operator has switched Docker off (AVOW_DOCKER).'
    if (!existsSync(path)) return `Docker is not running here: there is no ${path}. ${howTo}`
    try {
      await within(answerWithinMs, this.#docker.ping())
      return null
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return `Docker does not answer at ${path} (${why}). Is this server's user in the group docker?`
    }
  }

  async hasImage(image: string): Promise<boolean> {
    const found = await this.#docker.listImages({ filters: { reference: [image] } })
    return found.length > 0
  }

  async importImage(image: string, tar: NodeJS.ReadableStream): Promise<void> {
    const [repo, tag] = image.split(':')
    // A call without a callback is typed for any object.
    const options: object = { repo, tag }
    const progress: NodeJS.ReadableStream = await this.#docker.importImage(tar, options)
    await new Promise<void>((resolve, reject) =>
      this.#docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())),
    )
  }

  async launch(spec: ContainerSpec): Promise<void> {
    await unless([409], this.#docker.createContainer(dockerOptions(spec, this.#owner)))
    const container = this.#container(spec.id)
    const { State: state } = await container.inspect()
    // One that has ended is not begun again: whoever wants another gives it another id.
    if (state.Status === 'created') await unless([304], container.start())
  }

  async observe(): Promise<ObservedContainer[]> {
    try {
      const label = [`${ownerLabel}=${this.#owner}`]
      const found = await within(answerWithinMs, this.#docker.listContainers({ all: true, filters: { label } }))
      return (await Promise.all(found.map((one) => this.#look(one.Id, one.Labels[idLabel] ?? '')))).flat()
    } catch (error) {
      throw new LostContact('Docker does not answer', { cause: error })
    }
  }

  async stats(id: string): Promise<ContainerStats | null> {
    const stats = await orWhenGone(null, this.#container(id).stats({ stream: false, 'one-shot': true }))
    if (stats === null || stats.memory_stats.usage === undefined) return null
    const { usage, stats: parts } = stats.memory_stats
    return {
      cpuSeconds: stats.cpu_stats.cpu_usage.total_usage / 1e9,
      // What is only cached can be taken back at any time.
      memoryBytes: usage - (parts?.total_inactive_file ?? parts?.inactive_file ?? 0),
      processes: stats.pids_stats?.current ?? 0,
    }
  }

  async logs(id: string, lines: number): Promise<ContainerLine[]> {
    const options = { stdout: true, stderr: true, timestamps: true, tail: lines, follow: false } as const
    return orWhenGone([], this.#container(id).logs(options).then(readDockerLog))
  }

  stop(id: string, graceSeconds: number): Promise<void> {
    return unless([304, 404], this.#container(id).stop({ t: graceSeconds }))
  }

  wipe(id: string): Promise<void> {
    return unless([404], this.#container(id).remove({ force: true, v: true }))
  }

  #container(id: string): Docker.Container {
    return this.#docker.getContainer(nameOf(this.#owner, id))
  }

  /** @returns none when it went in the meantime */
  async #look(dockerId: string, id: string): Promise<ObservedContainer[]> {
    const found = await orWhenGone(null, this.#docker.getContainer(dockerId).inspect())
    if (found === null) return []
    const { Running, StartedAt, FinishedAt, ExitCode, OOMKilled } = found.State
    const startedAt = instantOf(StartedAt)
    const about = { id, startedAt, isOutOfMemory: OOMKilled }
    if (Running) return [{ ...about, state: 'running', endedAt: null, exitCode: null }]
    if (startedAt === null) return [{ ...about, state: 'created', endedAt: null, exitCode: null }]
    return [{ ...about, state: 'ended', endedAt: instantOf(FinishedAt), exitCode: ExitCode }]
  }
}

const statusOf = (error: unknown): number => (error as { statusCode?: number }).statusCode ?? 0

/** For what may be so already, or may be asked of what is gone. */
const unless = async (statuses: readonly number[], act: Promise<unknown>): Promise<void> => {
  try {
    await act
  } catch (error) {
    if (!statuses.includes(statusOf(error))) throw error
  }
}

const orWhenGone = async <T, U>(otherwise: U, act: Promise<T>): Promise<T | U> => {
  try {
    return await act
  } catch (error) {
    if (statusOf(error) === 404) return otherwise
    throw error
  }
}

const within = <T>(ms: number, act: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  })
  return Promise.race([act, late]).finally(() => clearTimeout(timer))
}

/** An instant as Docker writes it; its zero is in year 1. */
const instantOf = (text: string): Date | null => (text.startsWith('0001') ? null : new Date(text))
