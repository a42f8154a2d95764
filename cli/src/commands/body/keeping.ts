import type { Answered } from '../../api-types.ts'
import { command, textFlag } from '../../command.ts'
import { memberName } from '../../members.ts'
import { currentProject } from '../../place.ts'
import type { Session } from '../../session.ts'
import { periodFrom, periodWords, shownTime } from '../../time.ts'

type Keeping = Answered<'/api/v1/projects/{projectId}/body-keeping', 'get', 200>

const shownPeriod = (period: string | null): string | null => (period === null ? null : periodWords(period))

const keepingText = ({ keep, period, periodMax, refusal, changedAt }: Keeping, who: string | null): string => {
  const state = keep
    ? `Bodies of calls are kept for ${shownPeriod(period ?? periodMax) ?? 'as long as the policy lets them'}.`
    : 'No bodies of calls are kept.'
  const most = refusal ?? `Longest period: ${shownPeriod(periodMax) ?? 'none stated'}`
  const said = changedAt === null ? '' : `Said on ${shownTime(changedAt)} by ${who ?? 'somebody who was erased'}\n`
  return `${state}\n${most}\n${said}`
}

const printKeeping = async (session: Session, projectId: string, keeping: Keeping): Promise<void> => {
  const { changedBy } = keeping
  const who = changedBy === null || session.common.json ? null : await memberName(session, projectId, changedBy)
  session.print(keeping, () => keepingText(keeping, who))
}

export const showKeeping = command({
  summary: 'Show whether the project keeps bodies of its calls',
  takes: ['project'],
  examples: [['avow body keeping', 'whether, for how long, and who said so']],
  run: async (session) => {
    const path = { projectId: await currentProject(session) }
    const keeping = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/body-keeping', { params: { path } }),
    )
    await printKeeping(session, path.projectId, keeping)
  },
})

const say = async (session: Session, keep: boolean, period: string | null): Promise<void> => {
  const path = { projectId: await currentProject(session) }
  const keeping = await session.must(
    session.api().PATCH('/api/v1/projects/{projectId}/body-keeping', { params: { path }, body: { keep, period } }),
  )
  await printKeeping(session, path.projectId, keeping)
}

export const keepBodies = command({
  summary: 'Keep what is asked and answered in the project, for its own people',
  flags: { for: textFlag('--for <period>', 'such as 7d, 12h or P7D; without it as long as is allowed') },
  details:
    'They are sealed, and searchable by metadata only. A request that says `store: false` is never kept. A shorter period holds for what is kept already, too.',
  takes: ['project'],
  examples: [['avow body keep --for 7d', 'a week of debugging']],
  run: (session, input) => say(session, true, input.for === undefined ? null : periodFrom(input.for)),
})

export const stopKeeping = command({
  summary: 'Keep no more bodies in the project',
  details: 'What is kept stays until its period ends; `avow body delete --all` deletes it now.',
  takes: ['project'],
  examples: [['avow body stop', 'nothing of the next call is kept']],
  run: (session) => say(session, false, null),
})
