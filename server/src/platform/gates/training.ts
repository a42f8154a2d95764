import { createHash, randomBytes } from 'node:crypto'
import type { Category, CompiledPolicy } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/record-decision.ts'
import { Refusal } from '../http/problem.ts'
import { newId } from '../ids.ts'
import type { Vault } from '../vault/index.ts'
import {
  type ApprovalKind,
  forbids,
  judgeTraining,
  levelOf,
  type TrainingLevel,
  type TrainingUse,
  type TrainingVerdict,
} from './judge-training.ts'
import { forStanding } from './standing.ts'
import { readStandings } from './standing-store.ts'
import { type ApprovalRow, trainingStore } from './training-store.ts'

/** A paper that somebody signed. */
export interface SignedDocument {
  /** Where it is kept, such as its number. */
  readonly reference: string
  readonly signer: string
  /** YYYY-MM-DD. */
  readonly signedOn: string
}

/** What is sealed of an approval. */
export interface ApprovalDetails {
  /** What was agreed to, in words. */
  readonly statement: string
  /** Null: an opt-in. */
  readonly document: SignedDocument | null
  /** 32 random bytes, hex. */
  readonly salt: string
}

export interface ApprovalWish {
  readonly organisationId: string
  /** Null: every project. */
  readonly projectId: string | null
  readonly content: readonly Category[]
  /** Null: until it is withdrawn. */
  readonly until: Date | null
  /** Id of the owner who opts in, or of the officer who writes an approval down. */
  readonly by: string
}

/** The only way to use customer content to train, and to say that it may be. */
export interface TrainingGate {
  /** What may let content of an organisation train, by the policy or its plan. */
  levelOf(tx: Tx, organisationId: string): Promise<{ readonly level: TrainingLevel; readonly by: 'policy' | 'plan' }>
  judge(tx: Tx, use: TrainingUse): Promise<TrainingVerdict<ApprovalRow>>
  /**
   * To be asked anew for each batch that is read. What it goes by cannot be withdrawn until the caller's transaction
   * ends. @throws Refusal policy_refused, after it was recorded
   */
  require(tx: Tx, use: TrainingUse): Promise<readonly ApprovalRow[]>
  /** @throws Refusal policy_refused, not_found, invalid_request */
  optIn(tx: Tx, wish: ApprovalWish): Promise<ApprovalRow>
  /** @throws Refusal policy_refused, not_found, invalid_request */
  approve(tx: Tx, wish: ApprovalWish, document: SignedDocument): Promise<ApprovalRow>
  /** Ends it at once. @throws Refusal not_found, conflict when it has ended */
  withdraw(
    tx: Tx,
    organisationId: string,
    id: string,
    by: { person: string } | { officer: string },
  ): Promise<ApprovalRow>
}

interface Deps {
  readonly policy: CompiledPolicy
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor'>
  /** Told of each refusal, to record it. */
  readonly refused: (gate: 'training', rule: string) => void
}

const invalid = (path: string, message: string): Refusal =>
  new Refusal('invalid_request', `${path}: ${message}. Nothing was changed.`, { fields: [{ path, message }] })

const named = (content: readonly Category[]): string => content.join(' ')

type Facts = Omit<ApprovalRow, 'sealedDetails' | 'commitment' | 'withdrawnAt' | 'withdrawnBy' | 'revokedBy' | 'endsAt'>

