import type { Answered } from '../../api-types.ts'
import { command } from '../../command.ts'
import { keyNames } from '../../key-view.ts'
import { price } from '../../money.ts'
import { currentOrganisation } from '../../place.ts'

export type Budget = Answered<'/api/v1/organisations/{organisationId}/budgets', 'post', 201>

export const targetOf = ({ keyId, projectId }: Budget): string => keyId ?? projectId ?? 'organisation'

const shownTarget = (budget: Budget, names: ReadonlyMap<string, string>): string => {
  const name = names.get(budget.keyId ?? '')
  return name === undefined ? targetOf(budget) : `key ${name}`
}

export const listBudgets = command({
  summary: 'List monthly budgets, with what is spent, reserved and left',
  details:
    'Reserved is what calls under way could still cost, and what gateways hold for the next ones. A budget begins anew with each month (UTC).',
  takes: ['organisation'],
  examples: [['avow budgets list', 'of the organisation, its projects and its keys']],
  run: async (session) => {
    const path = { organisationId: await currentOrganisation(session) }
    const { items } = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/budgets', { params: { path } }),
    )
    const projects = new Set(items.flatMap(({ keyId, projectId }) => (keyId === null ? [] : (projectId ?? []))))
    const names = new Map<string, string>()
    if (!session.common.json)
      for (const projectId of projects) for (const [id, name] of await keyNames(session, projectId)) names.set(id, name)
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'OF', value: (one) => shownTarget(one, names), mayShrink: true },
        { title: 'LIMIT', value: (one) => price(one.limitMicros, one.currency) },
        { title: 'SPENT', value: (one) => price(one.spentMicros, one.currency) },
        { title: 'RESERVED', value: (one) => price(one.reservedMicros, one.currency) },
        { title: 'LEFT', value: (one) => price(one.leftMicros, one.currency) },
        { title: 'TELLS AT', value: (one) => one.thresholds.map((percent) => `${percent}%`).join(' ') || 'never' },
        { title: 'TOLD', value: (one) => one.alerts.map(({ percent }) => `${percent}%`).join(' ') || 'nothing' },
        { title: 'ID', value: (one) => one.id },
      ],
      'No budget is set here: calls may cost anything. See avow budgets set --help',
    )
  },
})
