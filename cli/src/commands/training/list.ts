import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'
import { approvalState } from './training-text.ts'

export const listTraining = command({
  summary: 'List opt-ins and approvals to train of every organisation (officer)',
  takes: ['pages'],
  examples: [['avow training list', 'newest first']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/privacy/training', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'STATE', value: approvalState },
        { title: 'ORGANISATION', value: (row) => row.organisationId },
        { title: 'KIND', value: (row) => row.kind },
        { title: 'CONTENT', value: (row) => row.content.join(', '), mayShrink: true },
        { title: 'DOCUMENT', value: (row) => row.document ?? '-', mayShrink: true },
        { title: 'GIVEN', value: (row) => relativeTime(row.givenAt, now) },
        { title: 'ID', value: (row) => row.id },
      ],
      'No organisation let anything train.',
    )
  },
})
