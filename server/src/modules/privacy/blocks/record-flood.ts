import { and, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import type { AddressBlock, Flood } from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'
import { type Alerts, raiseAlert } from '../alerts/index.ts'
import { placeOf } from './details.ts'
import { addressBlock, type BlockRow } from './tables.ts'
import type { Throttle } from './throttles.ts'

export interface FloodRecorder extends Alerts {
  /** Null: floods are told of, and no more. */
  readonly blockMs: number | null
}

export const hashSource =
  ({ vault }: Pick<Alerts, 'vault'>) =>
  (source: string): string =>
    vault.keyedHash('address-block', source)

const inForce = (now: Date) => and(isNull(addressBlock.liftedAt), gt(addressBlock.endsAt, now))

/** The block of an address; null for a key or a project that is slowed down. */
const shortOf = ({ id, kind, sourceHash, endsAt }: BlockRow): AddressBlock | null =>
  kind === 'sudden-spend' ? null : { id, kind, sourceHash, endsAtMs: endsAt.getTime() }

/** Blocks in force, for the memory of a process. */
export const listInForce = async (tx: Tx, now: Date): Promise<AddressBlock[]> =>
  (await tx.select().from(addressBlock).where(inForce(now))).flatMap((row) => shortOf(row) ?? [])

/** Keys and projects that are slowed down, for the memory of a process. */
export const listThrottles = async (tx: Tx, now: Date): Promise<Throttle[]> =>
  (
    await tx
      .select()
      .from(addressBlock)
      .where(and(isNotNull(addressBlock.aboutId), inForce(now)))
  ).map(({ id, aboutId, requestsPerMinute, endsAt }) => ({
    ...{ blockId: id, aboutId: aboutId ?? '', endsAtMs: endsAt.getTime() },
    requestsPerMinute: requestsPerMinute ?? 0,
  }))

/** Of two processes that see the same flood one blocks. */
const saveBlock = (deps: FloodRecorder, flood: Flood, blockMs: number): Promise<AddressBlock | null> =>
  deps.database.transaction(async (tx) => {
    const { clock, vault } = deps
    const sourceHash = hashSource(deps)(flood.source)
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${sourceHash}, 1))`)
    const now = clock.now()
    const same = and(eq(addressBlock.sourceHash, sourceHash), inForce(now))
    const [before] = await tx.select().from(addressBlock).where(same)
    if (before !== undefined) return shortOf(before)
    const id = newId('blk', clock)
    const row: BlockRow = {
      ...{ id, kind: flood.kind, sourceHash, count: flood.count, times: flood.rule.times },
      withinSeconds: Math.ceil(flood.rule.withinMs / 1000),
      ...{ firstAt: flood.firstAt, lastAt: flood.lastAt },
      ...{ startedAt: now, endsAt: new Date(now.getTime() + blockMs) },
      ...{ aboutId: null, spentMicros: null, usualMicros: null, currency: null, requestsPerMinute: null },
      ...{ liftedAt: null, liftedBy: null, confirmedAt: null, confirmedBy: null, reviewAskedAt: null },
      sealedDetails: await vault.sealFor(id, placeOf(id), JSON.stringify({ ipAddress: flood.source, note: null })),
    }
    await tx.insert(addressBlock).values(row)
    await recordDecision(tx, clock, {
      gate: 'incident',
      decision: 'refused',
      rule: `block(${flood.kind})`,
      counted: flood.count,
    })
    return shortOf(row)
  })

/** Blocks the source of a flood with what was counted, and raises an alert. @returns null where nothing is blocked */
export const recordFlood = async (deps: FloodRecorder, flood: Flood): Promise<AddressBlock | null> => {
  const block = deps.blockMs === null ? null : await saveBlock(deps, flood, deps.blockMs)
  const { kind, source, count, firstAt, lastAt } = flood
  const alert = { kind, source, count, firstAt, lastAt, from: 'address', personId: null, ipAddress: source } as const
  await raiseAlert(deps, alert)
  return block
}
