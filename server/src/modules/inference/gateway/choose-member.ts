import type { GatewayDeps } from './gateway-deps.ts'
import type { ModelRoute, PoolMember } from './model-route.ts'

/** What decides which members may answer. */
export interface Choosing {
  readonly organisationId: string
  readonly nowMs: number
  /** Members that this request was at already. */
  readonly tried: readonly PoolMember[]
  /** The third party that saw this request; no second one may. Null: nobody did. */
  readonly seenBy: string | null
}

type Allows = Pick<GatewayDeps, 'placement'>

/** Whose server it is: a dedicated one is there for its organisation only. */
export const isFor = (organisationId: string, { onlyFor }: PoolMember): boolean =>
  onlyFor === null || onlyFor === organisationId

/** Whether a member may have a request of an organisation at all, and is there to answer it. */
const mayAnswer = ({ placement }: Allows, member: PoolMember, { organisationId, tried, seenBy }: Choosing): boolean =>
  member.target !== null &&
  member.forbidden === null &&
  isFor(organisationId, member) &&
  (seenBy === null || member.provider === null || member.provider === seenBy) &&
  !tried.includes(member) &&
  placement.judge(organisationId, member) === null

/** Where the pool is in its order of turns: who comes back after a rest does not get all that it missed. */
const positionOf = (members: readonly PoolMember[]): number => {
  let at = 0
  for (const { load } of members) if (load.began > at) at = load.began
  return at
}

const isDown = (member: PoolMember, nowMs: number): boolean => member.load.rests(nowMs) || member.isAway()

/** Of two of one tier: who has less to do for its weight; among equals, whose turn it is. */
const isLessLoaded = (one: PoolMember, than: PoolMember, at: number): boolean => {
  const [load, other] = [one.load.inFlight / one.weight, than.load.inFlight / than.weight]
  return load < other || (load === other && Math.max(one.load.turn, at) < Math.max(than.load.turn, at))
}

/**
 * The member of a pool that gets a request; null: nobody may. Those that answer come first, then the lower tier, then
 * who has least to do. A member that is down is chosen when nobody else is left: being down refuses nothing by itself.
 */
export const chooseMember = (deps: Allows, { members }: ModelRoute, choosing: Choosing): PoolMember | null => {
  const { nowMs } = choosing
  const at = positionOf(members)
  let best: PoolMember | null = null
  let isBestDown = true
  for (const member of members) {
    if (!mayAnswer(deps, member, choosing)) continue
    const isMemberDown = isDown(member, nowMs)
    const isBetter =
      best === null || isMemberDown !== isBestDown
        ? !isMemberDown || best === null
        : member.tier < best.tier || (member.tier === best.tier && isLessLoaded(member, best, at))
    if (!isBetter) continue
    best = member
    isBestDown = isMemberDown
  }
  best?.load.chosen(Math.max(best.load.turn, at), best.weight, nowMs)
  return best
}
