import { Client, type ClientConfig } from 'pg'
import { describeError, type Log } from '../../../platform/log/index.ts'

export interface KeyChanges {
  onChange(listener: (keyId: string | null) => void): () => void
  /** Resolves when it listens, or when the first try failed; it then goes on trying. */
  start(): Promise<void>
  close(): Promise<void>
}

const retryMsMin = 100
const retryMsMax = 2000
const pulseMs = 5000

/**
 * Listens to `api_key_changed` on a connection of its own. A lost connection is opened again; as changes may have been
 * missed meanwhile, listeners are then told null.
 */
export const listenForKeyChanges = (connection: ClientConfig, log: Log): KeyChanges => {
  const listeners = new Set<(keyId: string | null) => void>()
  let client: Client | undefined
  let isClosed = false
  let hasListened = false
  let retryMs = retryMsMin
  let retry: NodeJS.Timeout | undefined
  let pulse: NodeJS.Timeout | undefined

  const tell = (keyId: string | null): void => {
    for (const listener of listeners) listener(keyId)
  }

  const lose = (lost: Client): void => {
    if (client !== lost) return
    client = undefined
    clearInterval(pulse)
    lost.end().catch(() => undefined)
    if (isClosed) return
    retry = setTimeout(() => void connect(), retryMs)
    retryMs = Math.min(retryMs * 2, retryMsMax)
  }

  const connect = async (): Promise<void> => {
    const made = new Client({ ...connection, keepAlive: true, connectionTimeoutMillis: 5000, query_timeout: pulseMs })
    client = made
    made.on('error', () => lose(made))
    made.on('end', () => lose(made))
    made.on('notification', ({ payload }) => tell(payload ?? null))
    try {
      await made.connect()
      await made.query('listen api_key_changed')
      retryMs = retryMsMin
      if (hasListened) tell(null)
      hasListened = true
      // A connection that died without a word is noticed by a question that nobody answers.
      pulse = setInterval(() => made.query('select 1').catch(() => lose(made)), pulseMs).unref()
    } catch (error) {
      log.warn(
        { event: 'key-changes-not-heard', ...describeError(error) },
        'listening for changes of API keys failed and is tried again',
      )
      lose(made)
    }
  }

  return {
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: connect,
    close: async () => {
      isClosed = true
      clearTimeout(retry)
      clearInterval(pulse)
      const open = client
      client = undefined
      await open?.end().catch(() => undefined)
    },
  }
}
