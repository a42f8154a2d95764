import { createServer, type Server } from 'node:http'
import { type EngineDriver, LostContact, type ObservedContainer } from '../../../platform/containers/index.ts'

export interface TestEngine extends EngineDriver {
  /** Containers by id, as they are now. */
  readonly containers: ReadonlyMap<string, ObservedContainer>
  /** Somebody kills one by hand. */
  killByHand(id: string): Promise<void>
  removeByHand(id: string): Promise<void>
  /** From now on it does not answer; or it does again. */
  lose(isLost: boolean): void
  close(): Promise<void>
}

/**
 * An engine in this process, for what cannot be made to happen with a real one at will. Each container is a server on a
 * socket that is well from the first moment on.
 */
export const createTestEngine = (socketOf: (id: string) => string): TestEngine => {
  const containers = new Map<string, ObservedContainer>()
  const servers = new Map<string, Server>()
  let isLost = false
  const end = async (id: string, exitCode: number): Promise<void> => {
    const now = containers.get(id)
    if (now?.state !== 'running') return
    containers.set(id, { ...now, state: 'ended', endedAt: new Date(), exitCode })
    servers.get(id)?.closeAllConnections()
    await new Promise((resolve) => servers.get(id)?.close(resolve))
  }
  return {
    containers,
    missing: async () => null,
    hasImage: async () => true,
    importImage: async () => undefined,
    launch: async ({ id }) => {
      if (containers.has(id)) return
      const server = createServer((_req, res) => res.end('{}'))
      await new Promise<void>((resolve) => server.listen(socketOf(id), resolve))
      servers.set(id, server)
      const about = { id, startedAt: new Date(), endedAt: null, exitCode: null, isOutOfMemory: false }
      containers.set(id, { ...about, state: 'running' })
    },
    observe: async () => {
      if (isLost) throw new LostContact('it does not answer')
      return [...containers.values()]
    },
    stats: async () => null,
    logs: async () => [],
    stop: (id) => end(id, 0),
    wipe: async (id) => {
      await end(id, 137)
      containers.delete(id)
    },
    killByHand: (id) => end(id, 137),
    removeByHand: async (id) => {
      await end(id, 137)
      containers.delete(id)
    },
    lose: (next) => {
      isLost = next
    },
    close: async () => {
      for (const id of containers.keys()) await end(id, 0)
    },
  }
}

/** The same engine for a process that is killed at its `at`-th call, before or after that has its effect. */
export const killedAt = (engine: EngineDriver, at: number, isAfter: boolean): EngineDriver => {
  let calls = 0
  return new Proxy(engine, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as unknown
      if (typeof method !== 'function') return method
      return async (...args: unknown[]): Promise<unknown> => {
        if (calls > at) throw new Error('killed')
        const isNow = calls++ === at
        if (isNow && !isAfter) throw new Error('killed')
        const answer: unknown = await Reflect.apply(method, target, args)
        if (isNow) throw new Error('killed')
        return answer
      }
    },
  })
}
