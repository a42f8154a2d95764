import { timingSafeEqual } from 'node:crypto'
import { type CompiledPolicy, dueAt } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'
import { choiceOf, contactStore, forStanding, type PurposeGate, type Standing, type Stop } from '../gates/index.ts'
import type { Vault } from '../vault/index.ts'

/** Why news does not go to a person. `cannot be ended`: the policy gives people no way to stop it, so none is sent. */
export type MarketingRefusal = Stop | 'no contact' | 'cannot be ended'

/** Decides who may be sent news, by the policy and by what each person said; and ends it for who says so. */
export interface MarketingGate {
  /** Null: it may go to them now. */
  refusal(tx: Tx, personId: string): Promise<MarketingRefusal | null>
  /** A person did something here: who gets news still cares; who was never asked, and need not be, now gets some. */
  seen(tx: Tx, personId: string): Promise<void>
  /** Where one click ends news for this person, without a sign-in. */
  unsubscribeUrl(personId: string): string
  /** Ends news for whom the link was made. @returns false for a link that is none of ours */
  unsubscribe(tx: Tx, token: string): Promise<boolean>
}

interface Deps {
  readonly policy: CompiledPolicy
  readonly clock: Clock
  readonly purpose: Pick<PurposeGate, 'stop'>
  readonly standing: Pick<Standing, 'recordConsent' | 'place'>
  readonly vault: Pick<Vault, 'keyedHash'>
  /** Address that people use, without a slash at its end. */
  readonly publicUrl: () => string
}

const use = 'unsubscribe'

/** The person for whom a link was made; null when it was changed, or never ours. */
const personOf = (vault: Deps['vault'], token: string): string | null => {
  const [personId = '', given = ''] = token.split('.')
  const [expected, seen] = [Buffer.from(vault.keyedHash(use, personId)), Buffer.from(given)]
  return expected.length === seen.length && timingSafeEqual(expected, seen) ? personId : null
}

const noSuchPerson = '23503' // foreign_key_violation

const codeOf = (error: unknown): unknown => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}

const end = async ({ policy, standing }: Deps, tx: Tx, personId: string): Promise<void> => {
  const choice = choiceOf(policy, 'marketing')
  const purpose = 'marketing'
  if (choice === 'consent')
    await standing.recordConsent(tx, { personId, purpose, state: 'withdrawn', how: 'unsubscribe' })
  if (choice === 'objection') await standing.place(tx, { personId, purpose, kind: 'objection', by: personId })
}

/** Keeps up when people last cared, at most once a day each. */
const createSeen = ({ policy, clock, purpose }: Deps): MarketingGate['seen'] => {
  const days = new Map<string, number>()
  const isAsked = policy.purposes.get('marketing')?.consent === 'opt-in'
  return async (caller, personId) => {
    const tx = forStanding(caller)
    const day = Math.floor(clock.nowMs() / 86_400_000)
    if (!policy.purposes.has('marketing') || days.get(personId) === day) return
    const gets = (await contactStore.lastActivity(tx, personId)) !== null
    const mayGet = gets || (!isAsked && (await purpose.stop(tx, personId, 'marketing')) === null)
    if (mayGet) await contactStore.keep(tx, personId, clock.now())
    if (gets || !mayGet) days.set(personId, day)
  }
}

export const createMarketingGate = (deps: Deps): MarketingGate => {
  const { policy, clock, purpose, vault, publicUrl } = deps
  return {
    refusal: async (caller, personId) => {
      const tx = forStanding(caller)
      const stop = await purpose.stop(tx, personId, 'marketing')
      if (stop !== null) return stop
      if (choiceOf(policy, 'marketing') === null) return 'cannot be ended'
      const caredAt = await contactStore.lastActivity(tx, personId)
      const period = policy.retention('marketing')?.period
      if (caredAt === null || period === undefined) return 'no contact'
      const lapsesAt = dueAt(caredAt, period)
      return lapsesAt !== null && lapsesAt <= clock.now() ? 'no contact' : null
    },
    seen: createSeen(deps),
    unsubscribeUrl: (personId) => `${publicUrl()}/unsubscribe/${personId}.${vault.keyedHash(use, personId)}`,
    unsubscribe: async (tx, token) => {
      const personId = personOf(vault, token)
      if (personId === null) return false
      // Who was erased gets no news; their link is as good as before.
      await forStanding(tx)
        .transaction((inner) => end(deps, inner, personId))
        .catch((error: unknown) => {
          if (codeOf(error) !== noSuchPerson) throw error
        })
      return true
    },
  }
}
