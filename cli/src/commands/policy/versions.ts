import { command } from '../../command.ts'
import { harmless } from '../../terminal.ts'
import { relativeTime } from '../../time.ts'
import { changeWords, versionWords } from './version-words.ts'

export const policyVersions = command({
  summary: 'Show which version of the policy is in force, which waits, until when and why',
  examples: [['avow policy versions', 'newest first; --json has every change']],
  run: async (session) => {
    const { says, ...found } = await session.must(session.api().GET('/api/v1/policy/versions'))
    const page = { ...found, says, nextCursor: null }
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'VERSION', value: ({ policy, version }) => `${policy} ${version}` },
        { title: 'ANNOUNCED', value: ({ publishedAt }) => relativeTime(publishedAt, now), leftOutAs: 2 },
        { title: 'CHANGE', value: changeWords, mayShrink: true, leftOutAs: 1 },
        {
          title: 'TOLD',
          value: ({ notice }) => {
            if (notice === null) return '-'
            return notice.finishedAt === null ? `${notice.told}, under way` : `${notice.told}, all`
          },
        },
        { title: 'STATE', value: versionWords, mayShrink: true },
      ],
      'No version is recorded yet.',
    )
    for (const line of says) session.note(harmless(line))
  },
})
