import { sql } from 'drizzle-orm'
import type { Recipient, Sending } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'

const sendingTo = ({ id, purposes, categories }: Recipient, name: string): Sending[] =>
  purposes.flatMap((purpose) =>
    categories.map((category) => ({ address: null, recipient: id, purpose, fields: [{ name, category }] })),
  )

/** Recipients to which something can be sent by what is set up now, or was sent. */
const reached = async (system: CheckedSystem): Promise<ReadonlySet<string>> => {
  const tx = system.database.direct
  const { rows } = await tx.execute<{ recipient: string }>(sql`select distinct recipient from sending`)
  const set = (await system.configured(tx)).flatMap(({ sending }) => sending.recipient ?? [])
  return new Set([...set, ...rows.map(({ recipient }) => recipient)])
}

/** What was sent under the policy in force beyond the fields of its recipient. */
const sentBeyond = async ({ database, policy }: CheckedSystem, listed: readonly Recipient[]): Promise<string[]> => {
  const { rows } = await database.direct.execute<{ recipient: string; fields: string[] }>(
    sql`select recipient, fields from sending where policy = ${policy.hash}`,
  )
  return rows.flatMap(({ recipient, fields }) => {
    const allowed = listed.find(({ id }) => id === recipient)?.fields
    return fields.filter((one) => allowed?.includes(one) === false).map((one) => `${recipient} was sent “${one}”`)
  })
}

/** Offers the gate a field that is not listed for each recipient with a list, and those that are. */
export const recipientFields: Check<'recipient-fields'> = {
  name: 'recipient-fields',
  run: async (_rule, system) => {
    const { policy, gates } = system
    const listed = policy.source.recipients.filter(({ fields }) => fields !== undefined)
    const isAllowed = (sending: Sending): boolean => gates.egress.judge(sending).allowed
    const violations = [
      ...listed
        .filter((one) => sendingTo(one, 'a field that is not listed').some(isAllowed))
        .map(({ id }) => `the gate lets ${id} have a field that is not listed`),
      ...(await sentBeyond(system, listed)),
    ]
    const closed = listed.filter((one) => !(one.fields ?? []).every((name) => sendingTo(one, name).some(isAllowed)))
    const known = await reached(system)
    const idle = listed.filter(({ id }) => !known.has(id)).map(({ name }) => name)
    const figure = `${count(listed.length, 'recipient')} with a list of fields, ${listed.length - idle.length} of them reached by something`
    const unseen = [
      ...closed.map(({ id }) => `the gate refuses ${id} what is listed too, so its refusals prove nothing`),
      ...(idle.length === 0 ? [] : [`no feature sends anything to ${idle.join(', ')} yet`]),
      ...(listed.length === 0 ? ['no recipient has a list of fields'] : []),
    ]
    return finding(listed.length, violations, figure, unseen[0] ?? null)
  },
}
