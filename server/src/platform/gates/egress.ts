import type { Category, CompiledPolicy, Purpose } from '@avow/policy'
import { type Connections, hostOf, outsiderAt } from '../egress/index.ts'
import { Refusal } from '../http/problem.ts'
import type { Crossing, PlacementGate } from './placement.ts'

export type Recipient = CompiledPolicy['source']['recipients'][number]

/** One thing that is sent, by the name that people read, and its category. */
export interface SentField {
  readonly name: string
  readonly category: Category
}

/** What a message to a person's mailbox tells the server that carries it. */
export const mailFields: readonly SentField[] = [
  { name: 'email address', category: 'account.contact' },
  { name: 'message', category: 'correspondence' },
]

/** What a request to a model tells its server; nothing says whose it is. */
export const promptFields: readonly SentField[] = [{ name: 'prompts and answers', category: 'content.inference' }]

/** A call to another party, or many of the same kind. */
export interface Sending {
  /** Address of the party, with its scheme; null: none is known (an officer hands something over). */
  readonly address: string | null
  /** Who the operator says is there: an id of the policy's recipients; null: nobody but the operator, in their own network. */
  readonly recipient: string | null
  readonly purpose: Purpose
  readonly fields: readonly SentField[]
  /** The only recipients that the plan of the organisation allows whose data it is; null, or absent: it says nothing of them. */
  readonly planned?: readonly string[] | null
}

/** Who gets it. `own`: a machine of the operator's, on this host or in a private network. */
export type Party =
  | { readonly kind: 'own'; readonly host: string }
  | {
      readonly kind: 'recipient'
      readonly host: string | null
      readonly recipient: Recipient
      readonly crossing: Crossing | null
    }

export type EgressVerdict =
  | { readonly allowed: true; readonly party: Party }
  | {
      readonly allowed: false
      /** For the record; it names nothing that a person wrote. */
      readonly rule: string
      readonly why: string
      /** What the operator can do about it. */
      readonly todo: string
    }

/** The only way to send anything to another party. */
export interface EgressGate {
  /** A recipient of the policy by its id, or by its name. */
  find(wanted: string): Recipient | undefined
  /** The host of a recipient that it allows may then be connected to. */
  judge(sending: Sending): EgressVerdict
  /** @throws Refusal recipient_refused, after it was recorded */
  require(sending: Sending): Party
  /** What the plan of an organisation has against one of the recipients; null: nothing. Quick: for each call of a gateway. */
  judgePlan(recipient: string | null, planned: readonly string[] | null): EgressRefusal | null
  /** Records a refusal that is not an answer to anybody. */
  refuse(verdict: EgressRefusal): void
}

export type EgressRefusal = Extract<EgressVerdict, { allowed: false }>

const quoted = (words: readonly string[]): string => words.join(', ')

const entryFor = ({ purpose, fields }: Sending): string =>
  `{ id: NAME, name: who it is, role: processor, purposes: [${purpose}], categories: [${quoted([
    ...new Set(fields.map(({ category }) => category)),
  ])}], country: XX }`

const refused = (rule: string, why: string, todo: string): EgressRefusal => ({ allowed: false, rule, why, todo })

const judgePlan: EgressGate['judgePlan'] = (recipient, planned) =>
  recipient === null || planned === null || planned.includes(recipient)
    ? null
    : refused(
        `plan(${recipient})`,
        `the organisation's plan lets ${quoted(planned) || 'no recipient'} have its data, not ${recipient}`,
        'Use a model of this cloud; an officer can apply another plan, where the agreement says so.',
      )

const unlisted = (sending: Sending, host: string): EgressVerdict =>
  refused(
    'recipients-only(unlisted)',
    `${host} is neither this machine nor in a private network, and no recipient of the policy is named for it`,
    `Add who it is to \`recipients\` in the policy, such as ${entryFor(sending)}, and name that id here.`,
  )

const unknown = (sending: Sending, id: string, known: readonly Recipient[]): EgressVerdict =>
  refused(
    'recipients-only(unknown)',
    `${id} is not among the recipients of the policy (${quoted(known.map((one) => one.id)) || 'it has none'})`,
    `Add it to \`recipients\` in the policy, such as ${entryFor(sending).replace('NAME', id)}.`,
  )

/** What of a sending goes beyond what the policy lets a recipient have; null: nothing. */
const beyond = (recipient: Recipient, { purpose, fields }: Sending): EgressVerdict | null => {
  const { id, purposes, categories, fields: listed } = recipient
  const where = `recipient ${id} in the policy`
  if (!purposes.includes(purpose))
    return refused(
      `recipients-only(${id}, ${purpose})`,
      `${recipient.name} receives data for ${quoted(purposes)}, not for ${purpose}`,
      `Add ${purpose} to \`purposes\` of ${where}.`,
    )
  const category = fields.find((field) => !categories.includes(field.category))?.category
  if (category !== undefined)
    return refused(
      `recipients-only(${id}, ${category})`,
      `${recipient.name} may not receive ${category}`,
      `Add ${category} to \`categories\` of ${where}.`,
    )
  const field = listed && fields.find(({ name }) => !listed.includes(name))
  return field === undefined
    ? null
    : refused(
        `recipient-fields(${id})`,
        `${recipient.name} may receive ${quoted(listed ?? [])} only, not “${field.name}”`,
        `Add “${field.name}” to \`fields\` of ${where}.`,
      )
}

/** @param onRefused told of each refusal, to record it */
export const createEgressGate = (
  policy: Pick<CompiledPolicy, 'source'>,
  placement: Pick<PlacementGate, 'judge'>,
  connections: Pick<Connections, 'permit'>,
  onRefused: (rule: string) => void,
): EgressGate => {
  const { recipients } = policy.source
  const judge = (sending: Sending): EgressVerdict => {
    const { address, recipient: id } = sending
    const host = address === null ? null : hostOf(new URL(address))
    if (id === null) {
      const outsider = address === null ? null : outsiderAt(address)
      if (outsider !== null || host === null) return unlisted(sending, outsider ?? 'the party')
      return { allowed: true, party: { kind: 'own', host } }
    }
    const recipient = recipients.find((one) => one.id === id)
    if (recipient === undefined) return unknown(sending, id, recipients)
    const excess = judgePlan(id, sending.planned ?? null) ?? beyond(recipient, sending)
    if (excess !== null) return excess
    const { country = null, safeguard = null } = recipient
    const placed = placement.judge({ country, pin: null, safeguard })
    if (!placed.allowed)
      return refused(
        placed.rule,
        `${recipient.name}: ${placed.why}`,
        `Correct \`country\` of recipient ${id}, or add it to \`regions\` in the policy.`,
      )
    if (host !== null) connections.permit(host, 'recipient')
    return { allowed: true, party: { kind: 'recipient', host, recipient, crossing: placed.crossing } }
  }
  return {
    find: (wanted) => recipients.find(({ id }) => id === wanted) ?? recipients.find(({ name }) => name === wanted),
    judge,
    judgePlan,
    require: (sending) => {
      const verdict = judge(sending)
      if (verdict.allowed) return verdict.party
      onRefused(verdict.rule)
      throw new Refusal('recipient_refused', `${verdict.why}. ${verdict.todo} Nothing was sent.`)
    },
    refuse: ({ rule }) => onRefused(rule),
  }
}
