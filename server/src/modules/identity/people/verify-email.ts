import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { createOrganisation } from '../organisations/create-organisation.ts'
import { ownOrganisationName } from '../organisations/own-organisation-name.ts'
import { forgetWishesFor, isReserved } from './email-change-store.ts'
import { insertPerson } from './person-store.ts'
import { recordSecurityEvent } from './record-security-event.ts'
import { deleteSignUps, takeSignUp } from './sign-up-store.ts'

/** Opens the account that a link belongs to, with an organisation of its own so that a first call is one step away. */
export const verifyEmail =
  (identity: Identity): Handler<typeof accountEndpoints.verifyEmail> =>
  async ({ body, request }) => {
    const { clock, database, vault } = identity
    const address = { rule: limits.tokenAddress, of: request.ipAddress }
    await countAttempts(identity, [address])
    return database.transaction(async (tx) => {
      const now = clock.now()
      const waiting = await takeSignUp(tx, vault, vault.keyedHash('verify-email', body.token), now)
      if (waiting === undefined) throw new Refusal('token_invalid')
      const { email, name, passwordHash } = waiting
      if (await isReserved(tx, vault, email, { now })) throw new Refusal('token_invalid')
      const id = newId('per', clock)
      const isNew = await insertPerson(tx, vault, {
        id,
        email,
        name,
        passwordHash,
        emailVerifiedAt: now,
        createdAt: now,
      })
      if (!isNew) throw new Refusal('token_invalid')
      await deleteSignUps(tx, vault, email)
      await forgetWishesFor(tx, vault, email)
      await createOrganisation(tx, identity, {
        ownerId: id,
        name: ownOrganisationName(name),
        billingCountry: null,
      })
      await recordSecurityEvent(tx, identity, { kind: 'signed-up', personId: id, ipAddress: request.ipAddress })
      await forgiveAttempts(identity, tx, { uncount: [address] })
      return { email }
    })
  }
