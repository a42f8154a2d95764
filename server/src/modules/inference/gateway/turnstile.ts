import type { IncomingMessage } from 'node:http'
import { secondsLeft } from '../../../platform/gates/index.ts'
import type { GatewayDeps } from './gateway-deps.ts'
import { type OpenAiError, refuse } from './openai-error.ts'

/** Where requests go that bring no key that is known here. */
export interface Turnstile {
  /** Whether a key that is not in memory may be looked up. */
  mayLookUp(req: IncomingMessage, secret: string): boolean
  /** A key was looked up and is good: no block stops it. */
  letIn(secret: string): void
  /**
   * Counts a request without a good key.
   * @param secret the key that it brought; null: none
   * @returns what it is answered: that error, or that its address is blocked
   */
  turnAway(req: IncomingMessage, error: OpenAiError, secret: string | null): OpenAiError
}

export const addressAt = ({ addressOf }: Pick<GatewayDeps, 'addressOf'>, req: IncomingMessage): string | null =>
  addressOf === undefined ? (req.socket.remoteAddress ?? null) : addressOf(req)

export const createTurnstile = (
  deps: Pick<GatewayDeps, 'addressOf' | 'strangers' | 'keyRefused' | 'clock'>,
): Turnstile => {
  const { strangers, keyRefused, clock } = deps
  return {
    mayLookUp: (req, secret) =>
      strangers === undefined || strangers.blockOf(addressAt(deps, req) ?? '') === null || strangers.isKnown(secret),
    letIn: (secret) => strangers?.remember(secret),
    turnAway: (req, error, secret) => {
      const address = addressAt(deps, req) ?? ''
      const block = strangers?.blockOf(address) ?? null
      if (block !== null) return refuse.addressBlocked(block, secondsLeft(block, clock.nowMs()))
      strangers?.note('request-flood', address)
      if (secret !== null) {
        strangers?.note('key-stuffing', address, secret)
        keyRefused?.(address)
      }
      return error
    },
  }
}
