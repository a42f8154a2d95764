import type { Category, CompiledPolicy, Purpose } from '@avow/policy'
import { stopOf } from './standing.ts'
import type { PersonStanding } from './standing-store.ts'

/** What may let customer content train a model, from nothing to most. */
export const trainingLevels = ['never', 'written-approval', 'opt-in'] as const
export type TrainingLevel = (typeof trainingLevels)[number]
export type ApprovalKind = Exclude<TrainingLevel, 'never'>

/** What a training would read: content of one project, and the people whose it is as far as that is known. */
export interface TrainingUse {
  readonly organisationId: string
  readonly projectId: string
  readonly content: readonly Category[]
  readonly people: readonly string[]
}

/** What the gate looks at of an approval. */
export interface ApprovalFacts {
  readonly id: string
  readonly organisationId: string
  /** Null: every project of the organisation. */
  readonly projectId: string | null
  readonly kind: ApprovalKind
  readonly content: readonly Category[]
  readonly givenAt: Date
  /** Withdrawn, or over, from then on; null: until it is withdrawn. */
  readonly endsAt: Date | null
}

export type TrainingVerdict<A extends ApprovalFacts = ApprovalFacts> =
  /** By these approvals, each of which is needed. */
  | { readonly allowed: true; readonly by: readonly A[] }
  /** `rule` is for the record and names nothing that a person wrote. */
  | { readonly allowed: false; readonly rule: string; readonly why: string }

export interface TrainingScene<A extends ApprovalFacts> {
  readonly policy: CompiledPolicy
  /** What the organisation's plan says; null: nothing. */
  readonly planned: TrainingLevel | null
  /** Whether the organisation is open and the project is its. */
  readonly isOpen: boolean
  readonly approvals: readonly A[]
  readonly said: ReadonlyMap<string, PersonStanding>
  readonly now: Date
}

const refused = (rule: string, why: string) => ({ allowed: false as const, rule, why })

/** A plan stands in the policy's place; lint has seen that it is stricter, or that an agreement says otherwise. */
export const levelOf = (policy: Pick<CompiledPolicy, 'training'>, planned: TrainingLevel | null): TrainingLevel =>
  planned ?? policy.training

/** A signed approval is more than an opt-in, so it also counts where that would do. */
export const isEnough = (kind: ApprovalKind, level: TrainingLevel): boolean =>
  trainingLevels.indexOf(kind) <= trainingLevels.indexOf(level)

export const isInForce = ({ givenAt, endsAt }: Pick<ApprovalFacts, 'givenAt' | 'endsAt'>, now: Date): boolean =>
  givenAt <= now && (endsAt === null || endsAt > now)

const covers = (approval: ApprovalFacts, use: TrainingUse, category: Category): boolean =>
  approval.organisationId === use.organisationId &&
  (approval.projectId === null || approval.projectId === use.projectId) &&
  approval.content.includes(category)

/** The organisation's word stands for its people's, until one of them says otherwise. */
const stopsTraining = (policy: CompiledPolicy, said: PersonStanding | undefined, category: Category): boolean => {
  if (said === undefined) return false
  const consents = new Map<Purpose, 'given' | 'withdrawn'>([['training', 'given'], ...said.consents])
  return stopOf(policy, { ...said, consents }, 'training', category) !== null
}

/** Why one kind of content may not train under the policy itself; null: nothing there is against it. */
export const forbids = (policy: CompiledPolicy, category: Category) => {
  const isHeld = policy.purposes.has('training') && policy.category(category)?.purposes.has('training') === true
  return isHeld ? null : refused(`purpose(${category}, training)`, `the policy does not let ${category} train models`)
}

/** Whether a training may read what it wants, now. Pure. */
export const judgeTraining = <A extends ApprovalFacts>(
  scene: TrainingScene<A>,
  use: TrainingUse,
): TrainingVerdict<A> => {
  const { policy, planned, approvals, said, now } = scene
  const level = levelOf(policy, planned)
  if (level === 'never')
    return refused(
      'training(never)',
      `the ${planned === null ? 'policy' : 'plan'} lets no customer content train a model`,
    )
  if (!scene.isOpen) return refused('training(closed)', 'there is no such project in an open organisation')
  if (use.content.length === 0) return refused('training(nothing named)', 'it is not said which content would be read')
  const by = new Map<string, A>()
  for (const category of use.content) {
    const against = forbids(policy, category)
    if (against !== null) return against
    const approval = approvals.find(
      (one) => isEnough(one.kind, level) && isInForce(one, now) && covers(one, use, category),
    )
    if (approval === undefined)
      return refused(
        `training(${category}, no approval)`,
        `no ${level === 'opt-in' ? 'opt-in or written approval' : 'written approval'} in force covers ${category} of this project`,
      )
    by.set(approval.id, approval)
    if (use.people.some((person) => stopsTraining(policy, said.get(person), category)))
      return refused(`training(${category}, a person's word)`, 'a person whose content it is does not let it train')
  }
  return { allowed: true, by: [...by.values()] }
}
