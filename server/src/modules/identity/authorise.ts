import type { Access, StaffRole } from '@avow/contract'
import { and, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../platform/db/index.ts'
import { type Authorise, type Caller, Refusal, type RequestFacts } from '../../platform/http/index.ts'
import type { Identity } from './identity.ts'
import { hashSessionToken, tokenOf } from './sessions/session.ts'
import { sessionRule } from './sessions/session-end.ts'
import { findLiveSession } from './sessions/session-store.ts'
import { isStaffActive } from './staff/is-staff-active.ts'
import { findFirstOperator } from './staff/staff-store.ts'
import { membership, organisation, project } from './tables.ts'

/** A caller and, for staff, why they may not act as such. */
interface Recognised {
  readonly caller: Caller
  readonly hasSecondFactor: boolean
}

const recogniseOperator = async (tx: Tx): Promise<Recognised | null> => {
  const operator = await findFirstOperator(tx)
  if (operator === undefined) return null
  const { personId, role } = operator
  // Whoever can read the machine's 0600 file holds the machine: that possession is the second factor.
  const caller: Caller = {
    personId,
    sessionId: null,
    via: 'operator-token',
    staffRole: role,
    staffActive: true,
    role: null,
    organisationId: null,
  }
  return { caller, hasSecondFactor: true }
}

const recognise = async (identity: Identity, tx: Tx, request: RequestFacts): Promise<Recognised | null> => {
  const { clock, vault, policy, operatorToken } = identity
  const token = tokenOf(request.headers)
  if (token === null) return null
  if (request.headers.authorization !== undefined && operatorToken.matches(token)) return recogniseOperator(tx)
  const session = await findLiveSession(tx, hashSessionToken(vault, token), clock.now(), sessionRule(policy))
  if (session === undefined) return null
  identity.sessionUsed(session.id)
  const { hasSecondFactor, staffRole } = session
  const staffActive = isStaffActive(policy, {
    staffRole,
    hasSecondFactor,
    passedSecondFactor: session.secondFactorAt !== null,
  })
  const caller: Caller = {
    personId: session.personId,
    sessionId: session.id,
    via: 'session',
    staffRole,
    staffActive,
    role: null,
    organisationId: null,
  }
  return { caller, hasSecondFactor }
}

const findMembership = async (tx: Tx, of: 'organisation' | 'project', id: string, personId: string) => {
  const found = tx
    .select({ role: membership.role, organisationId: membership.organisationId })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
  const mine = and(eq(membership.personId, personId), isNull(organisation.closedAt))
  const [row] =
    of === 'organisation'
      ? await found.where(and(mine, eq(organisation.id, id)))
      : await found.innerJoin(project, eq(project.organisationId, organisation.id)).where(and(mine, eq(project.id, id)))
  return row
}

const staffOnly = (roles: readonly StaffRole[]): string => {
  const named = roles.map((role) => `“${role}”`)
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} or ${named.at(-1)}` : named.join('')
  return `This is for the operator’s staff, in the role ${list}. A role in an organisation does not give it: ask the operator of this cloud.`
}

const requireStaff = (access: Extract<Access, { kind: 'staff' }>, { caller, hasSecondFactor }: Recognised): Caller => {
  if (!access.roles.some((role) => role === caller.staffRole)) throw new Refusal('forbidden', staffOnly(access.roles))
  if (caller.staffActive) return caller
  if (!hasSecondFactor) throw new Refusal('second_factor_not_set_up')
  throw new Refusal(
    'second_factor_required',
    'This session began without a code. Sign in again with one to act as staff.',
  )
}

/** @throws Refusal not_found, forbidden, second_factor_not_set_up, second_factor_required */
const admit = async (
  tx: Tx,
  access: Exclude<Access, { kind: 'public' }>,
  params: Record<string, string>,
  recognised: Recognised,
): Promise<Caller> => {
  const { caller } = recognised
  switch (access.kind) {
    case 'person':
      return caller
    case 'staff':
      return requireStaff(access, recognised)
    case 'member': {
      const id = access.of === 'organisation' ? params.organisationId : params.projectId
      const found = id === undefined ? undefined : await findMembership(tx, access.of, id, caller.personId)
      if (found === undefined) throw new Refusal('not_found')
      if (!access.roles.includes(found.role)) throw new Refusal('forbidden')
      return { ...caller, role: found.role, organisationId: found.organisationId }
    }
  }
}

/** Who asks again and again for what is not theirs is looking for a way in. */
const suspectProbing = ({ suspect }: Identity, error: unknown, personId: string, { ipAddress }: RequestFacts): void => {
  if (error instanceof Refusal && (error.code === 'not_found' || error.code === 'forbidden'))
    suspect?.({ kind: 'privilege-probing', from: 'person', source: personId, personId, ipAddress })
}

/** The one place that decides who may call what; the contract says what an endpoint asks for. */
export const createAuthorise =
  (identity: Identity): Authorise =>
  async (tx, access, params, request) => {
    const recognised = await recognise(identity, tx, request)
    if (access.kind === 'public') return recognised?.caller ?? null
    if (recognised === null) throw new Refusal('not_signed_in')
    const { caller } = recognised
    if (caller.via === 'session') await identity.acted(tx, caller.personId, request.headers)
    try {
      return await admit(tx, access, params, recognised)
    } catch (error) {
      suspectProbing(identity, error, caller.personId, request)
      throw error
    }
  }
