import { createHash, randomBytes } from 'node:crypto'
import type { CompiledPolicy } from '@avow/policy'
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import type { Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/record-decision.ts'
import { Refusal } from '../http/problem.ts'
import type { Caller } from '../http/route.ts'
import { newId } from '../ids.ts'
import type { Vault } from '../vault/index.ts'
import type { Disclosures } from './disclosures.ts'
import { mailFields } from './egress.ts'
import type { Crossing, PlacementGate } from './placement.ts'
import { findUnsupported } from './plans.ts'
import { staffAccessGrant, staffAccessRead } from './staff-access-tables.ts'

export type GrantRow = typeof staffAccessGrant.$inferSelect
export type ReadRow = typeof staffAccessRead.$inferSelect
export type AccessScope = GrantRow['scope']

/** Whom it is about: an address, under whose key what is said of it is sealed, and the person where one is known. */
export interface AccessSubject {
  readonly about: string
  /** Keyed hash of the address. */
  readonly subjectIndex: string
  readonly subjectId: string | null
}

export interface AccessWish {
  readonly scope: AccessScope
  readonly reason: string
  /** Of the case that asks for it; an emergency may come before its ticket. */
  readonly ticket: string | null
  readonly minutes: number
  readonly emergency: boolean
  /** Where the caller is (ISO 3166); null: they do not say; `here`: at the machine itself. */
  readonly country: string | 'here' | null
}

/** What is sealed of a grant. */
export interface AccessDetails {
  readonly reason: string
  readonly ticket: string | null
  /** 32 random bytes, hex. */
  readonly salt: string
}

/** The only way for staff to see what is about a person. */
export interface StaffAccessGate {
  /** @throws Refusal second_factor_required, invalid_request, region_refused; policy_refused where a plan keeps staff out */
  grant(tx: Tx, caller: Caller, subject: AccessSubject, wish: AccessWish): Promise<GrantRow>
  /** The grants in force that the caller took in this session, or by the machine's token, by the keyed hash of the address. */
  inForce(tx: Tx, caller: Caller, scope: AccessScope, of: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Writes down what is looked at, before it is shown. @throws Refusal staff_access_needed without a grant */
  read(tx: Tx, caller: Caller, scope: AccessScope, what: string, objects: readonly AccessedObject[]): Promise<void>
  /** Those of these addresses, by their keyed hashes, whose organisation's plan lets no staff see its data. */
  closedTo(tx: Tx, of: readonly string[]): Promise<ReadonlySet<string>>
  end(tx: Tx, grantId: string): Promise<void>
}

export interface AccessedObject {
  readonly subjectIndex: string
  /** Id of what is looked at. */
  readonly object: string
}

export const accessMinutesMax = 480
export const emergencyMinutesMax = 15
const reasonLengthMin = 8
const emergencyReasonLengthMin = 30

const refuse = (path: string, message: string): Refusal =>
  new Refusal('invalid_request', `${path}: ${message}. Nothing was opened.`, { fields: [{ path, message }] })

/** @throws Refusal when a wish is none that could be justified later */
const requireGrounds = (caller: Caller, { reason, ticket, minutes, emergency }: AccessWish): void => {
  if (caller.staffRole === null) throw new Refusal('forbidden')
  if (!caller.staffActive)
    throw new Refusal('second_factor_required', 'This session began without a code. Sign in again with one.')
  const lengthMin = emergency ? emergencyReasonLengthMin : reasonLengthMin
  if (reason.trim().length < lengthMin) throw refuse('reason', `must say why in at least ${lengthMin} characters`)
  if (!emergency && (ticket ?? '').trim() === '') throw refuse('ticket', 'is needed, save in an emergency')
  const minutesMax = emergency ? emergencyMinutesMax : accessMinutesMax
  if (!(minutes > 0 && minutes <= minutesMax)) throw refuse('minutes', `must be from 1 to ${minutesMax}`)
}

const commitTo = (details: AccessDetails, grant: Pick<GrantRow, 'id' | 'subjectIndex' | 'staffId'>): string => {
  const { salt, reason, ticket } = details
  const text = JSON.stringify([grant.id, grant.subjectIndex, grant.staffId, reason, ticket])
  return createHash('sha256').update(`${salt}\n${text}`).digest('hex')
}

interface Deps {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor'>
  /** Told of each refusal, to record it. */
  readonly refused: (gate: 'staff-access', rule: string) => void
  /** Whether the policy says in which countries data may be seen. */
  readonly policy: Pick<CompiledPolicy, 'source'>
  readonly placement: PlacementGate
  readonly disclosures: Pick<Disclosures, 'recordRemoteAccess'>
}

interface Place {
  readonly country: string | null
  /** The border that lies between; null: none. */
  readonly crossing: Crossing | null
}

/** @throws Refusal invalid_request where the policy has borders and nobody says where they are; region_refused */
const placeOf = ({ policy, placement }: Deps, { country }: AccessWish): Place => {
  if (country === 'here') return { country: placement.here, crossing: null }
  const hasBorders = policy.source.regions.allowed !== 'any'
  if (country === null && hasBorders) throw refuse('country', 'say where you are: the policy keeps data within borders')
  if (country === null) return { country, crossing: null }
  return { country, crossing: placement.require({ country, pin: null, safeguard: null }) }
}

const insertGrant = async (
  { clock, vault }: Pick<Deps, 'clock' | 'vault'>,
  tx: Tx,
  caller: Caller,
  subject: AccessSubject,
  wish: AccessWish,
  country: string | null,
) => {
  const now = clock.now()
  const id = newId('acc', clock)
  const fact = { id, subjectIndex: subject.subjectIndex, staffId: caller.personId }
  const details = { reason: wish.reason.trim(), ticket: wish.ticket, salt: randomBytes(32).toString('hex') }
  const place = { table: 'staff_access_grant', column: 'sealed_details', row: id }
  const commitment = commitTo(details, fact)
  const [row] = await tx
    .insert(staffAccessGrant)
    .values({
      ...fact,
      ...subject,
      scope: wish.scope,
      sessionId: caller.sessionId,
      staffRole: caller.staffRole ?? 'none',
      emergency: wish.emergency,
      country,
      grantedAt: now,
      expiresAt: new Date(now.getTime() + wish.minutes * 60_000),
      sealedDetails: await vault.sealFor(subject.about, place, JSON.stringify(details)),
      commitment,
    })
    .returning()
  if (row === undefined) throw new Error('a grant was not written')
  const rule = `${wish.emergency ? 'emergency' : 'access'}(${wish.scope})${country === null ? '' : ` from ${country}`}`
  await recordDecision(tx, clock, { gate: 'staff-access', decision: 'allowed', rule, commitment })
  return row
}

const noteReads = async (tx: Tx, now: Date, rows: readonly { grantId: string; what: string; object: string }[]) => {
  const seen = rows.map((row) => ({ ...row, firstAt: now, lastAt: now, times: 1 }))
  await tx
    .insert(staffAccessRead)
    .values(seen)
    .onConflictDoUpdate({
      target: [staffAccessRead.grantId, staffAccessRead.what, staffAccessRead.object],
      set: { lastAt: now, times: sql`${staffAccessRead.times} + 1` },
    })
}

export const createStaffAccessGate = (deps: Deps): StaffAccessGate => {
  const { clock } = deps
  const inForce: StaffAccessGate['inForce'] = async (tx, caller, scope, of) => {
    if (of.length === 0 || !caller.staffActive) return new Map()
    const { sessionId, staffId } = staffAccessGrant
    // What the machine's token opened, with a reason of its own, is not open to the sessions of the same person.
    const here = caller.sessionId === null ? isNull(sessionId) : eq(sessionId, caller.sessionId)
    const mine = and(eq(staffId, caller.personId), here, eq(staffAccessGrant.scope, scope))
    const now = and(isNull(staffAccessGrant.endedAt), gt(staffAccessGrant.expiresAt, clock.now()))
    // A plan counts for grants of before it, too.
    const closed = await findUnsupported(tx, of)
    const rows = await tx
      .select({ id: staffAccessGrant.id, index: staffAccessGrant.subjectIndex })
      .from(staffAccessGrant)
      .where(
        and(
          mine,
          now,
          inArray(
            staffAccessGrant.subjectIndex,
            of.filter((one) => !closed.has(one)),
          ),
        ),
      )
    return new Map(rows.map(({ id, index }) => [index, id]))
  }
  return {
    grant: async (tx, caller, subject, wish) => {
      requireGrounds(caller, wish)
      if ((await findUnsupported(tx, [subject.subjectIndex])).size > 0) {
        deps.refused('staff-access', 'plan(support: never)')
        throw new Refusal(
          'policy_refused',
          'The plan of their organisation lets no staff see its data. Nothing was opened.',
        )
      }
      const { country, crossing } = placeOf(deps, wish)
      if (crossing !== null) await deps.disclosures.recordRemoteAccess(tx, crossing, mailFields, clock.now())
      return insertGrant(deps, tx, caller, subject, wish, country)
    },
    inForce,
    closedTo: findUnsupported,
    read: async (tx, caller, scope, what, objects) => {
      const grants = await inForce(tx, caller, scope, [...new Set(objects.map((one) => one.subjectIndex))])
      const rows = objects.map(({ subjectIndex, object }) => {
        const grantId = grants.get(subjectIndex)
        if (grantId === undefined) throw new Refusal('staff_access_needed')
        return { grantId, what, object }
      })
      if (rows.length > 0) await noteReads(tx, clock.now(), rows)
    },
    end: async (tx, grantId) => {
      const open = and(eq(staffAccessGrant.id, grantId), isNull(staffAccessGrant.endedAt))
      await tx.update(staffAccessGrant).set({ endedAt: clock.now() }).where(open)
    },
  }
}
