import type { CallFacts } from './call-facts.ts'
import { type Choosing, chooseMember } from './choose-member.ts'
import type { GatewayDeps } from './gateway-deps.ts'
import type { KeyRecord } from './key-directory.ts'
import type { ModelRoute, ModelTarget, PoolMember } from './model-route.ts'
import type { ScannedRequest } from './scan-request.ts'
import { type SplicedRequest, spliceRequest } from './splice-request.ts'

/** A request goes to this many members of a pool at most. */
const attemptsMax = 3

interface Asked {
  readonly key: Pick<KeyRecord, 'organisationId'>
  readonly route: ModelRoute
  /** In the caller's words for the model. */
  readonly body: Buffer
  readonly request: ScannedRequest
}

/** The body as a member takes it. */
export const spliceFor = ({ modelName, engine }: ModelTarget, { body, request }: Asked): SplicedRequest =>
  spliceRequest(body, request, { modelName, runningCounts: engine !== null })

/** Where else a request can go when the member that got it gave no answer. */
export interface Elsewhere {
  /**
   * The call as it is at the next member; null: nobody is left who may have it.
   * @param facts as it was at the member that failed
   * @param wasSent whether that one may have seen the request
   */
  next(facts: CallFacts, wasSent: boolean): CallFacts | null
}

/** Null for a pool of one: it costs nothing to have no other. */
export const elsewhereOf = (deps: Pick<GatewayDeps, 'placement' | 'clock'>, asked: Asked): Elsewhere | null => {
  const { key, route } = asked
  if (route.members.length === 1) return null
  const tried: PoolMember[] = []
  let seenBy: Choosing['seenBy'] = null
  return {
    next: (facts, wasSent) => {
      tried.push(facts.member)
      if (wasSent) seenBy ??= facts.member.provider
      if (tried.length === attemptsMax) return null
      const { organisationId } = key
      const member = chooseMember(deps, route, { organisationId, nowMs: deps.clock.monotonicMs(), tried, seenBy })
      if (member === null || member.target === null) return null
      const { target, provider } = member
      return { ...facts, member, target, provider: seenBy ?? provider, ...spliceFor(target, asked) }
    },
  }
}
