import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, Unreachable } from '../../app/problem.ts'
import { ChatRefused, readChatStream, refusalOf } from './chat-stream.ts'

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

/** A key is made anew this long before it runs out. */
const spareMs = 5 * 60_000

/** The playground's key: in memory only, one for all visits of this tab until near its end or the person signs out. */
const usePlaygroundKey = (projectId: string) => {
  const api = useApi()
  const queries = useQueryClient()
  const kept = queryOptions({
    queryKey: ['playground-key', projectId],
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const made = await answer(
        api.POST('/api/v1/projects/{projectId}/playground-key', { params: { path: { projectId } } }),
      )
      if (made.secret === null || made.expiresAt === null)
        throw new Error('A playground key came without its secret or its end.')
      return { secret: made.secret, endsMs: Date.parse(made.expiresAt) }
    },
  })
  return {
    get: async () => {
      const known = queries.getQueryData(kept.queryKey)
      if (known !== undefined && known.endsMs - Date.now() > spareMs) return known.secret
      return (await queries.fetchQuery({ ...kept, staleTime: 0 })).secret
    },
    forget: () => queries.removeQueries({ queryKey: kept.queryKey }),
  }
}

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

const post = (secret: string, body: unknown, signal: AbortSignal) =>
  fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
    // The key alone says who calls; the session cookie has no business here.
    credentials: 'omit',
  }).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    throw new Unreachable(cause)
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

/** A conversation with a model through the public gateway. */
export const useChat = (projectId: string) => {
  const key = usePlaygroundKey(projectId)
  const [turns, setTurns] = useState<Turn[]>([])
  const [error, setError] = useState<unknown>(null)
  const running = useRef<AbortController | null>(null)
  const nextId = useRef(1)
  useEffect(() => () => running.current?.abort(), [])

  const ask = async (body: unknown, signal: AbortSignal) => {
    const first = await post(await key.get(), body, signal)
    if (first.status !== 401) return first
    // The key ran out or was revoked: one new one, once.
    key.forget()
    return post(await key.get(), body, signal)
  }

  const follow = async (
    body: unknown,
    signal: AbortSignal,
    tell: (text: string, figures: Partial<Figures>) => void,
  ) => {
    const start = performance.now()
    const since = () => Math.round(performance.now() - start)
    const response = await ask(body, signal)
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
