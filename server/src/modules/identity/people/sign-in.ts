import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal, type RequestFacts } from '../../../platform/http/index.ts'
import { type Counter, countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { hasSecondFactor } from '../second-factor/second-factor-store.ts'
import type { SecurityEventKind } from '../security-event-kinds.ts'
import { setSessionCookie } from '../sessions/session.ts'
import { normaliseEmail } from './email.ts'
import { openSession } from './open-session.ts'
import { findPersonByEmail, type PersonRow } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'
import { findLatestSignUp } from './sign-up-store.ts'

type Given = { email: string; password: string; code?: string | undefined; tokenWanted: boolean }

const countersOf = (email: string, request: RequestFacts) => ({
  here: { rule: limits.signInHere, of: `${email}\0${request.ipAddress}` },
  account: { rule: limits.signInAccount, of: email },
  address: { rule: limits.signInAddress, of: request.ipAddress },
})

/** Refusals must outlive the refused request, so each is written in a transaction of its own. */
const note = (
  identity: Identity,
  kind: SecurityEventKind,
  personId: string | null,
  request: RequestFacts,
): Promise<void> =>
  recordSecurityEvent(identity.database.direct, identity, { kind, personId, ipAddress: request.ipAddress })

/** Counted for the account at which it aims, and for the address from which it comes. */
const suspectGuessing = (
  identity: Identity,
  email: string,
  personId: string | null,
  { ipAddress }: RequestFacts,
): void => {
  const kind = 'sign-in-guessing' as const
  identity.suspect?.({ kind, from: 'account', source: email, personId, ipAddress })
  identity.suspect?.({ kind, from: 'address', source: ipAddress, personId: null, ipAddress })
}

/** @throws Refusal wrong_credentials after the same work, whoever the address belongs to */
const requirePassword = async (
  identity: Identity,
  given: Given,
  email: string,
  request: RequestFacts,
): Promise<PersonRow> => {
  const { database, clock, passwordGate, vault } = identity
  const here = countersOf(email, request)
  const counters: Counter[] = [here.here, here.account, here.address]
  const { nowBlocked } = await countAttempts(identity, counters).catch((error: unknown) => {
    // Who goes on while they have to wait is guessing.
    suspectGuessing(identity, email, null, request)
    throw error
  })
  const person = await findPersonByEmail(database.direct, vault, email)
  const waiting = await findLatestSignUp(database.direct, vault, email, clock.now())
  const stored = person?.passwordHash ?? waiting?.passwordHash ?? (await identity.nobodysPassword())
  const isRight = await passwordGate.verify(stored, given.password)
  if (!isRight || (person === undefined && waiting === undefined)) {
    suspectGuessing(identity, email, person?.id ?? null, request)
    await note(identity, 'sign-in-refused', person?.id ?? null, request)
    if (nowBlocked) await note(identity, 'locked-out', person?.id ?? null, request)
    throw new Refusal('wrong_credentials')
  }
  await forgiveAttempts(identity, database.direct, { clear: [here.here, here.account], uncount: [here.address] })
  if (person === undefined) throw new Refusal('email_not_verified')
  return person
}

/** Signs a person in: password, and a code where two-step sign-in is set up. */
export const signIn =
  (identity: Identity): Handler<typeof accountEndpoints.signIn> =>
  async ({ body, request, reply }) => {
    const { database, clock } = identity
    const person = await requirePassword(identity, body, normaliseEmail(body.email), request)
    if (await hasSecondFactor(database.direct, person.id)) {
      if (body.code === undefined) throw new Refusal('second_factor_required')
      const { nowBlocked } = await countAttempts(identity, [{ rule: limits.code, of: person.id }])
      if (nowBlocked) await note(identity, 'locked-out', person.id, request)
    }
    const opened = await openSession(identity, { ...body, code: body.code?.trim() }, person, request)
    if (opened === null) {
      suspectGuessing(identity, person.email, person.id, request)
      await note(identity, 'code-refused', person.id, request)
      throw new Refusal('wrong_code')
    }
    const { session, view } = opened
    if (!body.tokenWanted) setSessionCookie(reply, session.token, session.expiresAt, clock.now())
    return {
      person: view,
      token: body.tokenWanted ? session.token : null,
      expiresAt: session.expiresAt.toISOString(),
    }
  }
