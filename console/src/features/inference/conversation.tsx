import { Button, Textarea } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { count } from '../../ui/format.ts'
import type { Turn } from './use-chat.ts'

const words: Record<NonNullable<Turn['figures']>['state'], string> = {
  waiting: 'waiting for the first token…',
  streaming: 'answering…',
  done: '',
  stopped: 'stopped by you',
  refused: 'refused',
  failed: 'broken off',
}

const ends: Record<string, string> = { length: 'ended at the token limit', content_filter: 'ended by a filter' }

/** Figures of an answer in one line, such as "12 prompt + 80 completion tokens · first after 90 ms · 210 tokens/s". */
const figuresOf = ({
  state,
  firstTokenMs,
  totalMs,
  promptTokens,
  completionTokens,
  reason,
}: NonNullable<Turn['figures']>) => {
  const streamedMs = totalMs === null || firstTokenMs === null ? null : totalMs - firstTokenMs
  return [
    words[state],
    promptTokens === null || completionTokens === null
      ? null
      : `${count(promptTokens)} prompt + ${count(completionTokens)} completion tokens`,
    firstTokenMs === null ? null : `first after ${count(firstTokenMs)} ms`,
    streamedMs === null || streamedMs < 20 || completionTokens === null
      ? null
      : `${count((completionTokens / streamedMs) * 1000)} tokens/s`,
    reason === null ? null : ends[reason],
  ]
    .filter((part) => part)
    .join(' · ')
}

/** What was said so far. Text of a model is text: never markup. */
export const Conversation = ({ turns, toy }: { turns: readonly Turn[]; toy: boolean }) => {
  const end = useRef<HTMLDivElement>(null)
  const length = turns.reduce((sum, { text }) => sum + text.length, 0)
  useEffect(() => {
    if (length > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [length])
  return (
    <>
      <ol className="turns" aria-label="Conversation">
        {turns.length === 0 && (
          <li className="soft">
            {toy
              ? 'This model is a toy of a few megabytes: it proves that everything works and answers in simple sentences. Ask it about colours, animals or the weather.'
              : 'Ask something.'}
          </li>
        )}
        {turns.map((turn) => (
          <li key={turn.id} className={`turn-${turn.role}`}>
            <p className="turn-who">{turn.role === 'user' ? 'You' : 'Model'}</p>
            <p className="turn-text">{turn.text}</p>
            {turn.figures !== undefined && <p className="turn-figures">{figuresOf(turn.figures)}</p>}
          </li>
        ))}
      </ol>
      <div ref={end} />
      <p className="only-read" role="status">
        {turns.at(-1)?.figures?.state === 'done' ? `Answer: ${turns.at(-1)?.text}` : ''}
      </p>
    </>
  )
}

/** Where one types. Enter sends, Shift and Enter starts a new line, Escape stops the answer. */
export const Question = ({
  busy,
  onAsk,
  onStop,
}: {
  busy: boolean
  onAsk: (text: string) => void
  onStop: () => void
}) => {
  const [text, setText] = useState('')
  const ask = () => {
    if (busy || text.trim() === '') return
    onAsk(text)
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && busy) onStop()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    ask()
  }
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <div className="ask-row">
        <Textarea
          aria-label="Message"
          placeholder="Message (Enter sends, Shift+Enter for a new line)"
          autosize
          minRows={2}
          maxRows={10}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <Button variant="default" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button type="submit" disabled={text.trim() === ''}>
            Send
          </Button>
        )}
      </div>
    </form>
  )
}
