import { createPerson, mailTo, ok, type Person } from '../../people.ts'
import type { RunningAvow } from '../../start-avow.ts'
import { must, runJson, type Story, staffHere, until } from '../story.ts'

/** Tells every account something and waits until all were told. */
export const announce = async (avow: RunningAvow, kind: string, subject: string): Promise<void> => {
  const { id } = await runJson(avow, 'announce', subject, '--kind', kind, '--text', 'It is so.', '--yes')
  const isTold = async () => (await runJson(avow, 'notice', 'show', id)).finishedAt !== null
  await until(isTold, 20, `${subject} did not reach everyone`)
}

/** Mails of a kind and subject that went to somebody. */
export const mailsTo = async (avow: RunningAvow, { email }: Person, kind: string, subject: string): Promise<number> => {
  const query = { to: email, kind }
  const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query } }))
  return items.filter((mail) => mail.subject === subject).length
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const newsByWish: Story = {
  kinds: ['marketing-consent', 'unsubscribe'],
  does: 'sends news to who agreed and who said nothing, looks at the link, and ends it with one click and no sign-in',
  run: async ({ avow, tested }) => {
    const isAsked = tested.policy.purposes.get('marketing')?.consent === 'opt-in'
    const [agreed, silent] = [await createPerson(avow, 'news'), await createPerson(avow, 'silent')]
    for (const { api } of [agreed, silent]) await ok(api.GET('/api/v1/me'))
    await runJson(avow, 'privacy', 'consent', 'give', 'marketing', '--token', agreed.token)
    const counts: number[] = []
    const send = async (subject: string, wanted: number): Promise<void> => {
      await announce(avow, 'marketing', subject)
      const got = await mailsTo(avow, agreed, 'marketing', subject)
      must(got === wanted, `${got} of ${wanted} mails came to who agreed: ${subject}`)
      const toSilent = await mailsTo(avow, silent, 'marketing', subject)
      must(toSilent === (isAsked ? 0 : 1), `${toSilent} mails came to who said nothing: ${subject}`)
      counts.push(got + toSilent)
    }
    await send('First news', 1)
    const mail = await mailTo(avow, agreed.email, 'marketing')
    const why = ['--reason', 'look at the link', '--ticket', '1', ...staffHere(tested)]
    const shown = await runJson(avow, 'outbox', 'show', mail.id, ...why)
    const link = String(shown.links.at(-1))
    must(String(shown.text).includes(link), 'the text of news has no link to end it')
    must((await fetch(link)).status === 200, 'the link in news leads nowhere')
    await send('Second news', 1)
    const clicked = await fetch(link, { method: 'POST', headers: form, body: 'List-Unsubscribe=One-Click' })
    must(clicked.status === 200, 'one click is refused')
    await send('Third news', 0)
    await announce(avow, 'service', 'Maintenance')
    must((await mailsTo(avow, agreed, 'notice', 'Maintenance')) === 1, 'what the service needs ended with the news')
    return `3 times news, ${counts.join(', ')} mails to 2 people, 1 click`
  },
}

const noNews: Story = {
  kinds: ['no-marketing'],
  does: 'tries to send news',
  run: async ({ avow }) => {
    const tried = await avow.cli(['announce', 'News', '--kind', 'marketing', '--text', 'Buy more.', '--yes'])
    must(tried.code !== 0 && tried.stderr.includes('sends no marketing'), 'news is sent')
    const query = { kind: 'marketing' }
    const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query } }))
    must(items.length === 0, `${items.length} mails with news are in the outbox`)
    return '1 try refused, 0 mails'
  },
}

const businessTransfer: Story = {
  kinds: ['transfer-notice'],
  does: 'announces that the business changes hands',
  run: async ({ avow, leaving, staying }) => {
    await announce(avow, 'transfer', 'A new owner')
    for (const { person } of [leaving, staying]) {
      must((await mailsTo(avow, person, 'notice', 'A new owner')) === 1, 'somebody was not told once by mail')
      const { items } = await ok(person.api.GET('/api/v1/me/notices'))
      must(
        items.some(({ subject, kind }) => kind === 'transfer' && subject === 'A new owner'),
        'somebody was not told in the console',
      )
    }
    return '2 people, each told once by mail and in the console'
  },
}

export const noticeStories: readonly Story[] = [newsByWish, noNews, businessTransfer]
