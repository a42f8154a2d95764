import { eq } from 'drizzle-orm'
import nodemailer from 'nodemailer'
import type { Clock } from '../clock/index.ts'
import { type Database, mailOutbox, type Tx } from '../db/index.ts'
import { Refusal } from '../http/index.ts'
import { newId } from '../ids.ts'
import { enqueue, type Job } from '../jobs/index.ts'
import { describeError } from '../log/index.ts'
import type { Vault } from '../vault/index.ts'
import { findMail, sealMail } from './outbox.ts'

/** What a message is for. All are service messages; a policy that has marketing adds its own gate. */
export const mailKinds = [
  'verify-email',
  'already-registered',
  'password-reset',
  'invitation',
  'security',
  'rights',
] as const
export type MailKind = (typeof mailKinds)[number]

export interface Message {
  to: string
  /** Whose mail it is: the id of a person, a sign-up or an invitation, under whose key it is sealed. */
  about: string
  kind: MailKind
  subject: string
  /** Plain text, lines of any length. */
  text: string
  /** Links in the text that a reader may want to click, for the outbox page. */
  links: readonly string[]
  /** The person whom the text names, if it goes to another: erasing them erases our copy. */
  aboutPersonId?: string
}

/** The only way to write to a person. */
export interface Mailer {
  /** Puts a message into the outbox inside the caller's transaction; it leaves after commit, or is held for reading. */
  write(tx: Tx, message: Message): Promise<void>
  readonly mode: 'smtp' | 'outbox'
  readonly jobs: readonly Job[]
}

const deliverJob = 'deliver-mail'

export const createMailer = (deps: {
  database: Database
  clock: Clock
  vault: Pick<Vault, 'sealFor' | 'openMany' | 'blindIndex'>
  smtpUrl: string | undefined
  from: string
}): Mailer => {
  const { database, clock, vault } = deps
  const transport =
    deps.smtpUrl === undefined ? undefined : nodemailer.createTransport(deps.smtpUrl, { from: deps.from })

  const deliver = async (id: string): Promise<void> => {
    const message = await findMail(database.direct, vault, id)
    if (message === undefined || message.state === 'sent' || transport === undefined) return
    try {
      await transport.sendMail({
        to: message.to,
        subject: message.subject,
        text: message.text,
        messageId: `<${id}@avow.invalid>`,
      })
    } catch (error) {
      await database.direct
        .update(mailOutbox)
        .set({ state: 'failed', reason: describeError(error).code ?? 'the mail server refused it' })
        .where(eq(mailOutbox.id, id))
      throw error
    }
    await database.direct
      .update(mailOutbox)
      .set({ state: 'sent', reason: null, sentAt: clock.now() })
      .where(eq(mailOutbox.id, id))
  }

  return {
    mode: transport === undefined ? 'outbox' : 'smtp',
    write: async (tx, message) => {
      // Types alone would let a cast through.
      if (!(mailKinds as readonly string[]).includes(message.kind))
        throw new Refusal('policy_refused', `The policy has no mail of the kind ${message.kind}.`)
      const id = newId('mail', clock)
      await tx.insert(mailOutbox).values({
        id,
        ...(await sealMail(vault, { ...message, id })),
        aboutPersonId: message.aboutPersonId ?? null,
        kind: message.kind,
        state: transport === undefined ? 'held' : 'queued',
        reason: null,
        createdAt: clock.now(),
        sentAt: null,
      })
      if (transport !== undefined) await enqueue(tx, deliverJob, { id }, { key: `mail:${id}` })
    },
    jobs: [
      {
        name: deliverJob,
        run: async (payload) => {
          const id = (payload as { id?: unknown }).id
          if (typeof id === 'string') await deliver(id)
        },
      },
    ],
  }
}
