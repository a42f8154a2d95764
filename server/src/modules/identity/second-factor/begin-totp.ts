import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { requireOwnPassword } from '../people/require-own-password.ts'
import { hashBackupCode, newBackupCodes } from './backup-codes.ts'
import { secretContext } from './check-code.ts'
import { beginSecondFactor } from './second-factor-store.ts'
import { newTotpSecret, totpUri } from './totp.ts'

/** Shows a new secret and backup codes; nothing is asked at sign-in until a first code confirms them. */
export const beginTotp =
  (identity: Identity): Handler<typeof accountEndpoints.beginTotp> =>
  async ({ caller, body }) => {
    const { clock, database, vault, publicUrl } = identity
    const { person } = await requireOwnPassword(identity, caller.personId, body.password)
    const secret = newTotpSecret()
    const backupCodes = newBackupCodes()
    const sealedSecret = vault.seal(secretContext(person.id), secret)
    const hashes = backupCodes.map((code) => hashBackupCode(vault, person.id, code))
    const hasBegun = await database.transaction((tx) =>
      beginSecondFactor(tx, { personId: person.id, sealedSecret, createdAt: clock.now() }, hashes),
    )
    if (!hasBegun)
      throw new Refusal('conflict', 'Two-step sign-in is set up already. Remove it first to set it up anew.')
    const issuer = `Avow ${new URL(publicUrl()).host}`.replaceAll(':', ' ')
    return { uri: totpUri(secret, issuer, person.email), secret, backupCodes }
  }
