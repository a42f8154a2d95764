import { createHash } from 'node:crypto'
import type { CompiledPolicy, Purpose } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { disclosure, type Ground, sending, type Tx } from '../db/index.ts'
import { Refusal } from '../http/problem.ts'
import type { SentField } from './egress.ts'
import type { Crossing } from './placement.ts'

/** Grounds on which no feature discloses anything yet, and the feature that will. */
export const awaitedGrounds: Readonly<Partial<Record<Ground, string>>> = {
  safety: 'disclosures for safety',
  'business-transfer': 'a business transfer',
  affiliate: 'access by affiliates',
  adviser: 'access by advisers',
  'customer-direction': 'webhooks and destinations of customers',
}

/** Whom something that was sent is about. */
export type Concerned =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'organisation'; readonly id: string }
  /** By the keyed hash of their address, where they have no account. */
  | { readonly kind: 'address'; readonly index: string }

/** Something that left for another party: once, or so many times at one moment. */
export interface Disclosed {
  readonly ground: Ground
  /** An id of the policy's recipients; for other grounds a word for the party, such as `court`. */
  readonly recipient: string
  /** As people read it. */
  readonly name: string
  readonly purpose: Purpose
  readonly fields: readonly SentField[]
  /** Null: not stated. */
  readonly country: string | null
  readonly safeguard: string | null
  readonly about: readonly Concerned[]
  readonly times: number
  readonly at: Date
  /** The last of them, on the same day; only where there were several. */
  readonly until?: Date
}

/** The record of what left, for whom and about whom. Kept by the day, so that its size follows people, not calls. */
export interface Disclosures {
  /**
   * Writes what left, in the caller's transaction.
   * @throws Refusal policy_refused for a ground that the policy does not have
   */
  record(tx: Tx, disclosed: readonly Disclosed[]): Promise<void>
  /** Writes about whom something was that left before, now that they may know; it was counted then. */
  recordConcerned(tx: Tx, disclosed: readonly Disclosed[]): Promise<void>
  /** Writes that staff saw something from another country; about whom is in the record of accesses. */
  recordRemoteAccess(tx: Tx, crossing: Crossing, fields: readonly SentField[], at: Date): Promise<void>
}

const dayOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))

const shared = (one: Disclosed) => ({
  day: dayOf(one.at),
  ground: one.ground,
  recipient: one.recipient,
  name: one.name,
  purpose: one.purpose,
  categories: [...new Set(one.fields.map(({ category }) => category))].sort(),
  fields: [...new Set(one.fields.map(({ name }) => name))].sort(),
  safeguard: one.safeguard,
  times: one.times,
  firstAt: one.at,
  lastAt: one.until ?? one.at,
})

/** The same for the same day, party, data and subject, so that a row needs no look-up and a retry no luck. */
const idOf = (row: ReturnType<typeof rowOf>): string => {
  const { day, ground, recipient, purpose, fields, country, personId, organisationId, addressIndex } = row
  const key = [day.toISOString(), ground, recipient, purpose, fields, country, personId, organisationId, addressIndex]
  return `dsc_${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32)}`
}

const rowOf = (one: Disclosed, whom: Concerned) => ({
  ...shared(one),
  country: one.country,
  personId: whom.kind === 'person' ? whom.id : null,
  organisationId: whom.kind === 'organisation' ? whom.id : null,
  addressIndex: whom.kind === 'address' ? whom.index : null,
})

/** Whatever the caller reads for, what left is added to what stands on record; nothing of it comes back. */
const forRecord = (tx: Tx): Tx => tx.as(tx.reading.duty('record'))

const writeFigures = async (tx: Tx, rows: readonly (typeof sending.$inferInsert)[]): Promise<void> => {
  for (const row of rows) {
    const { day, ground, recipient, purpose, fields, fromCountry, toCountry, safeguard, policy } = sending
    await tx
      .insert(sending)
      .values(row)
      .onConflictDoUpdate({
        target: [day, ground, recipient, purpose, fields, fromCountry, toCountry, safeguard, policy],
        set: {
          times: sql`${sending.times} + ${row.times}`,
          firstAt: sql`least(${sending.firstAt}, excluded.first_at)`,
          lastAt: sql`greatest(${sending.lastAt}, excluded.last_at)`,
        },
      })
  }
}

const writeRows = async (tx: Tx, rows: readonly ReturnType<typeof rowOf>[]): Promise<void> => {
  for (const row of rows) {
    await tx
      .insert(disclosure)
      .values({ id: idOf(row), ...row })
      .onConflictDoUpdate({
        target: disclosure.id,
        set: {
          times: sql`${disclosure.times} + ${row.times}`,
          firstAt: sql`least(${disclosure.firstAt}, excluded.first_at)`,
          lastAt: sql`greatest(${disclosure.lastAt}, excluded.last_at)`,
        },
      })
  }
}

/** In one order for all writers, so that two of them cannot wait for each other. */
const byKey = <R>(rows: readonly R[], key: (row: R) => string): R[] =>
  rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))

const rowsOf = (disclosed: readonly Disclosed[]) =>
  disclosed.flatMap((one) => one.about.map((whom) => rowOf(one, whom)))

/** @param here country of this installation; null: not stated */
export const createDisclosures = (
  policy: Pick<CompiledPolicy, 'source' | 'hash'>,
  here: string | null,
): Disclosures => ({
  record: async (caller, disclosed) => {
    const tx = forRecord(caller)
    for (const { ground } of disclosed) {
      if (ground !== 'processor' && policy.source.disclosures?.includes(ground) !== true)
        throw new Refusal('policy_refused', `The policy has no disclosure on the ground of ${ground}.`)
    }
    const figures = disclosed.map((one) => ({
      ...shared(one),
      fromCountry: here,
      toCountry: one.country,
      policy: policy.hash,
    }))
    await writeFigures(
      tx,
      byKey(figures, (row) => JSON.stringify(row)),
    )
    await writeRows(tx, byKey(rowsOf(disclosed), idOf))
  },
  recordRemoteAccess: (tx, { from, to, safeguard }, fields, at) => {
    const seen = {
      recipient: 'staff',
      name: 'staff of this cloud',
      purpose: 'support',
      country: to,
      safeguard,
    } as const
    const figure = shared({ ground: 'processor', ...seen, fields, about: [], times: 1, at })
    return writeFigures(forRecord(tx), [
      { ...figure, ground: 'staff', fromCountry: from, toCountry: to, policy: policy.hash },
    ])
  },
  recordConcerned: (tx, disclosed) => writeRows(forRecord(tx), byKey(rowsOf(disclosed), idOf)),
})
