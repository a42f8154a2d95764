import { contract, type mailView } from '@avow/contract'
import type { z } from 'zod'
import { mailOutbox, olderThan, type Tx } from '../../../platform/db/index.ts'
import type { AccessSubject, AccessWish } from '../../../platform/gates/index.ts'
import { type Caller, decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import {
  addressIndex,
  type ClosedMail,
  findClosedMail,
  handingOver,
  listClosedMail,
  openMessages,
  type StoredMail,
} from '../../../platform/mail/index.ts'
import { tellOfEmergency } from './emergency.ts'
import type { StaffAccess } from './staff-access.ts'

type View = z.input<typeof mailView>

const usualMinutes = 60
const emergencyMinutes = 15

/** Without a mail server the machine's operator is the postman: what they read in doing so is recorded as such. */
const handingOn: AccessWish = {
  scope: 'mail',
  reason: 'This cloud has no mail server: the operator hands held mail on, at the machine itself.',
  ticket: 'held mail',
  minutes: usualMinutes,
  emergency: false,
  country: 'here',
}

const maskOf = (address: string): string => address.replace(/^(.)[^@]*/u, '$1…')

const viewOpen = ({ createdAt, sentAt, links, ...mail }: StoredMail): View => ({
  ...mail,
  open: true,
  links: [...links],
  createdAt: createdAt.toISOString(),
  sentAt: sentAt?.toISOString() ?? null,
})

const viewClosed = ({ id, kind, state, reason, createdAt, sentAt, to }: ClosedMail, asked: boolean): View => ({
  id,
  open: false,
  to: asked ? to : maskOf(to),
  kind,
  subject: null,
  text: null,
  links: [],
  state,
  reason,
  createdAt: createdAt.toISOString(),
  sentAt: sentAt?.toISOString() ?? null,
})

const subjectOf = async (deps: StaffAccess, tx: Tx, mail: ClosedMail): Promise<AccessSubject> => ({
  about: mail.about,
  subjectIndex: mail.recipientIndex,
  subjectId: await deps.accounts.findByAddress(tx, mail.to),
})

const isPostman = (deps: StaffAccess, caller: Caller): boolean =>
  caller.via === 'operator-token' && deps.mailer.mode === 'outbox'

/** The machine's own token on an installation without a mail server: a grant for each address, once an hour. */
const grantPostman = async (deps: StaffAccess, tx: Tx, caller: Caller, mails: readonly ClosedMail[]): Promise<void> => {
  if (!isPostman(deps, caller)) return
  const byIndex = new Map(mails.map((mail) => [mail.recipientIndex, mail]))
  const granted = await deps.gate.inForce(tx, caller, 'mail', [...byIndex.keys()])
  const closed = await deps.gate.closedTo(tx, [...byIndex.keys()])
  for (const [index, mail] of byIndex)
    if (!granted.has(index) && !closed.has(index))
      await deps.gate.grant(tx, caller, await subjectOf(deps, tx, mail), handingOn)
}

/** Opens what the caller may read now and writes that down; the rest stays closed. */
const show = async (
  deps: StaffAccess,
  tx: Tx,
  caller: Caller,
  what: string,
  mails: readonly ClosedMail[],
): Promise<ReadonlyMap<string, View>> => {
  const address = await deps.accounts.addressOf(tx, caller.personId)
  const own = address === null ? null : addressIndex(deps.vault, address)
  const others = mails.filter((mail) => mail.recipientIndex !== own)
  await grantPostman(deps, tx, caller, others)
  const granted = await deps.gate.inForce(tx, caller, 'mail', [...new Set(others.map((mail) => mail.recipientIndex))])
  const mine = others.filter((mail) => granted.has(mail.recipientIndex))
  const reads = mine.map((mail) => ({ subjectIndex: mail.recipientIndex, object: mail.id }))
  await deps.gate.read(tx, caller, 'mail', what, reads)
  const readable = mails.filter((mail) => mail.recipientIndex === own || mine.includes(mail))
  const opened = isPostman(deps, caller)
    ? (await Promise.all(readable.map((mail) => openMessages(handingOver(tx, mail), deps.vault, [mail])))).flat()
    : await openMessages(tx, deps.vault, readable)
  return new Map(opened.map((mail) => [mail.id, viewOpen(mail)]))
}

const list = (deps: StaffAccess): Route =>
  route(contract.staffAccess.outbox, async ({ tx, caller, query }) => {
    const { to, kind, limit } = query
    const where = olderThan(mailOutbox.createdAt, mailOutbox.id, decodeCursor(query.cursor))
    const mails = await listClosedMail(tx, deps.vault, { to, kind, where, limit: limit + 1 })
    const shown = await show(deps, tx, caller, contract.staffAccess.outbox.id, mails.slice(0, limit))
    return toPage(
      mails,
      limit,
      (mail) => ({ atMs: mail.createdAt.getTime(), id: mail.id }),
      (mail) => shown.get(mail.id) ?? viewClosed(mail, to !== undefined),
    )
  })

/** @throws Refusal not_found, staff_access_needed */
const showOne = async (deps: StaffAccess, tx: Tx, caller: Caller, what: string, mail: ClosedMail | undefined) => {
  if (mail === undefined) throw new Refusal('not_found')
  const view = (await show(deps, tx, caller, what, [mail])).get(mail.id)
  if (view === undefined) throw new Refusal('staff_access_needed')
  return view
}

const one = (deps: StaffAccess): Route =>
  route(contract.staffAccess.mail, async ({ tx, caller, params }) =>
    showOne(deps, tx, caller, contract.staffAccess.mail.id, await findClosedMail(tx, deps.vault, params.mailId)),
  )

const open = (deps: StaffAccess): Route =>
  route(contract.staffAccess.openMail, async ({ tx, caller, params, body }) => {
    const mail = await findClosedMail(tx, deps.vault, params.mailId)
    if (mail === undefined) throw new Refusal('not_found')
    const { reason, ticket = null, emergency, country = null } = body
    const minutes = body.minutes ?? (emergency ? emergencyMinutes : usualMinutes)
    const subject = await subjectOf(deps, tx, mail)
    const grant = await deps.gate.grant(tx, caller, subject, {
      ...{ scope: 'mail', reason, ticket, minutes, emergency, country },
    })
    if (emergency) await tellOfEmergency(deps, tx, grant, { to: mail.to, reason })
    return showOne(deps, tx, caller, contract.staffAccess.openMail.id, mail)
  })

export const outboxRoutes = (deps: StaffAccess): Route[] => [list(deps), one(deps), open(deps)]
