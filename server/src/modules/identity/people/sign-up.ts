import type { accountEndpoints } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { nobody } from '../../../platform/vault/index.ts'
import { type Counter, countAttempts, isBlocked } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import { day, type Identity } from '../identity.ts'
import { forgotPasswordLink, signInLink, verifyEmailLink } from '../links.ts'
import { newLinkToken } from '../secrets.ts'
import { ageOn, plausibleAgeMax } from './age.ts'
import { normaliseEmail } from './email.ts'
import { isReserved } from './email-change-store.ts'
import { addressWantedMail, alreadyRegisteredMail, verificationMail } from './mails.ts'
import { findPersonByEmail } from './person-store.ts'
import { pretend } from './pretend.ts'
import { requireStrongPassword } from './require-strong-password.ts'
import { insertSignUp } from './sign-up-store.ts'

const linkLifeMs = day

interface Applicant {
  email: string
  name: string
  passwordHash: string
}

const storeSignUp = async (
  { clock, vault }: Identity,
  tx: Tx,
  who: Applicant,
): Promise<{ readonly id: string; readonly token: string }> => {
  const token = newLinkToken()
  const id = newId('sup', clock)
  await insertSignUp(tx, vault, {
    ...who,
    id,
    tokenHash: vault.keyedHash('verify-email', token),
    createdAt: clock.now(),
    expiresAt: new Date(clock.nowMs() + linkLifeMs),
  })
  return { id, token }
}

/** Stores a sign-up that waits for its link, and mails the link, which leads on to the invitation if there is one. */
export const writeSignUp = async (
  identity: Identity,
  tx: Tx,
  who: Applicant,
  invitation: string | undefined,
): Promise<void> => {
  const { id, token } = await storeSignUp(identity, tx, who)
  const link = verifyEmailLink(identity, token, invitation)
  await identity.mail.write(tx, verificationMail({ id, email: who.email }, who.name, link))
}

/**
 * Who was too young a moment ago is not older now: of this address, from this client, the refusal stays for a day. Only
 * for this client, so that nobody can keep the owner of an address out, or learn that a child tried.
 */
const requireAge = async (
  identity: Identity,
  { birthDate, email, ipAddress }: { birthDate: string; email: string; ipAddress: string },
): Promise<void> => {
  const { clock, database, policy } = identity
  const age = ageOn(birthDate, clock.now())
  if (age > plausibleAgeMax) {
    const fields = [{ path: 'birthDate', message: 'too long ago' }]
    throw new Refusal('invalid_request', 'birthDate: too long ago. Nothing was changed.', { fields })
  }
  const tooYoung: Counter = { rule: limits.belowAge, of: `${email}\0${ipAddress}` }
  const isRepeated = await isBlocked(identity, tooYoung)
  const isOldEnough = age >= policy.minimumAge && !isRepeated
  const decision = isOldEnough ? 'allowed' : 'refused'
  await recordDecision(database.direct, clock, { gate: 'age', decision, rule: `minimum-age(${policy.minimumAge})` })
  if (isOldEnough) return
  if (!isRepeated) await countAttempts(identity, [tooYoung])
  throw new Refusal('below_minimum_age')
}

/** Begins an account. Whether the address has one already shows neither in the answer nor in the work. */
export const signUp =
  (identity: Identity): Handler<typeof accountEndpoints.signUp> =>
  async ({ body, request }) => {
    const email = normaliseEmail(body.email)
    await countAttempts(identity, [{ rule: limits.signUpAddress, of: request.ipAddress }])
    requireStrongPassword(identity, body.password, { name: body.name, email })
    await requireAge(identity, { birthDate: body.birthDate, email, ipAddress: request.ipAddress })
    await countAttempts(identity, [{ rule: limits.verificationMail, of: email }])
    const passwordHash = await identity.passwordGate.hash(body.password)
    await identity.database.transaction(async (tx) => {
      const known = await findPersonByEmail(tx, identity.vault, email)
      const applicant = { email, name: body.name, passwordHash }
      const isTheirs =
        known === undefined && (await isReserved(tx, identity.vault, email, { now: identity.clock.now() }))
      if (known === undefined && !isTheirs) return writeSignUp(identity, tx, applicant, body.invitation)
      await pretend(tx, (inner) => storeSignUp(identity, inner, applicant))
      if (known === undefined) return identity.mail.write(tx, addressWantedMail({ id: nobody, email }))
      return identity.mail.write(tx, alreadyRegisteredMail(known, signInLink(identity), forgotPasswordLink(identity)))
    })
    return { status: 'verification-sent' }
  }
