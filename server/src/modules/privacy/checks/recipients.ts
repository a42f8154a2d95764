import { type Category, categories, type Purpose, purposes } from '@avow/policy'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { hostOf } from '../../../platform/egress/index.ts'
import { type EgressGate, promptFields, type Recipient, type Sending } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'

const stranger = 'avow-probe.invalid'

const promptsTo = (address: string, recipient: string | null): Sending => ({
  address,
  recipient,
  purpose: 'provide',
  fields: promptFields,
})

/** One thing of a category to a recipient: by a field that it may have, where its fields are listed. */
const oneOf = ({ id, fields }: Recipient, purpose: Purpose, category: Category): Sending => ({
  address: null,
  recipient: id,
  purpose,
  fields: [{ name: fields?.[0] ?? 'probe', category }],
})

interface Probes {
  tried: number
  readonly violations: string[]
}

const refuses = (gate: EgressGate, probes: Probes, sending: Sending, violation: string): void => {
  probes.tried++
  if (gate.judge(sending).allowed) probes.violations.push(violation)
}

/** Whether it lets nobody go on whom it refuses. Asked once: each refusal is recorded. */
const stops = (gate: EgressGate, sending: Sending): boolean => {
  try {
    gate.require(sending)
    return false
  } catch {
    return true
  }
}

/** Offers the gate what it must refuse: strangers, and for each recipient each category and purpose that is not its own. */
const probeGate = ({ policy, gates }: CheckedSystem): Probes => {
  const probes: Probes = { tried: 0, violations: [] }
  const { egress } = gates
  for (const scheme of ['https', 'smtps'])
    refuses(
      egress,
      probes,
      promptsTo(`${scheme}://${stranger}/`, null),
      `the gate lets a stranger be sent to by ${scheme}`,
    )
  refuses(
    egress,
    probes,
    promptsTo(`https://${stranger}/`, 'avow-probe'),
    'the gate lets an unlisted recipient be named',
  )
  probes.tried++
  if (!stops(egress, promptsTo(`https://${stranger}/`, null)))
    probes.violations.push('the gate refuses a stranger and lets callers go on')
  for (const recipient of policy.source.recipients) {
    const [category = 'system'] = recipient.categories
    const [purpose = 'provide'] = recipient.purposes
    for (const other of categories.filter((one) => !recipient.categories.includes(one)))
      refuses(egress, probes, oneOf(recipient, purpose, other), `the gate lets ${recipient.id} have ${other}`)
    for (const other of purposes.filter((one) => !recipient.purposes.includes(one)))
      refuses(egress, probes, oneOf(recipient, other, category), `the gate lets ${recipient.id} have data for ${other}`)
  }
  return probes
}

/** What left under the policy in force, and should not have. */
const readSent = async (tx: Tx, { policy }: CheckedSystem): Promise<{ rows: number; violations: string[] }> => {
  const { rows } = await tx.execute<{ recipient: string; purpose: string; categories: string[] }>(
    sql`select recipient, purpose, categories from sending where ground = 'processor' and policy = ${policy.hash}`,
  )
  const violations = rows.flatMap(({ recipient, purpose, categories: sent }) => {
    const entry = policy.source.recipients.find(({ id }) => id === recipient)
    if (entry === undefined) return [`something was sent to ${recipient}, which the policy does not list`]
    const beyond = sent.filter((one) => !entry.categories.some((category) => category === one))
    const isPurpose = entry.purposes.some((one) => one === purpose)
    return [
      ...beyond.map((category) => `${recipient} was sent ${category}`),
      ...(isPurpose ? [] : [`${recipient} was sent data for ${purpose}`]),
    ]
  })
  return { rows: rows.length, violations: [...new Set(violations)] }
}

/** Whether the guard below the gate is there, and lets nothing through that the gate did not permit. */
const readGuard = ({ connections }: CheckedSystem): string[] => [
  ...(connections.isGuarding() ? [] : ['no guard is over the connections of this process']),
  ...(connections.mayReach(stranger) ? ['the guard lets a stranger be connected to'] : []),
  ...connections
    .seen()
    .outside.filter(({ allowed, reason }) => allowed > 0 && reason === null)
    .map(({ host }) => `${host} was connected to, which no gate permitted`),
]

/** Exercises the egress gate, and reads what was sent and connected to. */
export const recipientsOnly: Check<'recipients-only'> = {
  name: 'recipients',
  run: async (_rule, system) => {
    const probes = probeGate(system)
    const sent = await readSent(system.database.direct, system)
    const parties = await system.configured(system.database.direct)
    const astray = parties.flatMap(({ name, sending }) => {
      const verdict = system.gates.egress.judge(sending)
      const host = hostOf(new URL(sending.address))
      return !verdict.allowed && system.connections.mayReach(host) && sending.recipient !== null
        ? [`${name} is refused by the policy, and ${host} can be connected to`]
        : []
    })
    const { own, outside } = system.connections.seen()
    const reached = outside.filter(({ allowed }) => allowed > 0).length
    const figure = `${count(probes.tried, 'probe')} of the gate, ${count(sent.rows, 'row')} of what was sent, ${count(parties.length, 'server')} set up; connections since the start: ${own} to our own, to ${count(reached, 'host')} outside`
    const violations = [...probes.violations, ...sent.violations, ...astray, ...readGuard(system)]
    return finding(probes.tried + sent.rows, violations, figure)
  },
}
