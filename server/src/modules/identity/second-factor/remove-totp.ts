import type { accountEndpoints } from '@avow/contract'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { securityMail } from '../people/mails.ts'
import { requirePersonFacts, viewPerson } from '../people/person-view.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import { requireOwnPassword } from '../people/require-own-password.ts'
import { useCode } from './check-code.ts'
import { deleteSecondFactor } from './second-factor-store.ts'

const refuseForStaff = async ({ clock, database }: Identity): Promise<never> => {
  await recordDecision(database.direct, clock, {
    gate: 'staff-access',
    decision: 'refused',
    rule: 'staff-second-factor',
  })
  throw new Refusal('policy_refused', 'The policy asks the operator’s staff for a second factor (staff-second-factor).')
}

export const removeTotp =
  (identity: Identity): Handler<typeof accountEndpoints.removeTotp> =>
  async ({ caller, body, request }) => {
    const { database, mail, policy, vault } = identity
    const { person, staffRole } = await requireOwnPassword(identity, caller.personId, body.password)
    if (staffRole !== null && policy.staffSecondFactor === 'required') return refuseForStaff(identity)
    const counter = { rule: limits.code, of: person.id }
    await countAttempts(identity, [counter])
    return database.transaction(async (tx) => {
      if ((await useCode(identity, tx, person.id, body.code.trim())) === 'wrong') throw new Refusal('wrong_code')
      await deleteSecondFactor(tx, person.id)
      await recordSecurityEvent(tx, identity, {
        kind: 'second-factor-removed',
        personId: person.id,
        ipAddress: request.ipAddress,
      })
      const what = 'Two-step sign-in was turned off. From now on your password alone opens your account.'
      await mail.write(tx, securityMail(person, 'Two-step sign-in is off', what, forgotPasswordLink(identity)))
      await forgiveAttempts(identity, tx, { clear: [counter] })
      return viewPerson(await requirePersonFacts(tx, vault, person.id), false)
    })
  }
