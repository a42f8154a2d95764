import { randomBytes, randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { probeAddress } from '../../../platform/http/index.ts'
import { type CheckedSystem, count } from '../check.ts'
import { type ProbeCalls, withCalls } from '../probe-calls.ts'

type Booked = Awaited<ReturnType<ProbeCalls['booked']>>['calls'][number]

/** What a cell of a record says; null where it is empty. */
const openCell = async (
  { vault, database }: CheckedSystem,
  { id, organisationId }: Booked,
  column: string,
  sealed: Buffer | null,
): Promise<string | null> => {
  if (sealed === null) return null
  const cell = { subject: organisationId, place: { table: 'usage_event', column, row: id }, sealed }
  const [plain = null] = await vault.openMany(database.direct, [cell])
  return plain
}

const judge = (what: string, isListed: boolean, found: string | null, sent: string): string[] => {
  if (!isListed) return found === null ? [] : [`the ${what} of a call is recorded, which the policy does not list`]
  return found === sent ? [] : [`the ${what} of a call is not recorded as it was seen`]
}

/** Calls the real gateway, plain and as a stream, and reads what its records say of the caller. */
const followCalls = (system: CheckedSystem, listed: readonly string[]): Promise<string[]> => {
  const agent = `probe-${randomBytes(8).toString('hex')}`
  const counts = () => ({ promptTokens: randomInt(1, 50), completionTokens: randomInt(1, 50) })
  return withCalls(system, counts, async ({ chat, booked }) => {
    for (const stream of [false, true]) await chat('probe', stream, { userAgent: agent })
    const { calls } = await booked()
    if (calls.length !== 2) return [`of 2 calls ${count(calls.length, 'record')} were made`]
    const violations: string[] = []
    for (const call of calls) {
      const address = await openCell(system, call, 'sealed_ip_address', call.sealedIpAddress)
      const program = await openCell(system, call, 'sealed_user_agent', call.sealedUserAgent)
      violations.push(
        ...judge('IP address', listed.includes('IP address'), address, probeAddress),
        ...judge('user agent', listed.includes('user agent'), program, agent),
      )
    }
    return violations
  })
}

/** What the records of calls under this policy hold of callers: nothing where it does not list it, and no silence where it does. */
const lookAtRecords = async (system: CheckedSystem, listed: readonly string[]): Promise<string[]> => {
  const { rows } = await system.database.direct.execute<Record<'calls' | 'addresses' | 'agents', string>>(sql`
    select count(*) as calls, count(sealed_ip_address) as addresses, count(sealed_user_agent) as agents
    from usage_event where at >= (select max(in_force_at) from policy_version where state = 'in-force')`)
  const [calls, addresses, agents] = [rows[0]?.calls, rows[0]?.addresses, rows[0]?.agents].map(Number)
  const held = { 'IP address': addresses ?? 0, 'user agent': agents ?? 0 }
  return (['IP address', 'user agent'] as const).flatMap((word) => {
    const some = held[word]
    if (!listed.includes(word))
      return some === 0 ? [] : [`${count(some, 'call')} with the ${word}, which is not listed`]
    return word === 'IP address' && (calls ?? 0) > 0 && some === 0 ? [`no call is recorded with the ${word}`] : []
  })
}

/** What is wrong with what records of calls say of callers, in words. */
export const checkCalls = async (system: CheckedSystem, listed: readonly string[]): Promise<string[]> => [
  ...new Set([...(await followCalls(system, listed)), ...(await lookAtRecords(system, listed))]),
]
