import { failure, ok } from '../../people.ts'
import { newCanary } from '../plant-canaries.ts'
import { must, runJson, type Story } from '../story.ts'

const contactsAnswer: Story = {
  kinds: ['contact-inbox'],
  does: 'writes to each contact of the policy as a stranger, answers as an officer, and writes too often',
  run: async ({ avow, tested }) => {
    const stranger = avow.api(null)
    const contacts = Object.keys(tested.policy.source.contacts)
    for (const contact of contacts) {
      const [text, email] = [newCanary(), `${newCanary()}@people.example`]
      await ok(stranger.POST('/api/v1/contact', { body: { contact, email, text } }))
      const { items } = await runJson(avow, 'contact', 'messages', '--open', '--to', contact)
      const arrived = items.find((one: { text: string }) => one.text === text)
      must(arrived !== undefined, `a message to ${contact} does not reach the officers`)
      must(new Date(arrived.dueAt) > new Date(arrived.receivedAt), `a message to ${contact} has no date`)
      await runJson(avow, 'contact', 'answer', arrived.id, '--text', 'the story answers')
      const { items: mail } = await runJson(avow, 'outbox', 'list', '--to', email)
      must(mail[0]?.kind === 'answer', `an answer to a message to ${contact} is in no mail`)
      must((await avow.cli(['contact', 'close', arrived.id, '--reason', 'spam'])).code !== 0, 'an answer is taken back')
    }
    const body = { contact: contacts[0] ?? '', email: `${newCanary()}@people.example`, text: 'one of many' }
    let refused = ''
    for (let n = 0; n < 12 && refused === ''; n += 1) {
      const { response } = await stranger.POST('/api/v1/contact', { body })
      if (response.status !== 202)
        refused = (await failure(stranger.POST('/api/v1/contact', { body }))).code ?? 'nothing'
    }
    must(refused === 'rate_limited', 'one address writes as often as it wants')
    const { items: rest } = await runJson(avow, 'contact', 'messages', '--open')
    for (const { id } of rest) await runJson(avow, 'contact', 'close', id, '--reason', 'spam')
    return `${contacts.length} contacts written to and answered, ${rest.length} messages of a flood taken and the next refused`
  },
}

export const contactStories: readonly Story[] = [contactsAnswer]
