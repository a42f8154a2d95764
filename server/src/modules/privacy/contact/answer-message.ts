import { type contactMessageView, contract } from '@avow/contract'
import type { z } from 'zod'
import { decodeCursor, type Route, route, toPage } from '../../../platform/http/index.ts'
import type { Message } from '../../../platform/mail/index.ts'
import type { Contact } from './contact.ts'
import { type ContactMessage, endMessage, findMessage, listMessages, lockOpenMessage } from './message-store.ts'

const stateOf = ({ row }: ContactMessage): 'open' | 'answered' | 'closed' => {
  if (row.endedAt === null) return 'open'
  return row.closedBecause === null ? 'answered' : 'closed'
}

const view = (of: ContactMessage, now: Date): z.input<typeof contactMessageView> => {
  const { id, contact, receivedAt, dueAt, endedAt, endedBy, closedBecause } = of.row
  return {
    ...{ id, contact, ...of.written, answer: of.answer, state: stateOf(of), closedBecause, endedBy },
    receivedAt: receivedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    overdue: endedAt === null && dueAt <= now,
    endedAt: endedAt?.toISOString() ?? null,
  }
}

/** Quotes what was written, so that who wrote to many knows which answer this is. */
const answerMail = ({ row, written }: ContactMessage, operator: string, text: string): Message => ({
  to: written.email,
  about: row.id,
  kind: 'answer',
  subject: `Your message to ${operator}`,
  text: [
    text,
    `You wrote on ${row.receivedAt.toISOString().slice(0, 10)}:`,
    written.text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n'),
  ].join('\n\n'),
  links: [],
})

const list = (deps: Contact): Route =>
  route(contract.contact.messages, async ({ tx, query }) => {
    const { limit, cursor, open, contact } = query
    const now = deps.clock.now()
    return toPage(
      await listMessages(deps, tx, { limit, after: decodeCursor(cursor), isOpen: open === 'true', contact }),
      limit,
      ({ row }) => ({ atMs: row.receivedAt.getTime(), id: row.id }),
      (of) => view(of, now),
    )
  })

const show = (deps: Contact): Route =>
  route(contract.contact.message, async ({ tx, params }) =>
    view(await findMessage(deps, tx, params.messageId), deps.clock.now()),
  )

const answer = (deps: Contact): Route =>
  route(contract.contact.answer, async ({ tx, caller, params, body }) => {
    const found = await lockOpenMessage(deps, tx, params.messageId)
    await deps.mailer.write(tx, answerMail(found, deps.policy.source.operator.name, body.text))
    const now = deps.clock.now()
    return view(await endMessage(deps, tx, found, { at: now, by: caller.personId, answer: body.text }), now)
  })

const close = (deps: Contact): Route =>
  route(contract.contact.close, async ({ tx, caller, params, body }) => {
    const found = await lockOpenMessage(deps, tx, params.messageId)
    const now = deps.clock.now()
    return view(await endMessage(deps, tx, found, { at: now, by: caller.personId, closedBecause: body.reason }), now)
  })

export const answerRoutes = (deps: Contact): Route[] => [list(deps), show(deps), answer(deps), close(deps)]
