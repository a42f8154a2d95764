import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { movableClock } from '../../../platform/clock/index.ts'
import { createJobs, type Jobs } from '../../../platform/jobs/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { createMailer, type Mailer, serveUnsubscribe } from '../../../platform/mail/index.ts'
import { addPerson, dayMs } from '../test-notices.ts'
import { createTestSystem, shippedPolicy, type TestSystem } from '../test-system.ts'

const clock = movableClock(new Date('2027-03-01T09:00:00Z'))
const received: Email[] = []
let sink: SMTPServer
let port = 0
beforeAll(async () => {
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          received.push(mail)
          done()
        })
      })
    },
  })
  await new Promise<void>((done) => {
    sink.listen(0, '127.0.0.1', done)
  })
  port = (sink.server.address() as AddressInfo).port
})
afterAll(() => new Promise<void>((done) => sink.close(() => done())))

/** A server's mail under a policy, with a real mail server behind it. */
const open = async (policy: string) => {
  const system = await createTestSystem(dataMap, clock, shippedPolicy(policy))
  const { database, vault, marketing } = system
  const smtpUrl = `smtp://127.0.0.1:${port}`
  const carrier = { smtpUrl, smtpRecipient: null, egress: system.gates.egress, disclosures: system.disclosures }
  const mailer = createMailer({ database, clock, vault, marketing, ...carrier, from: 'Avow <a@avow.localhost>' })
  const jobs = createJobs(database, createLog('silent'))
  const pages = Fastify()
  await serveUnsubscribe(pages, system)
  const close = async () => {
    await jobs.stop()
    await pages.close()
    await database.close()
  }
  return { system, mailer, jobs, pages, close }
}

interface Opened {
  system: TestSystem
  mailer: Mailer
  jobs: Jobs
  pages: FastifyInstance
  close(): Promise<void>
}

const newsTo = ({ system, mailer }: Opened, about: string) =>
  system.database.transaction((tx) =>
    mailer.write(tx, { to: 'ada@people.invalid', about, kind: 'marketing', subject: 'News', text: 'Hello', links: [] }),
  )
const say = ({ system }: Opened, personId: string, state: 'given' | 'withdrawn') =>
  system.database.transaction((tx) =>
    system.gates.standing.recordConsent(tx, { personId, purpose: 'marketing', state, how: 'api' }),
  )
const seen = ({ system }: Opened, personId: string) =>
  system.database.transaction((tx) => system.marketing.seen(tx, personId))
const decisions = async ({ system }: Opened) => {
  const { rows } = await system.database.pool.query<{ line: string }>(
    "select decision || ' ' || rule as line from evidence_leaf where gate = 'mail' order by sequence",
  )
  return rows.map(({ line }) => line)
}
const states = async ({ system }: Opened) => {
  const { rows } = await system.database.pool.query<{ line: string }>(
    "select state || coalesce(' ' || reason, '') as line from mail_outbox order by created_at, id",
  )
  return rows.map(({ line }) => line)
}

