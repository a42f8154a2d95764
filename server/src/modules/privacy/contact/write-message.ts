import { contract } from '@avow/contract'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { answerWithin, type Contact, contactsOf } from './contact.ts'
import { insertMessage } from './message-store.ts'

/** @throws Refusal policy_refused, invalid_request */
const requireContact = ({ policy }: Contact, wanted: string): void => {
  const contacts = contactsOf(policy)
  if (contacts.length === 0)
    throw new Refusal('policy_refused', 'This cloud keeps no messages. Its policy says how to reach it.')
  if (contacts.includes(wanted)) return
  const message = `the policy has no such contact; it has ${contacts.join(', ')}`
  throw new Refusal('invalid_request', `contact: ${message}. Nothing was sent.`, {
    fields: [{ path: 'contact', message }],
  })
}

const show = ({ policy, clock }: Contact): Route =>
  route(contract.contact.show, async () => ({
    contacts: contactsOf(policy),
    answerWithin: answerWithin(policy, clock.now()).duration,
  }))

/** Opens its own transactions: a message that is too many stays counted. */
const write = (deps: Contact): Route =>
  route(
    contract.contact.write,
    async ({ body, request }) => {
      requireContact(deps, body.contact)
      await deps.accounts.countMessage(request.ipAddress, body.email)
      const receivedAt = deps.clock.now()
      const { dueAt } = answerWithin(deps.policy, receivedAt)
      const of = { id: newId('msg', deps.clock), contact: body.contact, receivedAt, dueAt }
      const written = { name: body.name ?? null, email: body.email, text: body.text }
      await deps.database.transaction((tx) => insertMessage(deps, tx, of, written))
      return { receivedAt: receivedAt.toISOString(), dueAt: dueAt.toISOString() }
    },
    'handler',
  )

export const writeRoutes = (deps: Contact): Route[] => [show(deps), write(deps)]
