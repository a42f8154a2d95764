import { and, eq, inArray, lt } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { type Check, count, finding, probe } from '../check.ts'
import { insertRequest, rightsRequest } from '../rights/index.ts'

/** Rights that people can use here, and the kind of request that they make. */
const kinds = {
  access: 'access',
  portability: 'export',
  rectification: 'rectification',
  erasure: 'erasure',
  restriction: 'restriction',
  objection: 'objection',
  appeal: 'appeal',
} as const
const isUsable = (right: string): right is keyof typeof kinds => Object.hasOwn(kinds, right)

const countLate = (tx: Tx, kind: (typeof kinds)[keyof typeof kinds], now: Date): Promise<number> => {
  const open = inArray(rightsRequest.state, ['waiting', 'running'])
  return tx.$count(rightsRequest, and(eq(rightsRequest.kind, kind), open, lt(rightsRequest.dueAt, now)))
}

/** Counts requests past their deadline, and sees that a late one would be counted. */
export const deadlines: Check<'deadline'> = {
  name: 'deadlines',
  run: async (rule, { clock, database }) => {
    if (!isUsable(rule.argument)) return finding(0, [], 'nothing to count', `nobody can ask for ${rule.argument} yet`)
    const kind = kinds[rule.argument]
    const now = clock.now()
    const late = await countLate(database.direct, kind, now)
    const all = await database.direct.$count(rightsRequest, eq(rightsRequest.kind, kind))
    const wouldSee = await probe(database, async (tx) => {
      const before = new Date(now.getTime() - 1000)
      const times = { askedAt: before, dueAt: before, startsAt: before }
      await insertRequest(tx, { id: newId('rrq', clock), kind, state: 'waiting', personId: null, ...times })
      return (await countLate(tx, kind, now)) === late + 1
    })
    const violations = late > 0 ? [`${count(late, 'request')} past the deadline`] : []
    const figure = `${late} of ${count(all, 'request')} past the deadline`
    return wouldSee
      ? finding(all + 1, violations, figure)
      : finding(0, violations, figure, 'a late request would not be counted')
  },
}
