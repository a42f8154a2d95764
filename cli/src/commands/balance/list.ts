import { command } from '../../command.ts'
import { price } from '../../money.ts'

export const listBalances = command({
  summary: 'List every prepaid balance (operator)',
  takes: ['pages'],
  examples: [['avow balance list', 'who is on prepaid, and what is left']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/operate/balances', { params: { query } }))
    session.printList(
      page,
      [
        { title: 'ORGANISATION', value: (one) => one.organisationId },
        { title: 'BALANCE', value: (one) => price(one.balanceMicros, one.currency) },
        { title: 'RESERVED', value: (one) => price(one.reservedMicros, one.currency) },
        { title: 'LEFT', value: (one) => price(one.leftMicros, one.currency) },
        { title: 'SPENT', value: (one) => price(one.spentMicros, one.currency) },
        { title: 'TOLD', value: (one) => one.alerts.map(({ percent }) => `${percent}%`).join(' ') || 'nothing' },
      ],
      'No organisation is on prepaid. See avow balance top-up --help',
    )
  },
})
