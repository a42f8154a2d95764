import { choiceFlag, command, switchFlag, textFlag } from '../../command.ts'
import { relativeTime } from '../../time.ts'
import { approvalState } from './training-text.ts'

export const listTraining = command({
  summary: 'List opt-ins and approvals to train of every organisation (officer)',
  flags: {
    customer: textFlag('--customer <id>', 'of this organisation'),
    kind: choiceFlag('--kind <kind>', 'given in this way', ['opt-in', 'written-approval']),
    inForce: switchFlag('--in-force', 'that are neither over nor withdrawn'),
  },
  takes: ['pages'],
  examples: [['avow training list --in-force', 'newest first']],
  run: async (session, { customer, kind, inForce }) => {
    const wanted = {
      ...(customer === undefined ? {} : { organisationId: customer }),
      ...(kind === undefined ? {} : { kind }),
      ...(inForce ? { inForce: 'true' as const } : {}),
    }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/privacy/training', { params: { query: { ...query, ...wanted } } }),
    )
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
      Object.keys(wanted).length > 0 ? 'No approval is like that.' : 'No organisation let anything train.',
    )
  },
})