/** What the evidence log says of an approval; nothing to anybody without the salt, and nothing that erasure takes. */
export const approvalCommitment = (fact: Facts, { statement, document, salt }: ApprovalDetails): string => {
  const { id, organisationId, projectId, kind, content, givenAt, until, policy, policyVersion } = fact
  const scope = [organisationId, projectId, kind, content, givenAt.toISOString(), until?.toISOString() ?? null]
  const text = JSON.stringify([id, ...scope, policy, policyVersion, statement, document])
  return createHash('sha256').update(`${salt}\n${text}`).digest('hex')
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

/** What was agreed to, so that nobody has to know the columns to read it. */
const statementOf = ({ policy }: Deps, { projectId, content, until }: ApprovalWish): string => {
  const kinds = content.map((name) => policy.category(name)?.label ?? name).join(', ')
  const where = projectId === null ? 'all projects of the organisation' : `project ${projectId}`
  const end = until === null ? 'until this is withdrawn' : `until ${until.toISOString()}, or until this is withdrawn`
  return `${kinds} of ${where} may be used to train models, ${end}, under version ${policy.version} of ${policy.title}.`
}

/** @throws Refusal when it would let nothing train, or what nobody may let train */
const requireGivable = async (deps: Deps, tx: Tx, wish: ApprovalWish): Promise<void> => {
  const { policy, clock } = deps
  if (wish.content.length === 0) throw invalid('content', 'name at least one kind of content')
  for (const category of wish.content) {
    const against = forbids(policy, category)
    if (against !== null) throw new Refusal('policy_refused', `Refused: ${against.why}. Nothing was changed.`)
  }
  if (wish.until !== null && wish.until <= clock.now()) throw invalid('until', 'must be in the future')
  if (!(await trainingStore.isOpen(tx, wish.organisationId, wish.projectId)))
    throw new Refusal('not_found', 'There is no such project in an open organisation.')
}

const insert = async (deps: Deps, tx: Tx, kind: ApprovalKind, wish: ApprovalWish, document: SignedDocument | null) => {
  const { clock, policy, vault } = deps
  const { organisationId, projectId, until, by } = wish
  const id = newId('tra', clock)
  const version = { policy: policy.id, policyVersion: policy.version }
  const content = [...new Set(wish.content)].sort()
  const people = kind === 'opt-in' ? { givenBy: by, recordedBy: null } : { givenBy: null, recordedBy: by }
  const fact = { id, organisationId, projectId, kind, content, givenAt: clock.now(), until, ...version, ...people }
  const details = {
    statement: statementOf(deps, { ...wish, content }),
    document,
    salt: randomBytes(32).toString('hex'),
  }
  const place = { table: 'training_approval', column: 'sealed_details', row: id }
  const commitment = approvalCommitment(fact, details)
  const sealedDetails = await vault.sealFor(organisationId, place, JSON.stringify(details))
  const row = await trainingStore.insert(tx, { ...fact, endsAt: until, sealedDetails, commitment })
  const rule = `${kind}(${named(content)})`
  await recordDecision(tx, clock, { gate: 'training', decision: 'done', rule, commitment })
  return row
}

export const createTrainingGate = (deps: Deps): TrainingGate => {
  const { policy, clock } = deps
  const levelFor = async (tx: Tx, organisationId: string) => {
    const planned = await trainingStore.planned(forStanding(tx), organisationId)
    return { planned, level: levelOf(policy, planned) }
  }
  const judge: TrainingGate['judge'] = async (caller, use) => {
    const tx = forStanding(caller)
    return judgeTraining(
      {
        policy,
        planned: await trainingStore.planned(tx, use.organisationId),
        isOpen: await trainingStore.isOpen(tx, use.organisationId, use.projectId),
        approvals: await trainingStore.lockAll(tx, use.organisationId),
        said: use.people.length === 0 ? new Map() : await readStandings(tx, use.people),
        now: clock.now(),
      },
      use,
    )
  }
  return {
    levelOf: async (tx, organisationId) => {
      const { planned, level } = await levelFor(tx, organisationId)
      return { level, by: planned === null ? 'policy' : 'plan' }
    },
    judge,
    require: async (tx, use) => {
      const verdict = await judge(tx, use)
      if (!verdict.allowed) {
        deps.refused('training', verdict.rule)
        throw new Refusal('policy_refused', `Refused: ${verdict.why}. Nothing was read.`)
      }
      const rule = `training(${named(use.content)})`
      for (const { commitment } of verdict.by)
        await recordDecision(tx, clock, { gate: 'training', decision: 'allowed', rule, commitment })
      return verdict.by
    },
    optIn: async (tx, wish) => {
      const { level } = await levelFor(tx, wish.organisationId)
      if (level !== 'opt-in') {
        deps.refused('training', `opt-in(${level})`)
        const instead = level === 'never' ? 'no customer content trains a model' : 'only a written approval counts'
        throw new Refusal('policy_refused', `Refused: here ${instead}. Nothing was changed.`)
      }
      await requireGivable(deps, tx, wish)
      return insert(deps, tx, 'opt-in', wish, null)
    },
    approve: async (tx, wish, document) => {
      const { level } = await levelFor(tx, wish.organisationId)
      if (level === 'never') {
        deps.refused('training', 'written-approval(never)')
        throw new Refusal('policy_refused', 'Refused: here no customer content trains a model. Nothing was changed.')
      }
      await requireGivable(deps, tx, wish)
      if (document.signedOn > dayOf(clock.now())) throw invalid('signedOn', 'must not be in the future')
      return insert(deps, tx, 'written-approval', wish, document)
    },
    withdraw: async (tx, organisationId, id, by) => {
      const row = await trainingStore.end(tx, { organisationId, id, at: clock.now(), by })
      const { commitment, kind } = row
      await recordDecision(tx, clock, { gate: 'training', decision: 'done', rule: `${kind} withdrawn`, commitment })
      return row
    },
  }
}
