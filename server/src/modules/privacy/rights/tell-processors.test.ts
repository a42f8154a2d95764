import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { type Disclosed, mailFields, promptFields } from '../../../platform/gates/index.ts'
import type { Message } from '../../../platform/mail/index.ts'
import { starterPolicy } from '../test-system.ts'
import { subjectNow } from './index.ts'
import { listErasureNotices, tellProcessors } from './tell-processors.ts'
import { createRightsWorld, type RightsWorld, type Somebody } from './test-rights.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
})
afterAll(() => world.close())

const policy = starterPolicy([
  'recipients: []',
  `recipients:
  - { id: mail, name: Post Ltd, role: processor, purposes: [communicate], categories: [account.contact, correspondence], contact: privacy@post.example }
  - { id: silent, name: Silent Ltd, role: processor, purposes: [communicate], categories: [account.contact] }
  - { id: example-ai, name: Example Ltd, role: processor, purposes: [provide], categories: [content.inference], contact: privacy@ai.example }`,
])

const send = (who: Somebody, more: Partial<Disclosed>) =>
  world.system.database.transaction((tx) =>
    world.system.disclosures.record(tx, [
      {
        ...{ ground: 'processor', recipient: 'mail', name: 'Post Ltd', purpose: 'communicate', fields: mailFields },
        ...{ country: null, safeguard: null, times: 1, at: world.clock.now() },
        about: [{ kind: 'person', id: who.id }],
        ...more,
      },
    ]),
  )

const disclosed = async (name: string): Promise<Somebody> => {
  const who = await world.join(name)
  await send(who, {})
  await send(who, { recipient: 'silent', name: 'Silent Ltd' })
  await send(who, { recipient: 'former', name: 'Former Ltd' })
  const about = [{ kind: 'organisation' as const, id: who.organisationId }]
  await send(who, { recipient: 'example-ai', name: 'Example Ltd', purpose: 'provide', fields: promptFields, about })
  return who
}

/** Tells the processors of someone, by a mailer that sends or one that does not. */
const tellOf = async (who: Somebody, mode: 'smtp' | 'outbox') => {
  const written: Message[] = []
  const mailer = {
    mode,
    write: async (_tx: unknown, message: Message) => {
      written.push(message)
      return { written: true } as never
    },
  }
  const { id } = await world.ask(who)
  const notices = await world.system.database.transaction(async (tx) => {
    const rights = { ...world.rights, policy, mailer }
    await tellProcessors(rights, tx, id, await subjectNow(rights, tx, who.id), who.email)
    return listErasureNotices(tx, id)
  })
  return { written, notices: new Map(notices.map(({ recipient, state, reason }) => [recipient, reason ?? state])) }
}

it('each processor that can be reached is told of whom; of the others it is said why not', async () => {
  const { written, notices } = await tellOf(await disclosed('Told'), 'smtp')
  expect(Object.fromEntries(notices)).toEqual({
    mail: 'told',
    silent: 'the policy names no contact of it',
    former: 'the policy does not list it any more',
    'example-ai': 'it received nothing that says whose it is',
  })
  expect(written).toMatchObject([{ to: 'privacy@post.example', text: expect.stringContaining('told@example.org') }])
})

it('without a mail server nobody is told, and it says so', async () => {
  const { written, notices } = await tellOf(await disclosed('Untold'), 'outbox')
  expect(written).toEqual([])
  expect(notices.get('mail')).toBe('no mail server is set up')
})

it('the receipt lists who had received something; nothing of the person is left in it or in the record', async () => {
  const who = await disclosed('Gone')
  const mine = (await who.send('GET', '/me/data')).body
  expect(mine['disclosures']).toHaveLength(4)
  const { id, token } = await world.ask(who)
  expect(await world.erase(id)).toBe('done')
  const receipt = (await world.as()('GET', `/privacy/receipts/${token}`)).body
  expect((receipt['processors'] as { name: string }[]).map(({ name }) => name).sort()).toEqual([
    'Example Ltd',
    'Former Ltd',
    'Post Ltd',
    'Silent Ltd',
  ])
  expect(await world.search(who.id)).toEqual({})
  expect(await world.search(who.email)).toEqual({})
})
