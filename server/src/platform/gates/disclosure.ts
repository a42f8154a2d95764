import { Refusal } from '../http/problem.ts'

export type DisclosureDecision = 'approved' | 'narrowed' | 'refused'

/** What the gate looks at of a request of an authority. */
export interface DisclosureFacts {
  readonly state: 'received' | 'prepared' | 'approved' | 'refused' | 'handed-out' | 'closed'
  readonly asked: readonly string[]
  readonly proposed: readonly string[] | null
  readonly approved: readonly string[] | null
  readonly preparedBy: string | null
  readonly reviewedAt: Date | null
  readonly toldAt: Date | null
  readonly silenceReviewAt: Date | null
}

/** The only way to answer an authority. Each method settles one step and gives what it approves. */
export interface DisclosureGate {
  /** @throws Refusal conflict, invalid_request for what was not asked for */
  prepare(facts: DisclosureFacts, categories: readonly string[]): string[]
  /** @throws Refusal conflict, second_person_needed, invalid_request. @returns what may be handed out; null when refused */
  review(
    facts: DisclosureFacts,
    reviewer: string,
    decision: DisclosureDecision,
    categories: readonly string[] | undefined,
  ): string[] | null
  /** @throws Refusal conflict, customer_not_told. @returns the only categories that may leave */
  handOut(facts: DisclosureFacts, now: Date): readonly string[]
  /** @throws Refusal conflict, invalid_request for a date that is not ahead */
  silence(facts: DisclosureFacts, reviewAt: Date, now: Date): void
  /** @throws Refusal conflict, customer_not_told */
  close(facts: DisclosureFacts, now: Date): void
}

const refuseField = (path: string, message: string): Refusal =>
  new Refusal('invalid_request', `${path}: ${message}. Nothing was changed.`, { fields: [{ path, message }] })

const requireState = ({ state }: DisclosureFacts, ...wanted: DisclosureFacts['state'][]): void => {
  if (!wanted.includes(state))
    throw new Refusal('conflict', `This needs a request that is ${wanted.join(' or ')}; it is ${state}.`)
}

/** @returns without repeats, in the order of `of` */
const requirePart = (of: readonly string[], wanted: readonly string[], where: string): string[] => {
  const beyond = wanted.filter((one) => !of.includes(one))
  if (beyond.length > 0) throw refuseField('categories', `${beyond.join(', ')} ${where}`)
  return of.filter((one) => wanted.includes(one))
}

/** A ground counts until the date on which it must be looked at again. */
const isSettled = ({ toldAt, silenceReviewAt }: DisclosureFacts, now: Date): boolean =>
  toldAt !== null || (silenceReviewAt !== null && silenceReviewAt > now)

const requireSettled = (facts: DisclosureFacts, now: Date): void => {
  if (!isSettled(facts, now)) throw new Refusal('customer_not_told')
}

export const createDisclosureGate = (): DisclosureGate => ({
  prepare: (facts, categories) => {
    requireState(facts, 'received', 'prepared')
    return requirePart(facts.asked, categories, 'was not asked for')
  },
  review: (facts, reviewer, decision, categories) => {
    requireState(facts, 'prepared')
    if (facts.preparedBy === reviewer)
      throw new Refusal('second_person_needed', 'You prepared this answer, so somebody else has to review it.')
    const proposed = facts.proposed ?? []
    if (decision === 'refused') return null
    if (decision === 'approved') return [...proposed]
    if (categories === undefined) throw refuseField('categories', 'say what stays of the proposal')
    const kept = requirePart(proposed, categories, 'is not in the proposal')
    if (kept.length === proposed.length) throw refuseField('categories', 'this is the whole proposal: approve it')
    return kept
  },
  handOut: (facts, now) => {
    requireState(facts, 'approved')
    if (facts.reviewedAt === null || facts.approved === null)
      throw new Refusal('conflict', 'Nobody has reviewed this answer yet.')
    requireSettled(facts, now)
    return facts.approved
  },
  silence: (facts, reviewAt, now) => {
    if (facts.toldAt !== null) throw new Refusal('conflict', 'The customer was told already.')
    if (reviewAt <= now) throw refuseField('reviewAt', 'must be in the future')
  },
  close: (facts, now) => {
    requireState(facts, 'refused', 'handed-out')
    requireSettled(facts, now)
  },
})
