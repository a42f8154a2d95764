import { CliFailure, exitCodes } from '../../failure.ts'
import type { Session } from '../../session.ts'

/** A text of the evidence log, which anyone may read. */
export const readLog = async (session: Session, path: string): Promise<string> => {
  const response = await session.fetch(new URL(`/evidence/${path}`, session.connection().url.value))
  if (response.ok) return response.text()
  throw new CliFailure(
    `The evidence log has nothing at /evidence/${path}`,
    response.status === 404 ? exitCodes.notFound : exitCodes.failed,
    'Decisions are taken into the log every few seconds; `avow evidence checkpoint` shows how many are in it.',
  )
}
