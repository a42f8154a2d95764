import type { accountEndpoints, closureView } from '@avow/contract'
import { addDuration, isZero } from '@avow/policy'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Handler, Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { listAtStake } from '../organisations/list-at-stake.ts'
import { clearSessionCookie } from '../sessions/session.ts'
import { lockOperators } from '../staff/staff-store.ts'
import { closeAccount } from './close-account.ts'
import { accountClosedMail } from './mails.ts'
import { lockPerson } from './person-store.ts'
import { requireOneself } from './require-oneself.ts'

/** What the policy says of a closure at an instant. */
export const viewClosure = ({ policy }: Pick<Identity, 'policy'>, closedAt: Date): z.input<typeof closureView> => {
  const { reopenWithin } = policy.accounts
  const period = policy.retention('account')?.period ?? 'forever'
  return {
    closedAt: closedAt.toISOString(),
    reopenUntil: isZero(reopenWithin) ? null : addDuration(closedAt, reopenWithin).toISOString(),
    keptFor: period === 'forever' ? period : period.text,
  }
}

/** Whether the cloud has an operator without this person. */
export const mayLeave = async (tx: Tx, personId: string): Promise<boolean> => {
  const operators = await lockOperators(tx)
  return operators.some((id) => id !== personId) || !operators.includes(personId)
}

/** @throws Refusal conflict */
const requireDecided = async (
  identity: Identity,
  tx: Tx,
  personId: string,
  closing: readonly string[],
): Promise<void> => {
  if (!(await mayLeave(tx, personId)))
    throw new Refusal('conflict', 'The cloud needs an operator. Give someone else the role first.')
  const open = (await listAtStake(tx, identity.vault, personId)).filter(
    ({ id, otherMembers, othersOwn }) => otherMembers > 0 && !othersOwn && !closing.includes(id),
  )
  if (open.length === 0) return
  const named = open.map(({ id, name }) => `${name} (${id})`).join('; ')
  throw new Refusal(
    'conflict',
    `Nobody else owns ${named}. Make another member its owner, or name it in closeOrganisations. Nothing was closed.`,
  )
}

/** Somebody closes their own account. */
export const closeOwnAccount =
  (identity: Identity): Handler<typeof accountEndpoints.closeMe> =>
  async ({ caller, body, request, reply }) => {
    const { clock, database, mail, vault } = identity
    await requireOneself(identity, caller.personId, body)
    return database.transaction(async (tx) => {
      const person = await lockPerson(tx, vault, caller.personId)
      if (person === undefined) throw new Refusal('not_signed_in')
      await requireDecided(identity, tx, person.id, body.closeOrganisations)
      const view = viewClosure(identity, clock.now())
      await closeAccount(tx, identity, person.id, request.ipAddress)
      await mail.write(tx, accountClosedMail(person, view.reopenUntil, `${identity.publicUrl()}/reopen`))
      await recordDecision(tx, clock, { gate: 'rights', decision: 'done', rule: 'account closed' })
      clearSessionCookie(reply)
      return view
    })
  }
