import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listPlans = command({
  summary: 'List deployment plans in force (officer)',
  takes: ['pages'],
  examples: [['avow plan list', 'newest first']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/privacy/plans', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'ORGANISATION', value: (row) => row.organisationId },
        { title: 'PLAN', value: (row) => row.plan },
        { title: 'AGREEMENT', value: (row) => row.agreement, mayShrink: true },
        { title: 'SINCE', value: (row) => relativeTime(row.appliedAt, now) },
        {
          title: 'SETS',
          value: (row) => row.settings.map(({ name, value }) => `${name} ${value}`).join(', '),
          mayShrink: true,
          leftOutAs: 1,
        },
      ],
      'No organisation has a plan. Apply one with: avow plan apply FILE ORGANISATION',
    )
  },
})
