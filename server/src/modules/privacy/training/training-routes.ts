import { contract } from '@avow/contract'
import { type Category, type CompiledPolicy, categories } from '@avow/policy'
import { and, desc, eq, gt, isNull, lte, or, type SQL } from 'drizzle-orm'
import type { z } from 'zod'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import {
  type ApprovalRow,
  type ApprovalWish,
  forbids,
  trainingApproval,
  trainingStore,
} from '../../../platform/gates/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { forStaff, type Training, viewApprovals } from './approval-view.ts'

/** Content that the policy lets be used to train, where somebody agreed. */
const trainable = (policy: CompiledPolicy): Category[] =>
  categories.filter((name) => name.startsWith('content.') && forbids(policy, name) === null)

const viewOne = async (deps: Training, tx: Tx, row: ApprovalRow) => {
  const [view] = await viewApprovals(deps, tx, [row])
  if (view === undefined) throw new Error('an approval was not shown')
  return view
}

interface Said {
  readonly projectId: string | null
  readonly content: readonly string[]
  readonly until: string | null
}

/** @throws Refusal invalid_request for content that is no content */
const wishOf = ({ projectId, content, until }: Said, organisationId: string, by: string): ApprovalWish => {
  const known = categories.filter((name) => name.startsWith('content.') && content.includes(name))
  const unknown = content.find((name) => !known.some((one) => one === name))
  if (unknown !== undefined) {
    const message = `there is no kind of content ${unknown}`
    throw new Refusal('invalid_request', `content: ${message}. Nothing was changed.`, {
      fields: [{ path: 'content', message }],
    })
  }
  return { organisationId, projectId, content: known, until: until === null ? null : new Date(until), by }
}

const ownRoutes = (deps: Training & { readonly policy: CompiledPolicy }): Route[] => [
  route(contract.training.show, async ({ tx, params }) => ({
    ...(await deps.gate.levelOf(tx, params.organisationId)),
    content: trainable(deps.policy),
    items: await viewApprovals(deps, tx, await trainingStore.list(tx, params.organisationId)),
  })),
  route(contract.training.optIn, async ({ tx, params, body, caller }) =>
    viewOne(deps, tx, await deps.gate.optIn(tx, wishOf(body, params.organisationId, caller.personId))),
  ),
  route(contract.training.withdraw, async ({ tx, params, caller }) => {
    const by = { person: caller.personId }
    return viewOne(deps, tx, await deps.gate.withdraw(tx, params.organisationId, params.approvalId, by))
  }),
]

type Wanted = z.output<typeof contract.training.list.query>

const isWanted = ({ organisationId, kind, inForce }: Wanted, now: Date): SQL | undefined => {
  const { endsAt } = trainingApproval
  return and(
    organisationId === undefined ? undefined : eq(trainingApproval.organisationId, organisationId),
    kind === undefined ? undefined : eq(trainingApproval.kind, kind),
    inForce === 'true' ? or(isNull(endsAt), gt(endsAt, now)) : undefined,
    inForce === 'false' ? lte(endsAt, now) : undefined,
  )
}

const list = (deps: Training & { readonly policy: CompiledPolicy }): Route =>
  route(contract.training.list, async ({ tx, query }) => {
    const { givenAt, id } = trainingApproval
    const rows = await tx
      .select()
      .from(trainingApproval)
      .where(and(olderThan(givenAt, id, decodeCursor(query.cursor)), isWanted(query, deps.clock.now())))
      .orderBy(desc(givenAt), desc(id))
      .limit(query.limit + 1)
    const page = toPage(
      await viewApprovals(deps, tx, rows),
      query.limit,
      (row) => ({ atMs: new Date(row.givenAt).getTime(), id: row.id }),
      forStaff,
    )
    return { ...page, content: trainable(deps.policy) }
  })

/** Who lets customer content train, and who says so no longer. */
export const trainingRoutes = (deps: Training & { readonly policy: CompiledPolicy }): Route[] => [
  ...ownRoutes(deps),
  list(deps),
  route(contract.training.approve, async ({ tx, params, body, caller }) => {
    const { document: reference, signer, signedOn } = body
    const wish = wishOf(body, params.organisationId, caller.personId)
    return forStaff(await viewOne(deps, tx, await deps.gate.approve(tx, wish, { reference, signer, signedOn })))
  }),
  route(contract.training.revoke, async ({ tx, params, caller }) => {
    const by = { officer: caller.personId }
    return forStaff(await viewOne(deps, tx, await deps.gate.withdraw(tx, params.organisationId, params.approvalId, by)))
  }),
]
