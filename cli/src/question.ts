import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Interrupted, usageFailure } from './failure.ts'
import type { Session } from './session.ts'

const needsPerson = (session: Session, what: string): void => {
  if (!session.world.terminal.isInteractive)
    throw usageFailure(`${what} is missing, and nobody is there to ask`, 'Give it as an option; --help lists them.')
}

/** Asks for one line of text. */
export const askLine = async (session: Session, what: string): Promise<string> => {
  needsPerson(session, what)
  const { text, isCancel } = await import('@clack/prompts')
  const answer = await text({
    message: what,
    output: session.world.terminal.errors,
    validate: (value) => (value === undefined || value.trim() === '' ? 'It is needed.' : undefined),
  })
  if (isCancel(answer)) throw new Interrupted()
  return answer.trim()
}

/** Asks for a secret without showing it. */
export const askSecret = async (session: Session, what: string): Promise<string> => {
  needsPerson(session, what)
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message: what, output: session.world.terminal.errors })
  if (isCancel(answer)) throw new Interrupted()
  return answer
}

/** The first line of the input, without its end. */
export const firstLineOfInput = async (input: Readable): Promise<string> => {
  for await (const line of createInterface({ input })) return line
  return ''
}

/** All of the input. */
export const allOfInput = async (input: Readable): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of input) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}
