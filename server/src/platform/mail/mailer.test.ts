import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createDisclosures } from '../gates/index.ts'
import { egressFor, modelProvider, outwardPolicy } from '../gates/test-gates.ts'
import { createJobs, type Jobs } from '../jobs/index.ts'
import { createLog } from '../log/index.ts'
import type { Vault } from '../vault/index.ts'
import { openTestVault } from '../vault/test-vault.ts'
import type { Carrier } from './clear-mail.ts'
import { createMailer, type Mailer } from './mailer.ts'
import { listMail } from './outbox.ts'

let database: TestDatabase
let vault: Vault
let sink: SMTPServer
let jobs: Jobs
let mailer: Mailer
const received: { subject: string | undefined; text: string | undefined; to: string | undefined }[] = []
let refuse = false
const carriers = modelProvider({
  id: 'mail',
  name: 'Mail Ltd',
  purposes: ['communicate'],
  categories: ['account.contact', 'correspondence'],
})
const egress = egressFor([carriers])
const policy = { ...outwardPolicy([carriers]), hash: 'h' }
let carrier: Carrier

beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(refuse ? new Error('no such mailbox') : undefined),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          received.push({ subject: mail.subject, text: mail.text?.trim(), to: mail.to?.[0]?.address })
          done()
        })
      })
    },
  })
  await new Promise<void>((done) => {
    sink.listen(0, '127.0.0.1', done)
  })
  const { port } = sink.server.address() as AddressInfo
  carrier = {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    smtpRecipient: null,
    egress,
    disclosures: createDisclosures(policy, null),
  }
  mailer = createMailer({ database, clock: systemClock, vault, ...carrier, from: 'Avow <a@avow.localhost>' })
  jobs = createJobs(database, createLog('silent'))
  await jobs.start(mailer.jobs)
})
afterAll(async () => {
  await jobs.stop()
  await new Promise<void>((done) => {
    sink.close(() => done())
  })
  await vault.close()
  await database.close()
})
beforeEach(async () => {
  received.length = 0
  refuse = false
  await database.pool.query('truncate mail_outbox, disclosure, sending')
})

const message = {
  to: 'ada@example.org',
  about: 'per_ada',
  kind: 'verify-email',
  subject: 'Hello',
  text: 'Open https://x.example/v',
  links: ['https://x.example/v'],
} as const
const stateWhen = (wanted: string) =>
  expect
    .poll(async () => (await database.pool.query('select state from mail_outbox')).rows[0]?.state, { timeout: 10_000 })
    .toBe(wanted)

test('a message leaves after its transaction commits and is marked as sent', async () => {
  await database.transaction((tx) => mailer.write(tx, message))
  await stateWhen('sent')
  expect(received).toEqual([{ subject: 'Hello', text: message.text, to: 'ada@example.org' }])
})

test('a message whose transaction is rolled back never leaves', async () => {
  const broken = database.transaction(async (tx) => {
    await mailer.write(tx, message)
    throw new Error('changed my mind')
  })
  await expect(broken).rejects.toThrow('changed my mind')
  await database.transaction((tx) => mailer.write(tx, { ...message, subject: 'Second' }))
  await stateWhen('sent')
  expect(received.map((mail) => mail.subject)).toEqual(['Second'])
})

test('a message that the server refuses is kept and marked as failed, for another try', async () => {
  refuse = true
  await database.transaction((tx) => mailer.write(tx, message))
  await stateWhen('failed')
  const { rows } = await database.pool.query<{ attempts: number }>(
    "select attempts from graphile_worker.jobs where task_identifier = 'deliver-mail'",
  )
  expect(rows).toHaveLength(1)
})

test('without a mail server a message is held in the outbox', async () => {
  const held = createMailer({ database, clock: systemClock, vault, smtpUrl: undefined, from: 'x' })
  await database.transaction((tx) => held.write(tx, message))
  expect(held.mode).toBe('outbox')
  await stateWhen('held')
})

test('the outbox holds nothing of a message in clear, and none that is about an erased subject', async () => {
  const held = createMailer({ database, clock: systemClock, vault, smtpUrl: undefined, from: 'x' })
  await database.transaction((tx) => held.write(tx, { ...message, about: 'per_gone' }))
  const { rows } = await database.pool.query("select *, encode(sealed_message, 'escape') as bytes from mail_outbox")
  for (const part of [message.to, message.subject, 'x.example']) expect(JSON.stringify(rows)).not.toContain(part)
  const listed = () => listMail(database.direct, vault, { to: 'ADA@example.org', limit: 10 })
  expect(await listed()).toMatchObject([{ to: message.to, subject: 'Hello', links: message.links }])
  await vault.shred('per_gone')
  expect(await listed()).toEqual([])
})

/** Writes a message and delivers it by a mailer whose server is said to be another party's. */
const deliverBy = async (changed: Partial<Carrier>, mail: { about?: string } = {}) => {
  const by = createMailer({ database, clock: systemClock, vault, ...carrier, ...changed, from: 'x@x.invalid' })
  await database.transaction((tx) =>
    createMailer({ database, clock: systemClock, vault, smtpUrl: undefined, from: 'x' }).write(tx, {
      ...message,
      ...mail,
    }),
  )
  await database.pool.query("update mail_outbox set state = 'queued'")
  const { rows } = await database.pool.query<{ id: string }>('select id from mail_outbox')
  await by.jobs[0]?.run({ id: rows[0]?.id }, new AbortController().signal)
}

test('mail that another party carries is a disclosure about whom it is for', async () => {
  await deliverBy({ smtpRecipient: 'mail' })
  await stateWhen('sent')
  const { rows } = await database.pool.query('select recipient, name, fields, times, person_id from disclosure')
  expect(rows).toEqual([
    { recipient: 'mail', name: 'Mail Ltd', fields: ['email address', 'message'], times: '1', person_id: 'per_ada' },
  ])
})

test('of people without an account the disclosure keeps a keyed hash of the address', async () => {
  await deliverBy({ smtpRecipient: 'mail' }, { about: 'sup_1' })
  const { rows } = await database.pool.query('select person_id, address_index from disclosure')
  expect(rows).toEqual([{ person_id: null, address_index: expect.stringMatching(/^[0-9a-f]{64}$/) }])
})

test('mail does not leave for a server that the policy does not list: it is held, and says why', async () => {
  await deliverBy({ smtpUrl: 'smtp://mail.example.com:25' })
  await stateWhen('held')
  const [held] = await listMail(database.direct, vault, { limit: 1 })
  expect(held?.reason).toContain('mail.example.com is neither this machine')
  expect(egress.refused).toContain('recipients-only(unlisted)')
  expect(received).toEqual([])
  expect((await database.pool.query('select 1 from disclosure')).rows).toEqual([])
})
