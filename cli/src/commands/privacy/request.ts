import { command, one, switchFlag } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { requestText } from './request-text.ts'

/** An officer who forgets the flag is told of it; to everyone else another's request stays none. */
const mineOnly = (error: unknown): never => {
  if (!(error instanceof CliFailure) || error.exitCode !== exitCodes.notFound) throw error
  const todo = 'This looks among your own requests. An officer sees those of others with --everyone.'
  const problem = error.problem === undefined ? {} : { problem: error.problem }
  throw new CliFailure(error.message, error.exitCode, todo, { ...problem, cause: error })
}

export const showRequest = command({
  summary: 'Show one request, with what was answered and why',
  args: { id: one('the request’s id') },
  flags: { everyone: switchFlag('--everyone', 'a request of anybody (officer)') },
  examples: [
    ['avow privacy request ID', 'yours'],
    ['avow privacy request ID --everyone', 'for the privacy officer: of anybody'],
  ],
  run: async (session, { id, everyone }) => {
    const params = { path: { requestId: id } }
    const row = everyone
      ? await session.must(session.api().GET('/api/v1/privacy/requests/{requestId}', { params }))
      : await session.must(session.api().GET('/api/v1/me/requests/{requestId}', { params })).catch(mineOnly)
    session.print(row, () => requestText(session, row))
  },
})
