import type { Clock } from '../../platform/clock/index.ts'
import { createProber, type Prober } from '../../platform/egress/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { UpstreamServer } from './upstream-servers.ts'

export interface UpstreamStatus {
  /** `starting`: not asked yet. Information only: requests for a failed one are still tried. */
  readonly state: 'starting' | 'ready' | 'failed'
  /** In words that anyone may read: never an address. */
  readonly reason: string | null
}

type Upstream = Pick<UpstreamServer, 'id' | 'modelId' | 'upstream' | 'sealedUpstreamKey' | 'keyContext'>

/** Whether the servers of models elsewhere answer. */
export interface UpstreamHealth {
  status(id: string): UpstreamStatus
  /** Asks now; resolves within 2 seconds, whatever comes. */
  look(row: Upstream): Promise<void>
  /** These are the servers from now on. New ones are asked at once, the others from time to time. */
  replace(servers: readonly UpstreamServer[]): void
  /** A connection for a request failed: asks soon. */
  suspect(id: string): void
  close(): Promise<void>
}

interface Known {
  readonly row: Upstream
  status: UpstreamStatus
  lookedMs: number
}

const answerWithinMs = 2000
const tickMs = 5000
const readyEveryMs = 30_000
const suspectEveryMs = 1000
const unknown: UpstreamStatus = { state: 'starting', reason: 'Its server has not been asked yet.' }

export const createUpstreamHealth = (deps: {
  clock: Pick<Clock, 'monotonicMs'>
  log: Log
  openKey: (row: Upstream) => string | null
}): UpstreamHealth => {
  const { clock, log } = deps
  const prober = createProber(answerWithinMs)
  let known = new Map<string, Known>()

  const look = async (row: Upstream): Promise<void> => {
    const before = known.get(row.id)
    const same = before?.row.upstream === row.upstream ? before : undefined
    const entry = { row, status: same?.status ?? unknown, lookedMs: clock.monotonicMs() }
    known.set(row.id, entry)
    entry.status = await ask(prober, row.upstream, deps.openKey(row))
    const { state, reason } = entry.status
    if (state === (same?.status.state ?? 'ready')) return
    if (state === 'ready') log.info({ event: 'upstream-answers', model: row.modelId }, 'a model’s server answers again')
    else
      log.warn({ event: 'upstream-away', model: row.modelId, error: reason ?? '' }, 'a model’s server does not answer')
  }

  const timer = setInterval(() => {
    for (const { row, status, lookedMs } of known.values()) {
      const isDue = status.state === 'failed' || clock.monotonicMs() - lookedMs >= readyEveryMs
      if (isDue) void look(row)
    }
  }, tickMs).unref()

  return {
    status: (id) => known.get(id)?.status ?? unknown,
    look,
    replace: (servers) => {
      const wanted = servers.filter(({ enabled }) => enabled)
      const before = known
      known = new Map()
      for (const row of wanted) {
        const same = before.get(row.id)
        if (same?.row.upstream === row.upstream) known.set(row.id, same)
        else void look(row)
      }
    },
    suspect: (id) => {
      const entry = known.get(id)
      if (entry !== undefined && clock.monotonicMs() - entry.lookedMs >= suspectEveryMs) void look(entry.row)
    },
    close: async () => {
      clearInterval(timer)
      await prober.close()
    },
  }
}

const failed = (reason: string): UpstreamStatus => ({ state: 'failed', reason })

/** Any answer will do, but for one that says that the key or the server is wrong: not every server lists its models. */
const ask = async (prober: Prober, upstream: string, key: string | null): Promise<UpstreamStatus> => {
  try {
    const headers = key === null ? {} : { authorization: `Bearer ${key}` }
    const status = await prober.statusOf(`${upstream}/models`, headers)
    if (status === 401 || status === 403) return failed('Its server refuses the key of this cloud.')
    if (status >= 500) return failed(`Its server answers with status ${status}.`)
    return { state: 'ready', reason: null }
  } catch (error) {
    return failed(
      `${reasons[(error as { code?: string }).code ?? ''] ?? 'Its server does not answer.'} Requests are still tried.`,
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at the address of its server.',
  ENOTFOUND: 'The name of its server is not known.',
  EAI_AGAIN: 'The name of its server cannot be looked up.',
  EFORBIDDENADDRESS: 'The name of its server leads to a link-local or metadata address.',
}
