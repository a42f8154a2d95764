import { randomBytes } from 'node:crypto'
import { and, isNull, lte } from 'drizzle-orm'
import { listMail } from '../../../platform/mail/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { answerWithin } from '../contact/index.ts'
import { contactMessage } from '../contact/tables.ts'
import { type ProbeWorld, probeEmail, withModule } from '../probe-people.ts'
import { addSecondFactor, makeStaff } from '../probe-roles.ts'

interface Seen {
  readonly id: string
  readonly contact: string
  readonly text: string
  readonly email: string
  readonly dueAt: string
  readonly state: string
}

const hire = async (world: ProbeWorld, system: CheckedSystem): Promise<string> => {
  const member = await world.join()
  await makeStaff(world, system, member)
  const { signedIn } = await addSecondFactor(world, system, member)
  return String((signedIn.body as { token?: unknown }).token)
}

const inbox = async (world: ProbeWorld, token: string): Promise<readonly Seen[]> => {
  const { body } = await world.request('GET', '/privacy/messages?open=true&limit=200', { token })
  return (body as { items?: Seen[] } | null)?.items ?? []
}

/** Writes to one contact as a stranger does, and follows the message to the officer and the answer back. */
const follow = async (
  system: CheckedSystem,
  world: ProbeWorld,
  officer: string,
  contact: string,
): Promise<string[]> => {
  const [email, text, answer] = [probeEmail(), `probe ${randomBytes(8).toString('hex')}`, 'the probe answers']
  const latest = answerWithin(system.policy, system.clock.now()).dueAt
  const sent = await world.request('POST', '/contact', { body: { contact, email, text } })
  if (sent.status !== 202) return [`nobody can write to ${contact}: ${sent.code}`]
  const arrived = (await inbox(world, officer)).find((one) => one.text === text)
  if (arrived === undefined) return [`a message to ${contact} does not reach the officers`]
  const violations: string[] = []
  if (arrived.contact !== contact || arrived.email !== email)
    violations.push(`a message to ${contact} is listed as another`)
  if (new Date(arrived.dueAt).getTime() - latest.getTime() > 60_000)
    violations.push(`a message to ${contact} is due later than the policy says`)
  await world.request('POST', `/privacy/messages/${arrived.id}/answer`, { token: officer, body: { text: answer } })
  const [mail] = await listMail(world.tx, system.vault, { to: email, limit: 1 })
  if (mail?.text.includes(answer) !== true) violations.push(`an answer to a message to ${contact} does not leave`)
  if ((await inbox(world, officer)).some(({ id }) => id === arrived.id))
    violations.push(`a message to ${contact} still waits after it was answered`)
  return violations
}

const floodMax = 20

/** One address that goes on writing must be stopped. */
const floods = async (world: ProbeWorld, contact: string): Promise<string[]> => {
  const body = { contact, email: probeEmail(), text: 'a flood of the probe' }
  for (let n = 0; n < floodMax; n += 1)
    if ((await world.request('POST', '/contact', { body })).code === 'rate_limited') return []
  return [`one address may write ${floodMax} times at once`]
}

const overdue = ({ database, clock }: CheckedSystem): Promise<number> =>
  database.direct.$count(contactMessage, and(isNull(contactMessage.endedAt), lte(contactMessage.dueAt, clock.now())))

/** Writes to each contact of the policy, answers as an officer, writes too often, and counts what waits too long. */
export const contactInbox: Check<'contact-inbox'> = {
  name: 'contact-inbox',
  run: (_rule, system) =>
    withModule(system, async (world) => {
      const contacts = Object.keys(system.policy.source.contacts)
      const officer = await hire(world, system)
      const violations: string[] = []
      for (const contact of contacts) violations.push(...(await follow(system, world, officer, contact)))
      violations.push(...(await floods(world, contacts[0] ?? 'privacy')))
      const late = await overdue(system)
      if (late > 0) violations.push(`${count(late, 'message')} past the date of an answer`)
      const waiting = await system.database.direct.$count(contactMessage, isNull(contactMessage.endedAt))
      const figure = `${count(contacts.length, 'contact')} written to and answered, 1 flood tried; ${count(waiting, 'message')} waiting, ${late} too long`
      return finding(contacts.length + waiting, violations, figure)
    }),
}
