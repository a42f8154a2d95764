import { type Purpose, purposes } from '@avow/policy'
import type { ConsentDoor, RestrictionGround, Tx } from '../../../platform/db/index.ts'
import type { PlacedWord, Standing } from '../../../platform/gates/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { insertRequest } from '../rights/request-store.ts'
import { deadlineOf } from '../rights/request-view.ts'
import type { Rights } from '../rights/rights.ts'

export interface ChoiceDeps extends Rights {
  readonly standing: Standing
}

/** Whose choice it is, and who says so. */
export interface Speaker {
  readonly personId: string
  /** The person, or an officer for them. */
  readonly by: string
  readonly how: ConsentDoor
}

/** @throws Refusal choice_not_open for a word that is no purpose */
export const parsePurpose = (word: string): Purpose => {
  const purpose = purposes.find((one) => one === word)
  if (purpose === undefined) throw new Refusal('choice_not_open', `There is no purpose ${word}.`)
  return purpose
}

/** What a person asked for by right is on their list of requests, also when it was done at once. */
const keepRequest = async (deps: ChoiceDeps, tx: Tx, personId: string, kind: 'restriction' | 'objection') => {
  const now = deps.clock.now()
  const times = { askedAt: now, startsAt: now, begunAt: now, finishedAt: now }
  const dueAt = deadlineOf(deps, kind, now)
  await insertRequest(tx, { id: newId('rrq', deps.clock), kind, state: 'done', personId, dueAt, ...times })
}

const word = ({ personId, by }: Speaker, kind: PlacedWord['kind']): PlacedWord => ({ personId, by, kind })

/** @throws Refusal policy_refused */
export const restrict = async (deps: ChoiceDeps, tx: Tx, who: Speaker, ground: RestrictionGround | undefined) => {
  const isNew = await deps.standing.place(tx, {
    ...word(who, 'restriction'),
    ...(ground === undefined ? {} : { ground }),
  })
  if (isNew) await keepRequest(deps, tx, who.personId, 'restriction')
}

/** @throws Refusal choice_not_open, policy_refused */
export const objectTo = async (deps: ChoiceDeps, tx: Tx, who: Speaker, purpose: Purpose) => {
  const isNew = await deps.standing.place(tx, { ...word(who, 'objection'), purpose })
  if (isNew) await keepRequest(deps, tx, who.personId, 'objection')
}

/** To limit sensitive data is a restriction of its own kind. @throws Refusal policy_refused */
export const limit = async (deps: ChoiceDeps, tx: Tx, who: Speaker) => {
  if (await deps.standing.place(tx, word(who, 'limit'))) await keepRequest(deps, tx, who.personId, 'restriction')
}

export const lift = async (deps: ChoiceDeps, tx: Tx, who: Speaker, kind: PlacedWord['kind'], purpose?: Purpose) => {
  await deps.standing.lift(tx, { ...word(who, kind), ...(purpose === undefined ? {} : { purpose }) })
}

/** @throws Refusal choice_not_open */
export const consent = async (
  deps: ChoiceDeps,
  tx: Tx,
  { personId, by, how }: Speaker,
  purpose: Purpose,
  state: 'given' | 'withdrawn',
) => {
  const given = { personId, purpose, state, how }
  await deps.standing.recordConsent(tx, by === personId ? given : { ...given, recordedBy: by })
}
