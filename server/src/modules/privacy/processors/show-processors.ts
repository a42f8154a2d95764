import { type connectionView, contract, type processorView } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { hostOf } from '../../../platform/egress/index.ts'
import type { Recipient } from '../../../platform/gates/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { countSubjects, listSendings, type Received, receivedBy } from './processor-store.ts'
import type { Configured, Processors } from './processors.ts'

type Connection = z.input<typeof connectionView>
type Processor = z.input<typeof processorView>

interface Judged {
  readonly connection: Connection
  /** The recipient that gets it; null: nobody does, or a machine of the operator's. */
  readonly recipient: string | null
}

const judge = (processors: Processors, { what, name, sending }: Configured): Judged => {
  const verdict = processors.gates.egress.judge(sending)
  const place = { what, name, host: hostOf(new URL(sending.address)) }
  if (!verdict.allowed)
    return { connection: { ...place, state: 'refused', reason: `${verdict.why}. ${verdict.todo}` }, recipient: null }
  return verdict.party.kind === 'own'
    ? { connection: { ...place, state: 'own', reason: null }, recipient: null }
    : { connection: { ...place, state: 'allowed', reason: null }, recipient: verdict.party.recipient.id }
}

const entryOf = (recipient: Recipient) => ({
  id: recipient.id,
  name: recipient.name,
  role: recipient.role,
  purposes: [...recipient.purposes],
  categories: [...recipient.categories],
  fields: recipient.fields ? [...recipient.fields] : null,
  country: recipient.country ?? null,
  safeguard: recipient.safeguard ?? null,
  inPolicy: true,
})

/** Who received something and is not in the policy any more. */
const formerEntry = ({ recipient, name }: Received): ReturnType<typeof entryOf> => ({
  ...{ id: recipient, name, role: 'former' as Recipient['role'], purposes: [], categories: [], fields: null },
  ...{ country: null, safeguard: null, inPolicy: false },
})

const readRegister = async (processors: Processors, tx: Tx) => {
  const [configured, received, subjects] = [
    await processors.configured(tx),
    await receivedBy(tx),
    await countSubjects(tx),
  ]
  const judged = configured.map((one) => judge(processors, one))
  const listed = processors.policy.source.recipients.map(entryOf)
  const former = [...received.values()].filter(({ recipient }) => !listed.some(({ id }) => id === recipient))
  const items = [...listed, ...former.map(formerEntry)].map((entry): Processor => {
    const got = received.get(entry.id)
    return {
      ...entry,
      connections: judged.filter(({ recipient }) => recipient === entry.id).map(({ connection }) => connection),
      times: got?.times ?? 0,
      subjects: subjects.get(entry.id) ?? 0,
      firstAt: got?.firstAt.toISOString() ?? null,
      lastAt: got?.lastAt.toISOString() ?? null,
    }
  })
  const connections = judged.map(({ connection }) => connection)
  return {
    items,
    own: connections.filter(({ state }) => state === 'own'),
    refused: connections.filter(({ state }) => state === 'refused'),
  }
}

/** The register of processors: the policy's recipients, joined with what is set up and with what was sent. */
export const showProcessors = (processors: Processors): Route[] => [
  route(contract.processors.list, ({ tx }) => readRegister(processors, tx)),
  route(contract.processors.get, async ({ tx, params, query }) => {
    const { items } = await readRegister(processors, tx)
    const found = items.find(({ id }) => id === params.processorId)
    if (found === undefined) throw new Refusal('not_found')
    const sent = await listSendings(tx, found.id, query.limit)
    return {
      ...found,
      sent: sent.map(({ day, ground, purpose, categories, fields, toCountry, safeguard, times }) => ({
        ...{ ground, purpose, categories, fields, country: toCountry, safeguard, times },
        day: day.toISOString(),
      })),
    }
  }),
]
