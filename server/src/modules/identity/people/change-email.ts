import type { accountEndpoints } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { nobody } from '../../../platform/vault/index.ts'
import { countAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import { day, type Identity } from '../identity.ts'
import { confirmEmailLink, forgotPasswordLink } from '../links.ts'
import { newLinkToken } from '../secrets.ts'
import { normaliseEmail } from './email.ts'
import { findOpenChanges, forgetAsked, insertEmailChange, isReserved } from './email-change-store.ts'
import { addressWantedMail, confirmEmailMail, securityMail } from './mails.ts'
import { findPersonByEmail, lockPerson, type PersonRow } from './person-store.ts'
import { requirePersonFacts } from './person-view.ts'
import { pretend } from './pretend.ts'
import { recordSecurityEvent } from './record-security-event.ts'
import { requireOneself } from './require-oneself.ts'

const linkLifeMs = day

/** Mails the link; for an address that is somebody else's the same is done and undone, and its owner is told. */
const mailLink = async (identity: Identity, tx: Tx, person: PersonRow, newEmail: string): Promise<Date> => {
  const { clock, mail, vault } = identity
  const now = clock.now()
  const expiresAt = new Date(now.getTime() + linkLifeMs)
  const token = newLinkToken()
  const tokenHash = vault.keyedHash('confirm-email', token)
  const ids = { id: newId('emc', clock), personId: person.id }
  const change = { ...ids, tokenHash, createdAt: now, expiresAt, newEmail, oldEmail: person.email }
  const owner = await findPersonByEmail(tx, vault, newEmail)
  const isTheirs = owner !== undefined || (await isReserved(tx, vault, newEmail, { now, exceptFor: person.id }))
  if (isTheirs) {
    await pretend(tx, (inner) => insertEmailChange(inner, vault, change))
    await mail.write(tx, addressWantedMail({ id: owner?.id ?? nobody, email: newEmail }))
  } else {
    await insertEmailChange(tx, vault, change)
    await mail.write(tx, confirmEmailMail({ id: person.id, email: newEmail }, confirmEmailLink(identity, token)))
  }
  return expiresAt
}

/** Begins a change of address. Whether somebody else has it shows neither in the answer nor in the work. */
export const changeEmail =
  (identity: Identity): Handler<typeof accountEndpoints.changeEmail> =>
  async ({ caller, body, request }) => {
    const { database, mail, vault } = identity
    const newEmail = normaliseEmail(body.newEmail)
    await requireOneself(identity, caller.personId, body)
    await countAttempts(identity, [
      { rule: limits.mailAddress, of: request.ipAddress },
      { rule: limits.verificationMail, of: newEmail },
    ])
    return database.transaction(async (tx) => {
      const person = await lockPerson(tx, vault, caller.personId)
      if (person === undefined) throw new Refusal('not_signed_in')
      if (person.email === newEmail) {
        const fields = [{ path: 'newEmail', message: 'is your address already' }]
        throw new Refusal('invalid_request', 'newEmail: is your address already. Nothing was changed.', { fields })
      }
      const expiresAt = await mailLink(identity, tx, person, newEmail)
      const event = { kind: 'email-change-asked', personId: person.id, ipAddress: request.ipAddress } as const
      await recordSecurityEvent(tx, identity, event)
      const what =
        'Someone, probably you, asked to change the address of your account. It changes when the link in the mail to the new address is opened, and you can then take it back for a while.'
      const subject = 'Your address is about to change'
      await mail.write(tx, securityMail(person, subject, what, forgotPasswordLink(identity)))
      return { status: 'verification-sent', expiresAt: expiresAt.toISOString() }
    })
  }

export const cancelEmailChange =
  (): Handler<typeof accountEndpoints.cancelEmailChange> =>
  async ({ tx, caller }) =>
    forgetAsked(tx, caller.personId)

export const showEmail =
  ({ clock, vault }: Identity): Handler<typeof accountEndpoints.showEmail> =>
  async ({ tx, caller }) => {
    const { person } = await requirePersonFacts(tx, vault, caller.personId)
    const changes = await findOpenChanges(tx, vault, person.id, clock.now())
    const pending = changes.find(({ state }) => state === 'asked')
    const last = changes.find(({ state }) => state === 'confirmed')
    return {
      email: person.email,
      pending:
        pending === undefined
          ? null
          : {
              newEmail: pending.newEmail,
              askedAt: pending.createdAt.toISOString(),
              expiresAt: pending.expiresAt.toISOString(),
            },
      undoUntil: last?.undoUntil?.toISOString() ?? null,
    }
  }
