import { choiceFlag, command, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { relativeTime } from '../../time.ts'

const states = ['waiting', 'running', 'held', 'done', 'denied', 'cancelled'] as const
const kinds = ['access', 'export', 'rectification', 'erasure', 'restriction', 'objection', 'appeal'] as const

const columns = (session: Session, everyone: boolean) => {
  const now = session.world.now()
  interface Row {
    kind: string
    state: string
    askedAt: string
    dueAt: string
    finishedAt: string | null
    overdue: boolean
    personId?: string | null
    id: string
  }
  return [
    { title: 'KIND', value: (row: Row) => row.kind },
    ...(everyone ? [{ title: 'OF', value: (row: Row) => row.personId ?? 'erased' }] : []),
    { title: 'STATE', value: (row: Row) => row.state },
    { title: 'ASKED', value: (row: Row) => relativeTime(row.askedAt, now) },
    {
      title: 'DUE',
      value: (row: Row) => relativeTime(row.dueAt, now),
      paint: (text: string, row: Row) => (row.overdue ? session.paint.red(text) : text),
    },
    { title: 'DONE', value: (row: Row) => relativeTime(row.finishedAt, now) },
    { title: 'ID', value: (row: Row) => row.id },
  ]
}

export const listRequests = command({
  summary: 'List what you asked for by right; with --everyone, what anybody did (officer)',
  flags: {
    everyone: switchFlag('--everyone', 'requests of all people, with their deadlines (staff)'),
    open: switchFlag('--open', 'with --everyone: those that are not over'),
    state: choiceFlag('--state <state>', 'with --everyone', states),
    kind: choiceFlag('--kind <kind>', 'with --everyone', kinds),
    dueBefore: textFlag('--due-before <time>', 'with --everyone: due before this UTC instant'),
    person: textFlag('--person <id>', 'with --everyone: of this person'),
  },
  takes: ['pages'],
  examples: [
    ['avow privacy requests', 'yours'],
    ['avow privacy requests --everyone --open', 'for the privacy officer: what waits'],
  ],
  run: async (session, { everyone, open, state, kind, dueBefore, person }) => {
    const filters = {
      ...(open ? { open: 'true' as const } : {}),
      ...(state === undefined ? {} : { state }),
      ...(kind === undefined ? {} : { kind }),
      ...(dueBefore === undefined ? {} : { dueBefore }),
      ...(person === undefined ? {} : { personId: person }),
    }
    if (!everyone && Object.keys(filters).length > 0)
      throw usageFailure('These filters need --everyone', 'Your own requests are few: they are listed whole.')
    const page = everyone
      ? await session.pages((query) =>
          session.api().GET('/api/v1/privacy/requests', { params: { query: { ...query, ...filters } } }),
        )
      : await session.pages((query) => session.api().GET('/api/v1/me/requests', { params: { query } }))
    session.printList(page, columns(session, everyone), 'No request.')
  },
})
