import { createInterface } from 'node:readline/promises'
import type { Session } from '../../session.ts'
import type { Answered } from './chat.ts'
import type { Message } from './stream-answer.ts'

/** The next line of the person; undefined when they are done (Ctrl-D, or Ctrl-C at the prompt). */
const nextLine = async (session: Session, history: string[]): Promise<string | undefined> => {
  // One reader per question: between questions the terminal is in its usual mode, so that Ctrl-C reaches the answer.
  const reader = createInterface({
    input: session.world.terminal.input,
    output: session.world.terminal.errors,
    terminal: true,
    history: [...history],
  })
  const done = new AbortController()
  reader.once('close', () => done.abort())
  reader.once('SIGINT', () => done.abort())
  try {
    return await reader.question(session.paint.bold('you: '), { signal: done.signal })
  } catch {
    return undefined
  } finally {
    reader.close()
  }
}

/** A conversation on the terminal, until the person ends it. */
export const converse = async (
  session: Session,
  answer: (messages: readonly Message[]) => Promise<Answered>,
  start: { readonly model: string; readonly opening: readonly Message[] },
): Promise<void> => {
  session.note(
    session.paint.dim(
      `Talking to ${start.model}. Ctrl-C stops an answer; Ctrl-D or an empty line ends the conversation.`,
    ),
  )
  const messages = [...start.opening]
  const history: string[] = []
  for (;;) {
    const line = await nextLine(session, history)
    if (line === undefined || line.trim() === '') return
    history.unshift(line)
    messages.push({ role: 'user', content: line })
    const answered = await answer(messages)
    messages.push({ role: 'assistant', content: answered.text })
  }
}
