import Fastify from 'fastify'
import { listMail, serveUnsubscribe } from '../../../platform/mail/index.ts'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from '../probe-people.ts'
import { takes } from './marketing-mail.ts'

/** Somebody who gets news. */
const joinForNews = async (system: CheckedSystem, world: ProbeWorld): Promise<ProbePerson> => {
  const person = await world.join()
  const word = { personId: person.personId, purpose: 'marketing', state: 'given', how: 'console' } as const
  await system.gates.standing.recordConsent(world.tx, word)
  return person
}

/** The page behind the links, in the world of the probe: it answers without a sign-in. */
const openPage = async (system: CheckedSystem, world: ProbeWorld) => {
  const pages = Fastify()
  await serveUnsubscribe(pages, { database: world.database, marketing: system.marketing })
  return async (method: 'GET' | 'POST', path: string): Promise<number> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const form = method === 'POST' ? { headers, payload: 'List-Unsubscribe=One-Click' } : {}
    return (await pages.inject({ method, url: path, ...form })).statusCode
  }
}

/** The path of the link in the newest news to a person, and what is wrong with the message. */
const readNews = async (system: CheckedSystem, world: ProbeWorld, person: ProbePerson) => {
  const [mail] = await listMail(world.tx, system.vault, { to: person.email, kind: 'marketing', limit: 1 })
  const headers = mail === undefined ? {} : system.mailer.compose(mail).headers
  const url = /^<([^>]+)>$/.exec(headers['List-Unsubscribe'] ?? '')?.[1]
  const wrong = [
    ...(url === undefined ? ['news carries no List-Unsubscribe header'] : []),
    ...(headers['List-Unsubscribe-Post'] === 'List-Unsubscribe=One-Click'
      ? []
      : ['news offers no one-click unsubscribe']),
    ...(url !== undefined && mail?.text.includes(url) === true ? [] : ['the text of news has no link to end it']),
  ]
  return { path: url === undefined ? '/unsubscribe/none' : new URL(url).pathname, wrong }
}

const isServed = async ({ call }: CheckedSystem): Promise<boolean> =>
  (await call({ method: 'GET', path: '/unsubscribe/probe' })).status === 200

/** Sends news to two people, ends it for one as a mail program does, and sees for whom it ended. */
export const oneClickUnsubscribe: Check<'unsubscribe'> = {
  name: 'one-click-unsubscribe',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const [person, other] = [await joinForNews(system, world), await joinForNews(system, world)]
      const gets = (who: ProbePerson, kind = 'marketing') => takes(system, world.tx, who, kind)
      if (!(await gets(person)) || !(await gets(other)))
        return finding(
          0,
          [],
          'no news was written',
          'the mailer takes no news even for who agreed, so none can be ended',
        )
      const { path, wrong: violations } = await readNews(system, world, person)
      const request = await openPage(system, world)
      if (!(await isServed(system))) violations.push('this server has no page behind the link')
      if ((await request('GET', path)) !== 200 || !(await gets(person)))
        violations.push('to look at the link ends news')
      if ((await request('POST', `${path.slice(0, -4)}0000`)) !== 404)
        violations.push('a link that was made up is obeyed')
      if ((await request('POST', path)) !== 200 || (await gets(person))) violations.push('one click does not end news')
      if (!(await gets(other))) violations.push('one person’s click ends news for another')
      if (!(await gets(person, 'security'))) violations.push('messages that the service needs end with news')
      const figure = `2 people with news, 1 click without a sign-in, ${violations.length} of 8 expectations missed`
      return finding(8, violations, figure)
    }),
}
