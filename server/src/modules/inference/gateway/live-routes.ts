import { openPool } from '../../../platform/egress/index.ts'
import type { EgressGate, EgressVerdict } from '../../../platform/gates/index.ts'
import { promptsTo, recipientOf } from '../bind-provider.ts'
import type { EmbeddedModels } from '../embedded-models.ts'
import type { ModelRow } from '../tables.ts'
import type { ModelRoute, ModelRoutes, ModelTarget } from './model-route.ts'

export interface LiveRoutes extends Omit<ModelRoutes, 'lookAgain'> {
  /** Takes over the catalogue as it is now. */
  replace(rows: readonly ModelRow[]): void
  close(): Promise<void>
}

type Pool = ReturnType<typeof openPool>

const jsonHeaders = { 'content-type': 'application/json' }

export interface LiveRoutesDeps {
  readonly embedded: EmbeddedModels
  readonly openKey: (row: ModelRow) => string | null
  readonly onLost?: (id: string) => void
  readonly egress: Pick<EgressGate, 'judge' | 'refuse'>
  /** Country of this installation; null: not stated. */
  readonly here: string | null
}

type PartyOf = (row: ModelRow) => Pick<ModelRoute, 'provider' | 'recipient' | 'country' | 'forbidden'>

/** Whose server it is, and whether anything may be sent there. A refusal is recorded when it is new. */
const judgeParties = (egress: LiveRoutesDeps['egress'], here: string | null): PartyOf => {
  const refused = new Map<string, string>()
  const judge = (row: ModelRow): EgressVerdict | null => {
    if (row.upstream === null) return null
    const verdict = egress.judge(promptsTo(row.upstream, recipientOf(row)))
    if (verdict.allowed) refused.delete(row.id)
    else if (refused.get(row.id) !== verdict.rule) {
      refused.set(row.id, verdict.rule)
      egress.refuse(verdict)
    }
    return verdict
  }
  return (row) => {
    const verdict = judge(row)
    const named = { provider: row.provider, recipient: row.recipient }
    if (verdict?.allowed === false) return { ...named, country: null, forbidden: `${verdict.why}.` }
    if (verdict?.party.kind !== 'recipient') return { ...named, country: here, forbidden: null }
    const { name, id, country = null } = verdict.party.recipient
    return { provider: name, recipient: id, country, forbidden: null }
  }
}

/**
 * The catalogue as routes, with a pool of connections for each address. Engines come and go with their addresses;
 * `replace` is called whenever one does. The egress gate judges a server here, once, and not at each call.
 */
export const createLiveRoutes = (deps: LiveRoutesDeps): LiveRoutes => {
  const { embedded, openKey, onLost = () => undefined, egress, here } = deps
  const partyOf = judgeParties(egress, here)
  let routes = new Map<string, ModelRoute>()
  let pools = new Map<string, Pool>()

  const targetOf = (row: ModelRow, poolOf: (origin: string) => Pool): ModelTarget | null => {
    if (row.served === 'embedded') {
      const { engine } = embedded.status(row.id)
      return engine === null
        ? null
        : {
            dispatcher: poolOf(engine.baseUrl),
            basePath: '/v1',
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
      basePath: base.pathname.replace(/\/+$/, ''),
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
    ...partyOf(row),
    licence: row.licence,
    contextTokens: row.contextTokens,
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
        const pool = next.get(origin) ?? pools.get(origin) ?? openPool(origin)
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
