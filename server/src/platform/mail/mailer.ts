import { eq } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { type Database, mailOutbox, type Tx } from '../db/index.ts'
import { type MailToSend, openSmtp } from '../egress/index.ts'
import { Refusal } from '../http/index.ts'
import { newId } from '../ids.ts'
import { enqueue, type Job } from '../jobs/index.ts'
import { describeError } from '../log/index.ts'
import type { Vault } from '../vault/index.ts'
import { type Carrier, clearMail } from './clear-mail.ts'
import { decideMail, headersOf, type MailDecision, mayLeave, withWayOut } from './decide-mail.ts'
import type { MarketingGate } from './marketing-gate.ts'
import { findWaitingMail, openToHandOver, type StoredMail, sealMail } from './outbox.ts'

/** What a message is for. All but `marketing` are service messages. */
export const mailKinds = [
  'verify-email',
  'already-registered',
  'password-reset',
  'invitation',
  'security',
  'rights',
  'staff',
  'notice',
  'budget',
  'answer',
  'marketing',
] as const
export type MailKind = (typeof mailKinds)[number]

export interface Message {
  to: string
  /** Whose mail it is: the id of a person, a sign-up, an invitation or a message, under whose key it is sealed. */
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
  /**
   * Puts a message into the outbox inside the caller's transaction; it leaves after commit, or is held for reading.
   * Marketing is decided here, person by person, and once more before it leaves.
   * @throws Refusal policy_refused for a kind that is none
   */
  write(tx: Tx, message: Message): Promise<MailDecision>
  /** A message as the mail server gets it. */
  compose(message: StoredMail): Required<MailToSend>
  readonly mode: 'smtp' | 'outbox'
  readonly jobs: readonly Job[]
}

const deliverJob = 'deliver-mail'

interface MailerDeps {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor' | 'openMany' | 'blindIndex'>
  readonly from: string
  /** Without it no marketing is written. */
  readonly marketing?: MarketingGate
}

export const createMailer = (deps: MailerDeps & (Carrier | { readonly smtpUrl: undefined })): Mailer => {
  const { database, clock, vault } = deps
  const carrier = deps.smtpUrl === undefined || !('egress' in deps) ? undefined : deps
  const transport = carrier?.smtpUrl === undefined ? undefined : openSmtp(carrier.smtpUrl, deps.from)

  const compose = (message: StoredMail): Required<MailToSend> => ({
    to: message.to,
    subject: message.subject,
    text: message.text,
    headers: headersOf(deps, message),
    messageId: `<${message.id}@avow.invalid>`,
  })

  const deliver = async (id: string): Promise<void> => {
    const waiting = await findWaitingMail(database.direct, id)
    if (waiting === undefined || carrier === undefined || transport === undefined) return
    if (waiting.state === 'sent' || waiting.state === 'refused' || !(await mayLeave(deps, waiting))) return
    const message = await openToHandOver(database.direct, vault, waiting)
    if (message === undefined) return
    const refusal = await clearMail(deps, carrier, message)
    if (refusal !== null) {
      await database.direct.update(mailOutbox).set({ state: 'held', reason: refusal }).where(eq(mailOutbox.id, id))
      return
    }
    try {
      await transport.send(compose(message))
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
    compose,
    mode: transport === undefined ? 'outbox' : 'smtp',
    write: async (tx, message) => {
      // Types alone would let a cast through.
      if (!(mailKinds as readonly string[]).includes(message.kind))
        throw new Refusal('policy_refused', `The policy has no mail of the kind ${message.kind}.`)
      const decision = await decideMail(deps, tx, message)
      if (!decision.written) return decision
      const id = newId('mail', clock)
      await tx.insert(mailOutbox).values({
        id,
        ...(await sealMail(vault, { ...withWayOut(deps, message), id })),
        aboutPersonId: message.aboutPersonId ?? null,
        kind: message.kind,
        state: transport === undefined ? 'held' : 'queued',
        reason: null,
        createdAt: clock.now(),
        sentAt: null,
      })
      if (transport !== undefined) await enqueue(tx, deliverJob, { id }, { key: `mail:${id}` })
      return decision
    },
    jobs: [
      {
        name: deliverJob,
        readsFor: ['communicate', 'support'],
        run: async (payload) => {
          const id = (payload as { id?: unknown }).id
          if (typeof id === 'string') await deliver(id)
        },
      },
    ],
  }
}
