import { Refusal } from '../http/problem.ts'
import type { AddressBlock, Strangers } from './strangers.ts'

/** A request at the control plane's door. */
export interface Arrival {
  readonly ipAddress: string
  /** With its query. */
  readonly url: string
  /** What it shows of who it is: a session or a token; null: nothing. */
  readonly credential: string | null
}

/** How a request was answered. */
export interface Departure extends Arrival {
  readonly status: number
  readonly isKnown: boolean
}

/** Where requests to the control plane and to pages come in. */
export interface StrangerDoor {
  /** @throws Refusal address_blocked */
  admit(arrival: Arrival): void
  left(departure: Departure): void
}

/** For machines that watch over the server. */
const unwatched = /^\/(healthz|readyz|metrics)(\?|$)/
/** A review of a block may be asked for so often from behind it. */
const asksMax = 10

export const reviewPathOf = (blockId: string): string => `/api/v1/blocks/${blockId}/review`

/** What a caller who is not answered is told; the affected can ask for a person's review. */
export const blockWords = ({ id }: AddressBlock, seconds: number): string =>
  `Too many requests of nobody known came from this network address, so that strangers from it are not answered for another ${seconds} seconds. Whoever was signed in, or called with a working key, goes on. Is this wrong? POST ${reviewPathOf(id)} asks a person to look at it.`

export const secondsLeft = ({ endsAtMs }: AddressBlock, nowMs: number): number =>
  Math.max(1, Math.ceil((endsAtMs - nowMs) / 1000))

/** @param isTrusted credentials that always pass, whoever asks: the operator's own */
export const createStrangerDoor = (
  strangers: Pick<Strangers, 'blockOf' | 'note' | 'remember' | 'isKnown'>,
  nowMs: () => number,
  isTrusted: (credential: string) => boolean,
): StrangerDoor => {
  const asks = new Map<string, number>()
  const mayAsk = ({ id }: AddressBlock, url: string): boolean => {
    if (url !== reviewPathOf(id)) return false
    const asked = (asks.get(id) ?? 0) + 1
    if (asks.size > 1000) asks.clear()
    asks.set(id, asked)
    return asked <= asksMax
  }
  return {
    admit: ({ ipAddress, url, credential }) => {
      const block = strangers.blockOf(ipAddress)
      if (block === null || unwatched.test(url) || mayAsk(block, url)) return
      if (credential !== null && (strangers.isKnown(credential) || isTrusted(credential))) return
      const seconds = secondsLeft(block, nowMs())
      throw new Refusal('address_blocked', blockWords(block, seconds), { headers: { 'retry-after': String(seconds) } })
    },
    left: ({ ipAddress, url, credential, status, isKnown }) => {
      if (isKnown && credential !== null) strangers.remember(credential)
      if (isKnown || (credential !== null && strangers.isKnown(credential))) return
      if (unwatched.test(url) || strangers.blockOf(ipAddress) !== null) return
      strangers.note('request-flood', ipAddress)
      if (status === 404) strangers.note('id-walking', ipAddress)
    },
  }
}
