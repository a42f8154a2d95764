import type { IncomingMessage } from 'node:http'
import type { GatewayDeps } from './gateway-deps.ts'
import { createKeyCache } from './key-cache.ts'
import type { KeyRecord } from './key-directory.ts'
import { type OpenAiError, refuse } from './openai-error.ts'
import { secretOf } from './secret-of-request.ts'
import { createTurnstile } from './turnstile.ts'

/** The one way in to everything under /v1. */
export interface KeyDoor {
  /**
   * The key that a request brings, or why it opens nothing; a promise only when it has to be looked up. Rejects when it
   * cannot be.
   */
  ask(req: IncomingMessage): KeyRecord | OpenAiError | Promise<KeyRecord | OpenAiError>
  close(): void
}

export type KeyDoorDeps = Pick<GatewayDeps, 'keys' | 'clock' | 'addressOf' | 'strangers' | 'keyRefused'>

export const isKey = (found: KeyRecord | OpenAiError): found is KeyRecord => 'keyId' in found

export const createKeyDoor = (deps: KeyDoorDeps): KeyDoor => {
  const { clock } = deps
  const cache = createKeyCache(deps.keys)
  const turnstile = createTurnstile(deps)
  const judge = (req: IncomingMessage, secret: string, record: KeyRecord | null): KeyRecord | OpenAiError => {
    if (record === null) return turnstile.turnAway(req, refuse.wrongKey(), secret)
    if (record.state === 'revoked') return turnstile.turnAway(req, refuse.revokedKey(), secret)
    const isOver = record.expiresAtMs !== null && record.expiresAtMs <= clock.nowMs()
    return isOver ? refuse.expiredKey() : record
  }
  return {
    ask: (req) => {
      const secret = secretOf(req)
      if (secret === null) return turnstile.turnAway(req, refuse.missingKey(), null)
      const found = cache.find(secret, clock.nowMs(), () => turnstile.mayLookUp(req, secret))
      if (!(found instanceof Promise)) return judge(req, secret, found)
      return found.then((record) => {
        if (record?.state === 'active') turnstile.letIn(secret)
        return judge(req, secret, record)
      })
    },
    close: cache.close,
  }
}
