/** The parts of the server that answer calls under /v1, wired for a process beside the main one. */
import type { Server } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import { createModules, dataMap } from './app.ts'
import { createPlatform, type PartDeps } from './start/create-platform.ts'
import { mountHealth } from './start/health.ts'
import { openBeside } from './start/open-guarded.ts'
import { findStanding } from './start/open-storage.ts'
import { createRestoreGuard, findPendingRestores } from './start/restore-guard.ts'
import { createListener, createRunning, type RunningState } from './start/running.ts'

export interface GatewayApp {
  /** Not listening yet. */
  readonly listener: Server
  /** Before it listens: carries what an earlier process left, and hears what holds now. */
  start(): Promise<void>
  /** Whether what it was made from is still so. Rejects while the database does not answer. */
  isCurrent(): Promise<boolean>
  /** Ends work in order; nothing that was answered is lost. */
  stop(): Promise<void>
}

const notHere = 'This process answers below /v1 only. The console and the rest of the API are at the main process.\n'

type HealthDeps = Parameters<typeof mountHealth>[1]

const createHealthPages = async (deps: HealthDeps): Promise<FastifyInstance> => {
  const pages = fastify({ logger: false })
  mountHealth(pages, deps)
  pages.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send(notHere))
  await pages.ready()
  return pages
}

/**
 * What must be once for a database stays with the main process: migrations, keys, the choice of the policy, jobs,
 * engines, and the tree of the evidence. This one only says what it decides, as every process does.
 * @throws DatabaseNotReady when the main process of this version was not started yet
 */
export const createGatewayApp = async (deps: PartDeps): Promise<GatewayApp> => {
  const { config, clock, log } = deps
  const guarded = await openBeside({ ...deps, map: dataMap })
  const { database, vault } = guarded
  const state: RunningState = { url: '', isStopping: false }
  const running = createRunning(config, state)
  const platform = createPlatform(deps, { ...guarded, publicUrl: running.publicUrl })
  const { identity, billing, placement, inference, privacy } = createModules(deps, platform, running)
  const lawful = database.for('legal')
  const [standing, pending] = [await findStanding(database), await findPendingRestores(lawful)]
  const erase = (): Promise<number> => Promise.reject(new Error('the main process erases again'))
  const guard = createRestoreGuard({ database: lawful, clock, log, pending, erase })
  const pages = await createHealthPages({
    database,
    registry: platform.metrics.registry,
    isStopping: running.isStopping,
    parts: () => [...guard.part(), billing.part(), ...inference.parts()],
    mayReadMetrics: platform.operatorToken.matches,
  })
  const listener = createListener(config, platform.gates.transport, guard, (path) =>
    path === '/v1' || path.startsWith('/v1/') ? inference.gateway : pages.routing,
  )
  return {
    listener,
    start: async () => {
      for (const part of [identity, billing, placement, inference]) await part.start()
      await privacy.follow()
    },
    isCurrent: async () => (await findStanding(database)) === standing,
    stop: async () => {
      state.isStopping = true
      await inference.drain()
      await privacy.stop()
      await pages.close()
      listener.closeAllConnections()
      for (const part of [inference, billing, placement, identity]) await part.stop()
      await platform.refusals.flush()
      await vault.close()
      await database.close()
    },
  }
}
