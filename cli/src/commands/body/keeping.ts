import type { Answered } from '../../api-types.ts'
import { command, textFlag } from '../../command.ts'
import { currentProject } from '../../place.ts'
import type { Session } from '../../session.ts'
import { shownTime } from '../../time.ts'

type Keeping = Answered<'/api/v1/projects/{projectId}/body-keeping', 'get', 200>

const keepingText = ({ keep, period, periodMax, refusal, changedAt, changedBy }: Keeping): string => {
  const state = keep
    ? `Bodies of calls are kept for ${period ?? periodMax ?? 'as long as the policy lets them'}.`
    : 'No bodies of calls are kept.'
  const most = refusal ?? `Longest period: ${periodMax ?? 'none stated'}`
  const said =
    changedAt === null ? '' : `Said on ${shownTime(changedAt)} by ${changedBy ?? 'somebody who was erased'}\n`
  return `${state}\n${most}\n${said}`
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
    session.print(keeping, () => keepingText(keeping))
  },
})

const say = async (session: Session, keep: boolean, period: string | null): Promise<void> => {
  const path = { projectId: await currentProject(session) }
  const keeping = await session.must(
    session.api().PATCH('/api/v1/projects/{projectId}/body-keeping', { params: { path }, body: { keep, period } }),
  )
  session.print(keeping, () => keepingText(keeping))
}

export const keepBodies = command({
  summary: 'Keep what is asked and answered in the project, for its own people',
  flags: { for: textFlag('--for <period>', 'ISO 8601, such as P7D; without it as long as is allowed') },
  details:
    'They are sealed, and searchable by metadata only. A request that says `store: false` is never kept. A shorter period holds for what is kept already, too.',
  takes: ['project'],
  examples: [['avow body keep --for P7D', 'a week of debugging']],
  run: (session, input) => say(session, true, input.for ?? null),
})

export const stopKeeping = command({
  summary: 'Keep no more bodies in the project',
  details: 'What is kept stays until its period ends; `avow body delete --all` deletes it now.',
  takes: ['project'],
  examples: [['avow body stop', 'nothing of the next call is kept']],
  run: (session) => say(session, false, null),
})
