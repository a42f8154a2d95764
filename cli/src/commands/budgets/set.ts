import { command, one, readFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { microsFromUnits, price } from '../../money.ts'
import { percentsFrom } from '../../percents.ts'
import { currentOrganisation } from '../../place.ts'
import type { Session } from '../../session.ts'
import { type Budget, targetOf } from './list.ts'

/** What the API takes for a project's or a key's id. */
const targetFrom = (of: string | undefined): { projectId?: string; keyId?: string } => {
  if (of === undefined || of.startsWith('org_')) return {}
  if (of.startsWith('prj_')) return { projectId: of }
  if (of.startsWith('key_')) return { keyId: of }
  throw usageFailure(
    `"${of}" is no id of a project or a key`,
    'It begins with prj_ or key_: avow project list, avow key list.',
  )
}

const path = '/api/v1/organisations/{organisationId}/budgets'

const save = async (
  session: Session,
  organisationId: string,
  target: ReturnType<typeof targetFrom>,
  change: { limitMicros: string; thresholds?: number[] },
): Promise<Budget> => {
  const params = { path: { organisationId } }
  const { items } = await session.must(session.api().GET(path, { params }))
  const wanted = target.keyId ?? target.projectId ?? 'organisation'
  const known = items.find((budget) => targetOf(budget) === wanted)
  return known === undefined
    ? session.must(session.api().POST(path, { params, body: { ...target, ...change } }))
    : session.must(
        session.api().PATCH(`${path}/{budgetId}`, {
          params: { path: { organisationId, budgetId: known.id } },
          body: change,
        }),
      )
}

export const setBudget = command({
  summary: 'Set what may be spent in a calendar month (UTC), or change it',
  details:
    'What was spent in this month counts already. A call that could cost more than is left of any budget that covers it is refused before any work. Owners, admins and billing people may set it; owners and billing people are told by mail at each threshold.',
  args: { amount: one('in currency units, such as 100 or 0.50') },
  flags: {
    of: textFlag('--of <id>', 'a project or an API key; without it the whole organisation'),
    tell: readFlag('--tell <percents>', 'when people are told: 50,80,100 (default), or never', percentsFrom),
  },
  takes: ['organisation'],
  examples: [
    ['avow budgets set 100', 'the whole organisation'],
    ['avow budgets set 5 --of key_123 --tell 90,100', 'one key'],
  ],
  run: async (session, { amount, of, tell }) => {
    const change = {
      limitMicros: String(microsFromUnits(amount)),
      ...(tell === undefined ? {} : { thresholds: tell }),
    }
    const budget = await save(session, await currentOrganisation(session), targetFrom(of), change)
    session.print(budget, () => {
      const { limitMicros, spentMicros, reservedMicros, leftMicros, currency } = budget
      const reserved =
        reservedMicros === '0' ? '' : `, ${price(reservedMicros, currency)} set aside for calls under way`
      return `${price(limitMicros, currency)} a month for ${targetOf(budget)}: ${price(spentMicros, currency)} spent in ${budget.month}${reserved}, ${price(leftMicros, currency)} left.\n`
    })
  },
})
