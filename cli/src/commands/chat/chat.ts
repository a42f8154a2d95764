import { any, command, countFlag, readFlag, textFlag } from '../../command.ts'
import { CliFailure, exitCodes, Interrupted, usageFailure } from '../../failure.ts'
import { allOfInput } from '../../question.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { chatKey, chooseModel } from './choose-model.ts'
import { converse } from './converse.ts'
import { type Message, type Question, streamAnswer, type TokenCounts } from './stream-answer.ts'

/** One question answered on the terminal: the text as it comes, then what it used. */
export interface Answered {
  readonly text: string
  readonly finishReason: string | null
  readonly usage: TokenCounts | null
  readonly interrupted: boolean
}

/** Asks and writes the answer as it comes; Ctrl-C stops the generation, here and on the server. */
export const answerOn = async (session: Session, apiKey: string, question: Question): Promise<Answered> => {
  const { terminal } = session.world
  const stop = new AbortController()
  const release = session.world.onInterrupt(() => stop.abort())
  const quiet = session.common.json
  const answer = {
    text: '',
    finishReason: null as string | null,
    usage: null as TokenCounts | null,
    interrupted: false,
  }
  try {
    for await (const piece of streamAnswer(
      session.fetch,
      { url: session.connection().url.value, apiKey },
      question,
      stop.signal,
    )) {
      if (piece.kind === 'usage') answer.usage = piece.usage
      else if (piece.kind === 'end') answer.finishReason = piece.finishReason
      else {
        answer.text += piece.text
        if (!quiet) terminal.output.write(terminal.isScreen ? harmless(piece.text) : piece.text)
      }
    }
  } catch (error) {
    if (!quiet && answer.text !== '') terminal.output.write('\n')
    if (!stop.signal.aborted) throw error
    answer.interrupted = true
    return answer
  } finally {
    release()
  }
  if (!quiet) terminal.output.write('\n')
  return answer
}

const promptFrom = async (session: Session, words: readonly string[]): Promise<string | undefined> => {
  const { terminal } = session.world
  const fromInput = words.at(-1) === '-' || (words.length === 0 && !terminal.isInteractive)
  const said = words.filter((word) => word !== '-').join(' ')
  if (!fromInput) return said === '' ? undefined : said
  const text = [said, (await allOfInput(terminal.input)).trim()].filter((part) => part !== '').join('\n\n')
  if (text === '') throw usageFailure('Nothing was asked', 'Give a prompt, or pipe one in.')
  return text
}

export const chat = command({
  summary: 'Talk to a model; the answer is shown as it is written',
  details:
    'Talks to a model through the gateway with an API key: --api-key, AVOW_API_KEY, the one of the first run, or a playground key made with your sign-in. Without a prompt it is a conversation. Ctrl-C stops the answer.',
  args: { words: any('[MODEL] [PROMPT]; a final "-" adds standard input to the prompt') },
  flags: {
    apiKey: textFlag('--api-key <key>', 'the key to talk with (AVOW_API_KEY)'),
    system: textFlag('--system <text>', 'instructions for the model'),
    maxTokens: countFlag('--max-tokens <n>', 'at most so many tokens in an answer'),
    temperature: readFlag('--temperature <number>', 'from 0 to 2', (raw) => {
      const value = Number(raw)
      if (raw.trim() === '' || !(value >= 0 && value <= 2)) throw usageFailure(`"${raw}" is not a number from 0 to 2`)
      return value
    }),
  },
  takes: ['project'],
  examples: [
    ['avow chat avow-tiny "What colour is the sky?"', 'one answer'],
    ['avow chat', 'a conversation with the best model there is'],
    ['git diff | avow chat "Review this change:" -', 'with standard input'],
  ],
  run: async (session, input) => {
    const apiKey = await chatKey(session)
    const { model, words } = await chooseModel(
      session,
      apiKey,
      input.words.at(-1) === '-' ? input.words.slice(0, -1) : input.words,
    )
    const prompt = await promptFrom(session, input.words.at(-1) === '-' ? [...words, '-'] : words)
    const settings = {
      model,
      ...(input.maxTokens === undefined ? {} : { max_tokens: input.maxTokens }),
      ...(input.temperature === undefined ? {} : { temperature: input.temperature }),
    }
    const opening: Message[] = input.system === undefined ? [] : [{ role: 'system', content: input.system }]
    if (prompt === undefined) {
      if (session.common.json)
        throw new CliFailure('A conversation has no JSON form', exitCodes.usage, 'Give a prompt.')
      return converse(session, (messages) => answerOn(session, apiKey, { ...settings, messages }), { model, opening })
    }
    const answer = await answerOn(session, apiKey, {
      ...settings,
      messages: [...opening, { role: 'user', content: prompt }],
    })
    if (session.common.json) session.print({ model, ...answer }, () => '')
    else if (session.world.terminal.isScreen && answer.usage !== null) {
      session.note(
        session.paint.dim(
          `${model}: ${answer.usage.prompt_tokens} prompt + ${answer.usage.completion_tokens} completion tokens`,
        ),
      )
    }
    if (answer.interrupted) throw new Interrupted()
  },
})
