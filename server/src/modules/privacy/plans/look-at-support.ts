import { sql } from 'drizzle-orm'
import { Refusal } from '../../../platform/http/index.ts'
import { count, probe } from '../check.ts'
import { type Look, type PlanInForce, type PlanSystem, settledMs } from './plan-look.ts'

interface Member extends Record<string, unknown> {
  readonly id: string
  readonly address: string
}

const membersMax = 200

const membersOf = async ({ database }: PlanSystem, { organisationId }: PlanInForce): Promise<Member[]> => {
  const { rows } = await database.direct.execute<Member>(
    sql`select p.id, p.email_index as address from membership m join person p on p.id = m.person_id where m.organisation_id = ${organisationId} order by m.joined_at limit ${membersMax}`,
  )
  return rows
}

/** Asks as staff to see what is about a member, for a good reason; nothing of it remains. */
const isOpened = (system: PlanSystem, { id, address }: Member): Promise<boolean> =>
  probe(system.database, async (tx) => {
    const caller = { personId: id, sessionId: null, via: 'session', role: null, organisationId: null } as const
    const staff = { ...caller, staffRole: 'support', staffActive: true }
    const subject = { about: id, subjectIndex: address, subjectId: id }
    const wish = { scope: 'mail', reason: 'a trial of a deployment plan', ticket: 'trial', country: 'here' } as const
    try {
      await system.gates.staffAccess.grant(tx, staff, subject, { ...wish, minutes: 5, emergency: false })
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
    return (await system.gates.staffAccess.inForce(tx, staff, 'mail', [address])).has(address)
  })

const lookedAtSince = async (system: PlanSystem, { appliedAt }: PlanInForce, members: readonly Member[]) => {
  const since = new Date(appliedAt.getTime() + settledMs).toISOString()
  const addresses = sql.param(members.map(({ address }) => address))
  const { rows } = await system.database.direct.execute<{ n: number }>(
    sql`select count(*)::int as n from staff_access_read r join staff_access_grant g on g.id = r.grant_id where g.subject_index = any (${addresses}::text[]) and r.last_at > ${since}::timestamptz`,
  )
  return rows[0]?.n ?? 0
}

/** Looks whether staff can see what is about the members of an organisation, and whether they did. */
export const lookAtSupport = async (system: PlanSystem, plan: PlanInForce): Promise<Look> => {
  const members = await membersOf(system, plan)
  const [first] = members
  const isClosed = plan.settings.support === 'never'
  const opened = first !== undefined && (await isOpened(system, first))
  const addresses = members.map(({ address }) => address)
  const closed = await system.gates.staffAccess.closedTo(system.database.direct, addresses)
  const missed = isClosed ? addresses.filter((one) => !closed.has(one)).length : 0
  const seen = isClosed ? await lookedAtSince(system, plan, members) : 0
  return {
    check: 'planned-support',
    looked: members.length,
    violations: [
      ...(isClosed && opened ? ['staff may open what is about a member'] : []),
      ...(!isClosed && !opened ? ['staff may not open what the policy lets them'] : []),
      ...(missed > 0 ? [`the staff access gate leaves out ${count(missed, 'member')}`] : []),
      ...(seen > 0 ? [`staff looked at what is about its members, ${count(seen, 'time')}`] : []),
    ],
    figure: `${count(members.length, 'member')}, of whom staff may see ${isClosed ? 'nothing' : 'what the policy lets them'}; 1 access tried`,
    unseen: first === undefined ? 'the organisation has no member to try it with' : null,
  }
}
