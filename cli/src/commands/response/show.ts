import { command, one } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { currentProject } from '../../place.ts'
import { harmless } from '../../terminal.ts'

/** What the call was answered, where that was a response. */
const responseIn = (text: string | null): unknown => {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

export const showResponse = command({
  summary: 'Show a stored response',
  details: 'What it was asked with is shown by avow body show.',
  args: { id: one('the response’s id') },
  takes: ['project'],
  examples: [['avow response show resp_123 --json', 'the same object that the API gives']],
  run: async (session, { id }) => {
    const path = { projectId: await currentProject(session), bodyId: id }
    const call = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path } }),
    )
    const response = responseIn(call.response)
    if (call.operation !== 'responses' || response === null)
      throw new CliFailure(`${harmless(id)} was not answered with a response`, exitCodes.failed)
    session.print(response, () => `${harmless(JSON.stringify(response, null, 2))}\n`)
  },
})
