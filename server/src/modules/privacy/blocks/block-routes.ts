import { type blockView, contract } from '@avow/contract'
import { and, desc, eq, gt, isNotNull, isNull, lte, type SQL } from 'drizzle-orm'
import type { z } from 'zod'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { type Alerts, tellWatchers } from '../alerts/index.ts'
import { type BlockDetails, openDetails, placeOf } from './details.ts'
import { addressBlock, type BlockRow } from './tables.ts'

type BlockView = z.input<typeof blockView>

export interface BlockRouteDeps extends Alerts {
  /** Takes over changes at once in this process. */
  readonly changed: () => Promise<void>
}

const stateOf = (row: BlockRow, now: Date): BlockView['state'] => {
  if (row.liftedAt !== null) return 'lifted'
  return row.endsAt > now ? 'active' : 'ended'
}

const hasState = (state: BlockView['state'] | undefined, now: Date): SQL | undefined => {
  if (state === undefined) return undefined
  if (state === 'lifted') return isNotNull(addressBlock.liftedAt)
  const end = state === 'active' ? gt(addressBlock.endsAt, now) : lte(addressBlock.endsAt, now)
  return and(isNull(addressBlock.liftedAt), end)
}

const spendOf = ({ spentMicros, usualMicros, currency, requestsPerMinute }: BlockRow): BlockView['spend'] =>
  spentMicros === null || usualMicros === null || currency === null || requestsPerMinute === null
    ? null
    : { spentMicros: String(spentMicros), usualMicros: String(usualMicros), currency, requestsPerMinute }

const view = (row: BlockRow, { ipAddress, note }: BlockDetails, now: Date): BlockView => ({
  id: row.id,
  kind: row.kind,
  state: stateOf(row, now),
  ipAddress,
  aboutId: row.aboutId,
  spend: spendOf(row),
  count: row.count,
  times: row.times,
  withinSeconds: row.withinSeconds,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
  startedAt: row.startedAt.toISOString(),
  endsAt: row.endsAt.toISOString(),
  liftedAt: row.liftedAt?.toISOString() ?? null,
  liftedBy: row.liftedBy,
  confirmedAt: row.confirmedAt?.toISOString() ?? null,
  confirmedBy: row.confirmedBy,
  note,
  reviewAskedAt: row.reviewAskedAt?.toISOString() ?? null,
})

const lock = async (tx: Tx, id: string): Promise<BlockRow> => {
  const [row] = await tx.select().from(addressBlock).where(eq(addressBlock.id, id)).for('update')
  if (row === undefined) throw new Refusal('not_found')
  return row
}

const list = (deps: BlockRouteDeps): Route =>
  route(contract.blocks.list, async ({ tx, query }) => {
    const { state, limit } = query
    const now = deps.clock.now()
    const older = olderThan(addressBlock.startedAt, addressBlock.id, decodeCursor(query.cursor))
    const rows = await tx
      .select()
      .from(addressBlock)
      .where(and(hasState(state, now), older))
      .orderBy(desc(addressBlock.startedAt), desc(addressBlock.id))
      .limit(limit + 1)
    const details = await openDetails(tx, deps, rows)
    return toPage(
      rows.map((row, index) => ({ row, of: details[index] ?? { ipAddress: null, note: null } })),
      limit,
      ({ row }) => ({ atMs: row.startedAt.getTime(), id: row.id }),
      ({ row, of }) => view(row, of, now),
    )
  })

const lift = (deps: BlockRouteDeps): Route =>
  route(contract.blocks.lift, async ({ tx, caller, params, body, afterCommit }) => {
    const { clock, vault } = deps
    const now = clock.now()
    const row = await lock(tx, params.blockId)
    const state = stateOf(row, now)
    if (state !== 'active') throw new Refusal('conflict', `This block is ${state} already. Nothing was changed.`)
    const [details] = await openDetails(tx, deps, [row])
    const after: BlockDetails = { ipAddress: details?.ipAddress ?? null, note: body.note ?? null }
    const set = {
      liftedAt: now,
      liftedBy: caller.personId,
      sealedDetails: await vault.sealFor(row.id, placeOf(row.id), JSON.stringify(after)),
    }
    await tx.update(addressBlock).set(set).where(eq(addressBlock.id, row.id))
    await recordDecision(tx, clock, { gate: 'incident', decision: 'done', rule: `lifted(${row.kind})` })
    afterCommit(deps.changed)
    return view({ ...row, ...set }, after, now)
  })

const confirm = (deps: BlockRouteDeps): Route =>
  route(contract.blocks.confirm, async ({ tx, caller, params, body }) => {
    const { clock, vault } = deps
    const row = await lock(tx, params.blockId)
    if (row.liftedAt !== null) throw new Refusal('conflict', 'This block is lifted already. Nothing was changed.')
    if (row.confirmedAt !== null) throw new Refusal('conflict', 'Somebody confirmed this block already.')
    const [details] = await openDetails(tx, deps, [row])
    const after: BlockDetails = { ipAddress: details?.ipAddress ?? null, note: body.note ?? null }
    const set = {
      confirmedAt: clock.now(),
      confirmedBy: caller.personId,
      sealedDetails: await vault.sealFor(row.id, placeOf(row.id), JSON.stringify(after)),
    }
    await tx.update(addressBlock).set(set).where(eq(addressBlock.id, row.id))
    await recordDecision(tx, clock, { gate: 'incident', decision: 'done', rule: `confirmed(${row.kind})` })
    return view({ ...row, ...set }, after, clock.now())
  })

const askedAbout = ({ aboutId, kind, count, endsAt }: BlockRow): string =>
  aboutId === null
    ? `An address is blocked since ${count} requests of nobody known were counted (${kind}), until ${endsAt.toISOString()}. Somebody behind it asks for a review.`
    : `${aboutId} is slowed down since it spent far more than is usual for it, until ${endsAt.toISOString()}. Somebody whom that concerns asks for a review.`

const writeWatchers = (deps: BlockRouteDeps, tx: Tx, row: BlockRow): Promise<void> =>
  tellWatchers(deps, tx, row.id, {
    subject: 'Somebody asks for a review of a block',
    about: askedAbout(row),
    commands: `avow block list --state active\navow block lift ${row.id}\navow block confirm ${row.id}`,
  })

/** Whoever asks says nothing but that: the first time a person is told of it. */
const askReview = (deps: BlockRouteDeps): Route =>
  route(contract.blocks.askReview, async ({ tx, params }) => {
    const now = deps.clock.now()
    const row = await lock(tx, params.blockId)
    const isFirst = row.reviewAskedAt === null && stateOf(row, now) === 'active'
    const after: BlockRow = isFirst ? { ...row, reviewAskedAt: now } : row
    if (isFirst) {
      await tx.update(addressBlock).set({ reviewAskedAt: now }).where(eq(addressBlock.id, row.id))
      await writeWatchers(deps, tx, row)
    }
    const { id, state, endsAt, reviewAskedAt } = view(after, { ipAddress: null, note: null }, now)
    return { id, state, endsAt, reviewAskedAt }
  })

export const blockRoutes = (deps: BlockRouteDeps): Route[] => [list(deps), lift(deps), confirm(deps), askReview(deps)]
