import { useEffect, useRef, useState } from 'react'
import { ChatRefused, readChatStream, refusalOf } from './chat-stream.ts'
import { useInferenceApi } from './playground-key.ts'

export interface ChatSettings {
  model: string
  system: string
  /** Null: the model's own default. */
  temperature: number | null
  maxTokens: number | null
}

export interface Turn {
  id: number
  role: 'user' | 'assistant'
  text: string
  /** Of an answer only. */
  figures?: {
    state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'refused' | 'failed'
    firstTokenMs: number | null
    totalMs: number | null
    promptTokens: number | null
    completionTokens: number | null
    reason: string | null
  }
}

type Figures = NonNullable<Turn['figures']>

const bodyOf = (settings: ChatSettings, turns: readonly Turn[]) => ({
  model: settings.model,
  messages: [
    ...(settings.system.trim() === '' ? [] : [{ role: 'system', content: settings.system }]),
    ...turns.filter(({ text }) => text !== '').map(({ role, text }) => ({ role, content: text })),
  ],
  stream: true,
  stream_options: { include_usage: true },
  ...(settings.temperature === null ? {} : { temperature: settings.temperature }),
  ...(settings.maxTokens === null ? {} : { max_tokens: settings.maxTokens }),
})

async function* piecesOf(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const waiting: Figures = {
  state: 'waiting',
  firstTokenMs: null,
  totalMs: null,
  promptTokens: null,
  completionTokens: null,
  reason: null,
}

/** How an answer ended that did not go well; a refusal within the stream (status 200) came after it had begun. */
const endOf = (cause: unknown, signal: AbortSignal): Figures['state'] => {
  if (signal.aborted) return 'stopped'
  return cause instanceof ChatRefused && cause.status !== 200 ? 'refused' : 'failed'
}

const postOf = (body: unknown, signal: AbortSignal): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal,
})

/** A conversation with a model through the public gateway. */
export const useChat = (projectId: string) => {
  const call = useInferenceApi(projectId)
  const [turns, setTurns] = useState<Turn[]>([])
  const [error, setError] = useState<unknown>(null)
  const running = useRef<AbortController | null>(null)
  const nextId = useRef(1)
  useEffect(() => () => running.current?.abort(), [])

  const follow = async (
    body: unknown,
    signal: AbortSignal,
    tell: (text: string, figures: Partial<Figures>) => void,
  ) => {
    const start = performance.now()
    const since = () => Math.round(performance.now() - start)
    const response = await call('/v1/chat/completions', postOf(body, signal))
    if (!response.ok || response.body === null)
      throw refusalOf(response.status, await response.json().catch(() => null))
    let begun = false
    for await (const event of readChatStream(piecesOf(response.body))) {
      if (event.kind === 'text') {
        tell(event.text, { state: 'streaming', ...(begun ? {} : { firstTokenMs: since() }) })
        begun = true
      } else if (event.kind === 'end') tell('', { reason: event.reason })
      else tell('', { promptTokens: event.promptTokens, completionTokens: event.completionTokens })
    }
    tell('', { state: 'done', totalMs: since() })
  }

  const send = async (settings: ChatSettings, text: string) => {
    const question: Turn = { id: nextId.current++, role: 'user', text }
    const id = nextId.current++
    const history = [...turns, question]
    const control = new AbortController()
    running.current = control
    setError(null)
    setTurns([...history, { id, role: 'assistant', text: '', figures: waiting }])
    const tell = (more: string, figures: Partial<Figures>) =>
      setTurns((old) =>
        old.map((turn) =>
          turn.id === id
            ? { ...turn, text: turn.text + more, figures: { ...(turn.figures ?? waiting), ...figures } }
            : turn,
        ),
      )
    try {
      await follow(bodyOf(settings, history), control.signal, tell)
    } catch (cause) {
      tell('', { state: endOf(cause, control.signal) })
      if (!control.signal.aborted) setError(cause)
    } finally {
      if (running.current === control) running.current = null
    }
  }

  const last = turns.at(-1)?.figures?.state
  return {
    turns,
    error,
    busy: last === 'waiting' || last === 'streaming',
    send,
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort()
      setTurns([])
      setError(null)
    },
  }
}
