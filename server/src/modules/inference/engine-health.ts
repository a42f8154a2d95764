import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineLog, EngineProcess } from './engine-process.ts'

/** The part of fetch that is used; injected, so that tests and gates see every call. */
export type EngineFetch = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<{ ok: boolean; json(): Promise<unknown> }>

export interface EngineHealthOptions {
  readonly url: string
  readonly token: string
  readonly modelId: string
  readonly log: EngineLog
  readonly fetch: EngineFetch
  /** Milliseconds between two looks. */
  readonly healthEvery: number
  /** Milliseconds that an answer may take. */
  readonly healthMax: number
}

/** Looks in a row that may fail before the process is killed. */
const missedMax = 3
/** An engine that works and brings forth nothing for this long hangs in native code. */
const stalledMsMax = 120_000

/** Returns when the process has ended, or was killed because it no longer answers or no longer gets on. */
export async function watchEngineHealth(engine: EngineProcess, options: EngineHealthOptions): Promise<void> {
  let missed = 0
  const ended = new AbortController()
  void engine.ended.then(() => ended.abort())
  while (await pause(options.healthEvery, ended.signal)) {
    missed = (await isHealthy(options)) ? 0 : missed + 1
    if (missed < missedMax || ended.signal.aborted) continue
    options.log.error({ model: options.modelId, pid: engine.pid }, 'the engine does not answer and is killed')
    engine.kill()
    return
  }
}

async function isHealthy({ url, token, fetch, healthMax }: EngineHealthOptions): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(healthMax),
    })
    const health = (await answer.json()) as { stalledMs?: number }
    return answer.ok && (health.stalledMs ?? 0) < stalledMsMax
  } catch {
    return false
  }
}

/** Waits; false when the signal aborted first. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal, ref: false })
    return true
  } catch {
    return false
  }
}
