import { randomBytes } from 'node:crypto'
import { type Category, type CompiledPolicy, categories } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { deploymentPlan, type Tx } from '../../../platform/db/index.ts'
import {
  type ApprovalKind,
  forbids,
  type TrainingLevel,
  type trainingApproval,
  trainingLevels,
} from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbePerson, withPeople } from '../probe-people.ts'
import { plantApproval } from '../training/index.ts'

const hourMs = 3_600_000

interface Scene {
  readonly tx: Tx
  readonly system: CheckedSystem
  readonly person: ProbePerson
  readonly other: ProbePerson
  readonly content: Category
}

/** What the gate is shown beside a training that wants one kind of content of a project of a person. */
interface Trial {
  /** What must not be let through, in words; `allowed`: this must be. */
  readonly words: string
  readonly kind?: ApprovalKind
  readonly change?: Partial<typeof trainingApproval.$inferInsert>
  readonly planned?: TrainingLevel
  readonly says?: 'withdrawn'
  readonly isAllowed?: boolean
}

const contentOf = (policy: CompiledPolicy): Category[] =>
  categories.filter((name) => name.startsWith('content.') && forbids(policy, name) === null)

const planFor = ({ tx, system, person }: Scene, training: TrainingLevel) => {
  const id = newId('pln', system.clock)
  const of = { id, organisationId: person.organisationId, settings: { training } }
  const made = { sealedSource: Buffer.alloc(1), hash: randomBytes(32).toString('hex'), salt: '' }
  return tx.insert(deploymentPlan).values({ ...of, ...made, appliedAt: system.clock.now() })
}

class Undo extends Error {}

/** @returns whether the gate let it through; nothing of the trial stays */
const tryOne = async (scene: Scene, trial: Trial): Promise<boolean> => {
  const { system, person, content } = scene
  const { organisationId, projectId, personId } = person
  let allowed = false
  try {
    await scene.tx.transaction(async (tx) => {
      const inner = { ...scene, tx }
      if (trial.kind !== undefined)
        await plantApproval(tx, system.clock, { organisationId, kind: trial.kind, content: [content] }, trial.change)
      if (trial.planned !== undefined) await planFor(inner, trial.planned)
      if (trial.says !== undefined)
        await tx.execute(
          sql`insert into consent_record (id, person_id, purpose, state, at, policy, policy_version, how) values (${newId('cns', system.clock)}, ${personId}, 'training', ${trial.says}, now(), 'probe', '0.0.0', 'api')`,
        )
      const use = { organisationId, projectId, content: [content], people: [personId] }
      allowed = (await system.gates.training.judge(tx, use)).allowed
      throw new Undo()
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
  return allowed
}

const trialsOf = ({ system, other }: Scene): Trial[] => {
  const level = system.policy.training
  const kinds = trainingLevels.filter((kind) => kind !== 'never')
  const ago = new Date(system.clock.nowMs() - hourMs)
  const beyond = kinds.filter((kind) => trainingLevels.indexOf(kind) > trainingLevels.indexOf(level))
  const enough = kinds.filter((kind) => !beyond.includes(kind))
  const narrow = enough.map((kind): readonly Trial[] => [
    { words: `${kind} does not let it train`, kind, isAllowed: true },
    { words: `a withdrawn ${kind}`, kind, change: { withdrawnAt: ago, endsAt: ago } },
    { words: `an ${kind} that is over`, kind, change: { until: ago, endsAt: ago } },
    { words: `an ${kind} for another project`, kind, change: { projectId: other.projectId } },
    { words: `an ${kind} of another organisation`, kind, change: { organisationId: other.organisationId } },
    { words: `an ${kind} for other content`, kind, change: { content: ['content.workspace'] } },
    { words: `${kind} under a plan that says never`, kind, planned: 'never' },
    { words: `${kind} where its person withdrew consent`, kind, says: 'withdrawn' },
  ])
  return [
    { words: 'nobody’s approval' },
    ...beyond.map((kind): Trial => ({ words: `${kind} under a policy that says ${level}`, kind })),
    ...(enough.includes('opt-in')
      ? [
          {
            words: 'an opt-in under a plan that asks for a signature',
            kind: 'opt-in',
            planned: 'written-approval',
          } as const,
        ]
      : []),
    ...narrow.flat(),
  ]
}

/** Lets customers of its own agree, withdraw and be bound by plans, and asks the training gate each time. */
export const trainingGate: Check<'training-approval'> = {
  name: 'training-gate',
  run: (_rule, system) =>
    withPeople(system, async ({ tx, join }) => {
      const trainable = contentOf(system.policy)
      const content = trainable[0] ?? 'content.inference'
      const scene = { tx, system, person: await join(), other: await join(), content }
      const trials = trialsOf(scene)
      const violations: string[] = []
      for (const trial of trials) {
        const allowed = await tryOne(scene, trial)
        if (allowed && trial.isAllowed !== true) violations.push(`content trains by ${trial.words}`)
        if (!allowed && trial.isAllowed === true) violations.push(trial.words)
      }
      const readers = system.map.filter(
        ({ category, purposes }) => purposes.includes('training') && !trainable.some((one) => one === category),
      )
      violations.push(...readers.map(({ table, column }) => `${table}.${column} may train, and the policy forbids it`))
      const good = trials.filter(({ isAllowed }) => isAllowed === true).length
      const figure = `${count(trials.length, 'trial')} at the gate, ${trials.length - good} to be refused; ${count(system.map.length, 'column')} looked at for training`
      const unbuilt = 'fine-tuning is not built: the gate was tried, and no training asks it yet'
      return finding(trials.length, violations, figure, system.policy.training === 'never' ? null : unbuilt)
    }),
}
