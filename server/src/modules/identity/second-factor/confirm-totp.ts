import type { accountEndpoints } from '@avow/contract'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { securityMail } from '../people/mails.ts'
import { requirePersonFacts, viewPerson } from '../people/person-view.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import { setSecondFactorPassed } from '../sessions/session-store.ts'
import { isStaffActive } from '../staff/is-staff-active.ts'
import { stepOfCode } from './check-code.ts'
import { confirmSecondFactor, findSecondFactor } from './second-factor-store.ts'

/** Turns two-step sign-in on with the first code. This session has shown a code and counts as passed. */
export const confirmTotp =
  (identity: Identity): Handler<typeof accountEndpoints.confirmTotp> =>
  async ({ caller, body, request }) => {
    const { clock, database, mail, vault } = identity
    const counter = { rule: limits.code, of: caller.personId }
    await countAttempts(identity, [counter])
    return database.transaction(async (tx) => {
      const row = await findSecondFactor(tx, caller.personId, true)
      if (row === undefined) throw new Refusal('conflict', 'Begin setting it up first.')
      if (row.confirmedAt !== null) throw new Refusal('conflict', 'Two-step sign-in is set up already.')
      const step = stepOfCode(identity, row, body.code)
      if (step === null) throw new Refusal('wrong_code')
      await confirmSecondFactor(tx, caller.personId, step, clock.now())
      if (caller.sessionId !== null) await setSecondFactorPassed(tx, caller.sessionId, clock.now())
      await recordSecurityEvent(tx, identity, {
        kind: 'second-factor-added',
        personId: caller.personId,
        ipAddress: request.ipAddress,
      })
      const facts = await requirePersonFacts(tx, vault, caller.personId)
      const what = 'Two-step sign-in was turned on. From now on a code of your app is asked at sign-in.'
      await mail.write(tx, securityMail(facts.person, 'Two-step sign-in is on', what, forgotPasswordLink(identity)))
      await forgiveAttempts(identity, tx, { clear: [counter] })
      const staffActive =
        caller.staffActive ||
        isStaffActive(identity.policy, { ...facts, passedSecondFactor: caller.sessionId !== null })
      return viewPerson(facts, staffActive)
    })
  }
