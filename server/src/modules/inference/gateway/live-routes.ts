import { Pool } from 'undici'
import { guardedConnector } from '../../../platform/egress/index.ts'
import type { EmbeddedModels } from '../embedded-models.ts'
import type { ModelRow } from '../tables.ts'
import type { ModelRoute, ModelRoutes, ModelTarget } from './model-route.ts'

export interface LiveRoutes extends Omit<ModelRoutes, 'lookAgain'> {
  /** Takes over the catalogue as it is now. */
  replace(rows: readonly ModelRow[]): void
  close(): Promise<void>
}

const connectTimeoutMs = 5000
const jsonHeaders = { 'content-type': 'application/json' }

/**
 * The catalogue as routes, with a pool of connections for each address. Engines come and go with their addresses;
 * `replace` is called whenever one does.
 */
export const createLiveRoutes = (
  embedded: EmbeddedModels,
  openKey: (row: ModelRow) => string | null,
  onLost: (id: string) => void = () => undefined,
): LiveRoutes => {
  const connect = guardedConnector(connectTimeoutMs)
  let routes = new Map<string, ModelRoute>()
  let pools = new Map<string, Pool>()

  const targetOf = (row: ModelRow, poolOf: (origin: string) => Pool): ModelTarget | null => {
    if (row.served === 'embedded') {
      const { engine } = embedded.status(row.id)
      return engine === null
        ? null
        : {
            dispatcher: poolOf(engine.baseUrl),
            chatPath: '/v1/chat/completions',
            headers: { ...jsonHeaders, authorization: `Bearer ${engine.token}` },
            modelName: row.id,
            engine: embedded,
          }
    }
    if (row.upstream === null) return null
    const base = new URL(row.upstream)
    const key = openKey(row)
    return {
      dispatcher: poolOf(base.origin),
      chatPath: `${base.pathname.replace(/\/+$/, '')}/chat/completions`,
      headers: key === null ? jsonHeaders : { ...jsonHeaders, authorization: `Bearer ${key}` },
      modelName: row.upstreamModel ?? row.id,
      engine: null,
      onLost: () => onLost(row.id),
    }
  }

  const routeOf = (row: ModelRow, poolOf: (origin: string) => Pool): ModelRoute => ({
    id: row.id,
    createdAtMs: row.createdAt.getTime(),
    served: row.served,
    provider: row.provider,
    currency: row.currency,
    promptMicrosPerMillion: row.promptMicrosPerMillion,
    completionMicrosPerMillion: row.completionMicrosPerMillion,
    target: row.enabled ? targetOf(row, poolOf) : null,
    // Read when it is asked for: the progress of a download changes all the time.
    get reason() {
      return row.enabled ? embedded.status(row.id).reason : 'the operator has switched it off.'
    },
  })

  return {
    find: (model) => routes.get(model),
    list: () => [...routes.values()],
    replace: (rows) => {
      const next = new Map<string, Pool>()
      const poolOf = (origin: string): Pool => {
        const pool = next.get(origin) ?? pools.get(origin) ?? new Pool(origin, { pipelining: 1, connect })
        next.set(origin, pool)
        return pool
      }
      routes = new Map(rows.map((row) => [row.id, routeOf(row, poolOf)]))
      for (const [origin, pool] of pools) if (next.get(origin) !== pool) void pool.close().catch(() => undefined)
      pools = next
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}
