import type { Category, CompiledPolicy, Purpose } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { ConsentDoor, RestrictionGround, Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/index.ts'
import { Refusal } from '../http/problem.ts'
import { newId } from '../ids.ts'
import { contactStore } from './contact-store.ts'
import { endStanding, type PersonStanding, placeStanding, writeConsent } from './standing-store.ts'

/** Why a person's data may not be used for a purpose. */
export type Stop = 'not in the policy' | 'restricted' | 'objected' | 'consent missing' | 'consent withdrawn' | 'limited'

/** Restricted data may still be stored, and used for claims and to protect others (GDPR Art. 18(2)). */
const despiteRestriction: ReadonlySet<Purpose> = new Set(['legal', 'security'])

/** How a person may stop a purpose: by withdrawing consent, by objecting, or not at all. */
export const choiceOf = (
  policy: Pick<CompiledPolicy, 'purposes'>,
  purpose: Purpose,
): 'consent' | 'objection' | null => {
  const rule = policy.purposes.get(purpose)
  if (rule === undefined) return null
  if (rule.consent !== 'none') return 'consent'
  // Protecting the service is a compelling ground (Art. 21(1)); without it nobody's data would be safe.
  if (purpose === 'security') return null
  return rule.basis === 'legitimate-interest' || rule.basis === 'public-task' ? 'objection' : null
}

/** What providing the service needs (its contract), what the law wants, and its security stay despite a limit. */
const despiteLimit = (policy: CompiledPolicy, purpose: Purpose): boolean => {
  const basis = policy.purposes.get(purpose)?.basis
  return purpose === 'security' || basis === 'contract' || basis === 'legal-obligation'
}

const isSensitive = (policy: CompiledPolicy, category: Category): boolean =>
  category !== 'system' && policy.source.categories[category]?.sensitive === true

const nothingSaid: PersonStanding = { restricted: false, limited: false, objected: new Set(), consents: new Map() }

/**
 * Whether what a person said lets their data serve a purpose; null when it does. The person's own requests are not asked
 * about here.
 * @param category without it: any that is not sensitive
 */
export const stopOf = (
  policy: CompiledPolicy,
  said: PersonStanding | undefined,
  purpose: Purpose,
  category?: Category,
): Stop | null => {
  const { restricted, limited, objected, consents } = said ?? nothingSaid
  const rule = policy.purposes.get(purpose)
  if (rule === undefined) return 'not in the policy'
  if (restricted && !despiteRestriction.has(purpose)) return 'restricted'
  if (objected.has(purpose)) return 'objected'
  if (rule.consent !== 'none' && consents.get(purpose) === 'withdrawn') return 'consent withdrawn'
  if (rule.consent === 'opt-in' && consents.get(purpose) !== 'given') return 'consent missing'
  const isLimited = limited && category !== undefined && isSensitive(policy, category)
  return isLimited && !despiteLimit(policy, purpose) ? 'limited' : null
}

export interface ConsentWord {
  readonly personId: string
  readonly purpose: Purpose
  readonly state: 'given' | 'withdrawn'
  readonly how: ConsentDoor
  /** Who wrote it down, when not the person. */
  readonly recordedBy?: string
}

export interface PlacedWord {
  readonly personId: string
  readonly kind: 'restriction' | 'objection' | 'limit'
  /** Of an objection. */
  readonly purpose?: Purpose
  readonly ground?: RestrictionGround
  /** Who says it: the person, or an officer for them. */
  readonly by: string
}

/**
 * What people say about the use of their data, purpose by purpose, is written down here, and obeyed by the purpose gate: in
 * force with the caller's transaction, so at once. Each change leaves a decision.
 */
export interface Standing {
  /** @throws Refusal choice_not_open for a purpose without consent. @returns false when nothing changed */
  recordConsent(tx: Tx, word: ConsentWord): Promise<boolean>
  /** @throws Refusal choice_not_open, policy_refused. @returns false when it was in force already */
  place(tx: Tx, word: PlacedWord): Promise<boolean>
  /** @returns false when it was not in force */
  lift(tx: Tx, word: PlacedWord): Promise<boolean>
}

const basisWords: Record<string, string> = {
  contract: 'it is needed for the service that was asked for (its basis is the contract)',
  'legal-obligation': 'law demands it',
  'legitimate-interest': 'the service and its users could not be protected otherwise',
  'vital-interest': 'it protects somebody’s life',
}

/** @throws Refusal choice_not_open */
const requireChoice = (policy: CompiledPolicy, purpose: Purpose, wanted: 'consent' | 'objection'): void => {
  const choice = choiceOf(policy, purpose)
  if (choice === wanted) return
  const rule = policy.purposes.get(purpose)
  if (rule === undefined) throw new Refusal('choice_not_open', `The policy has no purpose ${purpose}.`)
  if (choice === 'consent')
    throw new Refusal('choice_not_open', `${purpose} rests on your consent: withdraw that instead of objecting.`)
  if (choice === 'objection')
    throw new Refusal('choice_not_open', `${purpose} asks for no consent. You can object to it instead.`)
  const act = wanted === 'objection' ? 'object to' : 'consent to or withdraw from'
  throw new Refusal(
    'choice_not_open',
    `You cannot ${act} ${purpose} (${rule.label}): ${basisWords[rule.basis] ?? 'nobody is asked'}.`,
  )
}

/** @throws Refusal policy_refused where the policy does not have the right */
const requireRight = (policy: CompiledPolicy, right: 'restriction' | 'objection'): void => {
  if (policy.source.rights[right] === undefined)
    throw new Refusal('policy_refused', `The policy in force has no right of ${right}. Ask its contact instead.`)
}

/** What people said is looked up whatever the caller reads for: it is what decides. */
export const forStanding = (tx: Tx): Tx => tx.as(tx.reading.duty('standing'))

export const createStanding = ({ policy, clock }: { policy: CompiledPolicy; clock: Clock }): Standing => {
  const record = (tx: Tx, rule: string) => recordDecision(tx, clock, { gate: 'purpose', decision: 'done', rule })
  const wordOf = ({ personId, kind, purpose }: PlacedWord) => ({ personId, kind, purpose: purpose ?? null })
  return {
    recordConsent: async (caller, { personId, purpose, state, how, recordedBy = null }) => {
      requireChoice(policy, purpose, 'consent')
      const tx = forStanding(caller)
      const version = { policy: policy.id, policyVersion: policy.version }
      const row = { id: newId('cns', clock), personId, purpose, state, at: clock.now(), how, recordedBy, ...version }
      const isNew = await writeConsent(tx, { ...row, supersededAt: null })
      if (isNew) await record(tx, `consent(${purpose}, ${state})`)
      if (purpose === 'marketing')
        await (state === 'given' ? contactStore.keep(tx, personId, clock.now()) : contactStore.end(tx, personId))
      return isNew
    },
    place: async (caller, word) => {
      const tx = forStanding(caller)
      if (word.kind !== 'limit') requireRight(policy, word.kind)
      if (word.kind === 'objection' && word.purpose !== undefined) requireChoice(policy, word.purpose, 'objection')
      const { by, ground = null } = word
      const id = newId('std', clock)
      const isNew = await placeStanding(tx, { ...wordOf(word), id, since: clock.now(), placedBy: by, ground })
      if (isNew) await record(tx, `${word.kind}(${word.purpose ?? 'all'}) placed`)
      if (word.purpose === 'marketing') await contactStore.end(tx, word.personId)
      return isNew
    },
    lift: async (caller, word) => {
      const tx = forStanding(caller)
      const hadIt = await endStanding(tx, { ...wordOf(word), endedAt: clock.now(), endedBy: word.by })
      if (hadIt) await record(tx, `${word.kind}(${word.purpose ?? 'all'}) lifted`)
      return hadIt
    },
  }
}
