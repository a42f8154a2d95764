import { sql } from 'drizzle-orm'
import { listMail } from '../../platform/mail/index.ts'
import type { CheckedSystem } from './check.ts'
import { deliverNotice } from './notices/index.ts'
import { type ProbePerson, type ProbeWorld, withModule } from './probe-people.ts'

/** People who can be told something, in a transaction of which nothing remains. */
export interface ProbeNotices extends ProbeWorld {
  readonly people: readonly ProbePerson[]
  /** Tells a notice to the people of the probe, by the code that tells everyone; whoever is there is left alone. */
  deliver(noticeId: string): Promise<void>
  /** What is wrong with how they were told; of the subject, how it begins. @param channels of the policy */
  missed(notice: { id: string; subject: string }, channels: readonly string[]): Promise<string[]>
}

const listOf = (body: unknown): readonly { id?: unknown }[] =>
  ((body as { items?: unknown } | null)?.items as readonly { id?: unknown }[] | undefined) ?? []

const missedBy = async (
  system: CheckedSystem,
  { tx, request }: ProbeWorld,
  person: ProbePerson,
  notice: { id: string; subject: string },
  channels: readonly string[],
): Promise<string[]> => {
  const mails = await listMail(tx, system.vault, { to: person.email, kind: 'notice', limit: 9 })
  const sent = mails.filter(({ subject }) => subject?.startsWith(notice.subject)).length
  const shown = listOf((await request('GET', '/me/notices', { token: person.token })).body)
  return [
    ...(channels.includes('mail') && sent === 0 ? ['an account was not told by mail'] : []),
    ...(sent > 1 ? [`an account was told ${sent} times`] : []),
    ...(channels.includes('console') && !shown.some(({ id }) => id === notice.id)
      ? ['an account was not told in the console']
      : []),
  ]
}

const peopleMin = 2

export const withNotices = <T>(system: CheckedSystem, work: (world: ProbeNotices) => Promise<T>): Promise<T> =>
  withModule(system, async (world) => {
    const { database } = world
    const people: ProbePerson[] = []
    while (people.length < peopleMin) people.push(await world.join())
    // Ids sort by time: whoever had an account before comes before the first of the probe's people.
    const [first = ''] = people.map(({ personId }) => personId).toSorted()
    const accounts = world.identity.api.accounts
    const delivery = { ...system, database, accounts, publicUrl: () => 'http://127.0.0.1' }
    return work({
      ...world,
      people,
      deliver: (noticeId) => deliverNotice(delivery, noticeId, { after: first.slice(0, -1) }),
      missed: async (notice, channels) => {
        const found: string[] = []
        for (const person of people) found.push(...(await missedBy(system, world, person, notice, channels)))
        return found
      },
    })
  })

/** Notices that should have reached everyone long ago. */
export const stuckNotices = async ({ database, clock }: CheckedSystem, kind: string): Promise<string[]> => {
  const dayAgo = new Date(clock.nowMs() - 86_400_000).toISOString()
  const { rows } = await database.direct.execute<{ id: string }>(
    sql`select id from notice where kind = ${kind} and finished_at is null and created_at < ${dayAgo}::timestamptz`,
  )
  return rows.map(({ id }) => `the notice ${id} has not reached everyone in a day`)
}
