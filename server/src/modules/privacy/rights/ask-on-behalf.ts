import { contract } from '@avow/contract'
import { addDuration } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { openRequest } from './ask-right.ts'
import { askedForYouMail } from './mails.ts'
import { openErasure } from './open-erasure.ts'
import { previewErasure } from './preview-erasure.ts'
import { findRequest } from './request-store.ts'
import { officerFacts, viewDetail } from './request-view.ts'
import type { Rights } from './rights.ts'

/** @throws Refusal not_found */
const findSubject = async (rights: Rights, tx: Tx, person: string): Promise<{ personId: string; to: string }> => {
  const personId = person.includes('@') ? await rights.accounts.findByAddress(tx, person) : person
  const to = personId === null ? null : await rights.accounts.addressOf(tx, personId)
  if (personId === null || to === null) throw new Refusal('not_found', 'Nobody has an open account under this.')
  return { personId, to }
}

/** @throws Refusal conflict when the person must first decide something that nobody can for them */
const requireUndisputed = async (rights: Rights, tx: Tx, personId: string): Promise<void> => {
  const { blocked, organisations } = await previewErasure(rights, tx, personId)
  if (blocked !== null) throw new Refusal('conflict', blocked)
  const open = organisations.filter(({ fate }) => fate === 'needs-decision').map(({ id }) => id)
  if (open.length > 0)
    throw new Refusal(
      'conflict',
      `Nobody else owns ${open.join(', ')}, which others are in: make one of them its owner first.`,
    )
}

/** An officer opens a request for a person who asked by letter, on the phone or at the door. */
export const askOnBehalf = (rights: Rights): Route =>
  route(contract.rights.onBehalf, async ({ tx, caller, body }) => {
    const { clock, mailer, policy, publicUrl } = rights
    const { personId, to } = await findSubject(rights, tx, body.person)
    const { kind, verified, details } = body
    if (kind === 'erasure') {
      await requireUndisputed(rights, tx, personId)
      const startsAt = addDuration(clock.now(), policy.accounts.erasureDelay)
      const wanted = { personId, startsAt, verified, details, handledBy: caller.personId }
      const { row } = await openErasure(rights, tx, wanted)
      return { ...(await viewDetail(rights, row, clock.now())), ...officerFacts(row) }
    }
    const { id } = await openRequest(rights, tx, { personId, kind, verified, details })
    await mailer.write(tx, askedForYouMail({ about: personId, to }, kind, `${publicUrl()}/your-data`))
    const row = await findRequest(tx, id)
    if (row === undefined) throw new Error('a request was not written')
    return { ...(await viewDetail(rights, row, clock.now())), ...officerFacts(row) }
  })
