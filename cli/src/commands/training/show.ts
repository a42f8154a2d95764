import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { relativeTime } from '../../time.ts'
import { approvalState, levelWords } from './training-text.ts'

export const showTraining = command({
  summary: 'Show whether your organisation’s content may train models, and who agreed to that',
  takes: ['organisation'],
  examples: [['avow training show', 'what the policy asks for, and each opt-in or approval']],
  run: async (session) => {
    const path = { organisationId: await currentOrganisation(session) }
    const training = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/training', { params: { path } }),
    )
    const now = session.world.now()
    session.printList(
      { ...training, nextCursor: null },
      [
        { title: 'STATE', value: approvalState },
        { title: 'KIND', value: (row) => row.kind },
        { title: 'CONTENT', value: (row) => row.content.join(', '), mayShrink: true },
        { title: 'OF', value: (row) => row.projectId ?? 'all projects' },
        { title: 'GIVEN', value: (row) => relativeTime(row.givenAt, now) },
        { title: 'UNTIL', value: (row) => (row.until === null ? 'withdrawn' : relativeTime(row.until, now)) },
        { title: 'ID', value: (row) => row.id },
      ],
      'Nobody let anything train.',
    )
    session.note(levelWords(training.level, training.by))
  },
})