describe('under a policy that asks first', () => {
  let world: Opened
  beforeAll(async () => {
    world = await open('easellm')
    await world.jobs.start(world.mailer.jobs)
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    received.length = 0
    await world.system.database.pool.query('truncate mail_outbox; delete from evidence_leaf')
  })

  it('news goes to who agreed, until they take it back; each decision is recorded', async () => {
    const ada = await addPerson(world.system, 'ada')
    expect(await newsTo(world, ada)).toEqual({ written: false, refusal: 'consent missing' })
    await seen(world, ada)
    expect(await newsTo(world, ada)).toEqual({ written: false, refusal: 'consent missing' })
    await say(world, ada, 'given')
    expect(await newsTo(world, ada)).toEqual({ written: true })
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1)
    await say(world, ada, 'withdrawn')
    expect(await newsTo(world, ada)).toEqual({ written: false, refusal: 'consent withdrawn' })
    expect(await decisions(world)).toEqual([
      'refused marketing: consent missing',
      'refused marketing: consent missing',
      'allowed marketing',
      'allowed marketing',
      'refused marketing: consent withdrawn',
    ])
  })

  it('each message carries the headers of one-click unsubscribe, and one post to its link ends news', async () => {
    const bo = await addPerson(world.system, 'bo')
    const cy = await addPerson(world.system, 'cy')
    for (const one of [bo, cy]) await say(world, one, 'given')
    await newsTo(world, bo)
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1)
    const headers = Object.fromEntries(received[0]?.headers.map(({ key, value }) => [key, value]) ?? [])
    const url = /^<(.+)>$/.exec(headers['list-unsubscribe'] ?? '')?.[1] ?? ''
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    expect(received[0]?.text?.replaceAll(/\s/g, '')).toContain(url)

    const path = new URL(url).pathname
    const looked = await world.pages.inject({ method: 'GET', url: path })
    expect(looked.body).toContain('<form method="post">')
    expect(looked.body).not.toContain('people.invalid')
    expect(await newsTo(world, bo)).toEqual({ written: true })

    const clicked = await world.pages.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'List-Unsubscribe=One-Click',
    })
    expect(clicked.statusCode).toBe(200)
    expect(await newsTo(world, bo)).toEqual({ written: false, refusal: 'consent withdrawn' })
    expect(await newsTo(world, cy)).toEqual({ written: true })
    const { rows } = await world.system.database.pool.query(
      'select how, state from consent_record where person_id = $1 and superseded_at is null',
      [bo],
    )
    expect(rows).toEqual([{ how: 'unsubscribe', state: 'withdrawn' }])
    expect((await world.pages.inject({ method: 'POST', url: path })).statusCode).toBe(200)
  })

  it('a link that was made up, or for another person, ends nothing', async () => {
    const di = await addPerson(world.system, 'di')
    const ed = await addPerson(world.system, 'ed')
    for (const one of [di, ed]) await say(world, one, 'given')
    const [, proof] = world.system.marketing.unsubscribeUrl(di).split('.').slice(-2)
    for (const token of [`${ed}.${proof}`, ed, `${ed}.`, 'nonsense']) {
      const answer = await world.pages.inject({ method: 'POST', url: `/unsubscribe/${token}` })
      expect(answer.statusCode, token).toBe(404)
    }
    expect(await newsTo(world, ed)).toEqual({ written: true })
  })

  it('news that waits does not leave any more once its reader ended it', async () => {
    const flo = await addPerson(world.system, 'flo')
    await say(world, flo, 'given')
    await world.jobs.stop()
    received.length = 0
    expect(await newsTo(world, flo)).toEqual({ written: true })
    await say(world, flo, 'withdrawn')
    const again = createJobs(world.system.database, createLog('silent'))
    await again.start(world.mailer.jobs)
    await expect.poll(() => states(world), { timeout: 10_000 }).toEqual(['refused consent withdrawn'])
    await again.stop()
    expect(received).toEqual([])
  })

  it('news ends for who has not cared for as long as the policy keeps addresses, and for who is erased', async () => {
    const gus = await addPerson(world.system, 'gus')
    await say(world, gus, 'given')
    clock.advance(400 * dayMs)
    await seen(world, gus)
    clock.advance(700 * dayMs)
    expect(await newsTo(world, gus)).toEqual({ written: true })
    clock.advance(40 * dayMs)
    expect(await newsTo(world, gus)).toEqual({ written: false, refusal: 'no contact' })
    await world.system.database.pool.query('delete from person where id = $1', [gus])
    const url = world.system.marketing.unsubscribeUrl(gus)
    expect((await world.pages.inject({ method: 'POST', url: new URL(url).pathname })).statusCode).toBe(200)
  })
})

it('under a policy that lets people say no, news goes to who used the service and did not', async () => {
  const world = await open('gmi-cloud')
  const [ada, bo] = [await addPerson(world.system, 'ada'), await addPerson(world.system, 'bo')]
  await seen(world, ada)
  expect(await newsTo(world, ada)).toEqual({ written: true })
  expect(await newsTo(world, bo)).toEqual({ written: false, refusal: 'no contact' })
  const url = world.system.marketing.unsubscribeUrl(ada)
  await world.pages.inject({ method: 'POST', url: new URL(url).pathname })
  await seen(world, ada)
  expect(await newsTo(world, ada)).toEqual({ written: false, refusal: 'consent withdrawn' })
  await world.close()
})

it('under a policy without marketing nothing of it is written, whatever anyone agreed to before', async () => {
  const world = await open('ozekai')
  const ada = await addPerson(world.system, 'ada')
  await world.system.database.pool.query(
    "insert into consent_record (id, person_id, purpose, state, at, policy, policy_version, how) values ('cns_1', $1, 'marketing', 'given', now(), 'easellm', '1.0.0', 'api')",
    [ada],
  )
  await seen(world, ada)
  expect(await newsTo(world, ada)).toEqual({ written: false, refusal: 'not in the policy' })
  expect(await states(world)).toEqual([])
  expect(await decisions(world)).toEqual(['refused marketing: not in the policy'])
  await world.close()
})
