import { eq } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { type Database, mailOutbox, type Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/index.ts'
import type { MarketingGate, MarketingRefusal } from './marketing-gate.ts'
import type { StoredMail, WaitingMail } from './outbox.ts'

/** What the gate said of a message. One that is not written went nowhere; the decision is in the evidence log. */
export type MailDecision = { readonly written: true } | { readonly written: false; readonly refusal: MarketingRefusal }

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Absent: no marketing is written. */
  readonly marketing?: MarketingGate
}

/** Decides a message, and leaves a record of what was decided about marketing. */
export const decideMail = async (
  { clock, marketing }: Deps,
  tx: Tx,
  { kind, about }: { readonly kind: string; readonly about: string },
): Promise<MailDecision> => {
  if (kind !== 'marketing') return { written: true }
  const refusal = marketing === undefined ? 'not in the policy' : await marketing.refusal(tx, about)
  const rule = `marketing${refusal === null ? '' : `: ${refusal}`}`
  await recordDecision(tx, clock, { gate: 'mail', decision: refusal === null ? 'allowed' : 'refused', rule })
  return refusal === null ? { written: true } : { written: false, refusal }
}

/** Whether a message may still leave: people unsubscribe while mail waits. One that may not is marked so. */
export const mayLeave = (deps: Deps, message: WaitingMail): Promise<boolean> =>
  deps.database.transaction(async (tx) => {
    const decision = await decideMail(deps, tx, message)
    if (decision.written) return true
    const refused = { state: 'refused', reason: decision.refusal } as const
    await tx.update(mailOutbox).set(refused).where(eq(mailOutbox.id, message.id))
    return false
  })

/** One click of the mail program ends news (RFC 8058). */
export const headersOf = ({ marketing }: Deps, { kind, about }: StoredMail): Record<string, string> =>
  kind !== 'marketing' || marketing === undefined
    ? {}
    : {
        'List-Unsubscribe': `<${marketing.unsubscribeUrl(about)}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }

/** News says in its text, too, how it ends. */
export const withWayOut = <M extends { kind: string; about: string; text: string; links: readonly string[] }>(
  { marketing }: Deps,
  message: M,
): M => {
  if (message.kind !== 'marketing' || marketing === undefined) return message
  const url = marketing.unsubscribeUrl(message.about)
  const text = `${message.text}\n\nNo more news, with one click and no sign-in: ${url}`
  return { ...message, text, links: [...message.links, url] }
}
