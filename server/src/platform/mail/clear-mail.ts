import type { Clock } from '../clock/index.ts'
import type { Database } from '../db/index.ts'
import { type Concerned, type Disclosures, type EgressGate, mailFields, type Sending } from '../gates/index.ts'
import type { Vault } from '../vault/index.ts'
import { addressIndex, type StoredMail } from './outbox.ts'

/** The server that carries mail, and who is asked before it gets any. */
export interface Carrier {
  readonly smtpUrl: string | undefined
  /** Who runs it, as an id of the policy's recipients; null: the operator, on a machine of their own. */
  readonly smtpRecipient: string | null
  readonly egress: Pick<EgressGate, 'judge' | 'refuse'>
  readonly disclosures: Disclosures
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'blindIndex'>
}

/** What a mail server is told, and who it is. */
export const mailTo = (
  { smtpUrl, smtpRecipient }: Pick<Carrier, 'smtpUrl' | 'smtpRecipient'>,
  kind?: string,
): Sending => ({
  address: smtpUrl ?? null,
  recipient: smtpRecipient,
  purpose: kind === 'marketing' ? 'marketing' : 'communicate',
  fields: mailFields,
})

const personId = /^per_/

/** Ids of sign-ups and invitations are nobody's; there the address says who it is. */
const concernedBy = (vault: Deps['vault'], { about, to }: Pick<StoredMail, 'about' | 'to'>): Concerned =>
  personId.test(about) ? { kind: 'person', id: about } : { kind: 'address', index: addressIndex(vault, to) }

/**
 * Asks the egress gate for each message, and records the disclosure before it happens.
 * @returns why the message may not leave; null: it may
 */
export const clearMail = async (deps: Deps, carrier: Carrier, message: StoredMail): Promise<string | null> => {
  const sending = mailTo(carrier, message.kind)
  const verdict = carrier.egress.judge(sending)
  if (!verdict.allowed) {
    carrier.egress.refuse(verdict)
    return `${verdict.why}. ${verdict.todo}`
  }
  if (verdict.party.kind === 'own') return null
  const { recipient, crossing } = verdict.party
  const { id, name, country = null, safeguard = null } = recipient
  await deps.database.transaction((tx) =>
    carrier.disclosures.record(tx, [
      {
        ground: 'processor',
        recipient: id,
        name,
        purpose: sending.purpose,
        fields: sending.fields,
        country,
        safeguard: crossing?.safeguard ?? safeguard,
        about: [concernedBy(deps.vault, message)],
        times: 1,
        at: deps.clock.now(),
      },
    ]),
  )
  return null
}
