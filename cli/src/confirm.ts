import { CliFailure, exitCodes, usageFailure } from './failure.ts'
import type { Session } from './session.ts'

/** Asks before something that cannot be taken back. With --yes it does not ask; without a person it refuses. */
export const confirm = async (session: Session, question: string): Promise<void> => {
  if (session.common.yes) return
  if (!session.world.terminal.isInteractive)
    throw usageFailure(`${question} Nobody is there to answer.`, 'Repeat it with --yes.')
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({ message: question, initialValue: false, output: session.world.terminal.errors })
  if (isCancel(answer) || !answer) throw new CliFailure('Nothing was changed', exitCodes.failed)
}
