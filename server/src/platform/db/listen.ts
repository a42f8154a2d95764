import { Client, type ClientConfig } from 'pg'
import { describeError, type Log } from '../log/index.ts'

/** What other processes tell by NOTIFY on one channel. */
export interface Listening {
  /** @param listener gets the payload; null when something may have been missed */
  onChange(listener: (payload: string | null) => void): () => void
  /** Whether a word told now would be heard. */
  isHearing(): boolean
  /** Resolves when it listens, or when the first try failed; it then goes on trying. */
  start(): Promise<void>
  close(): Promise<void>
}

const retryMsMin = 100
const retryMsMax = 2000
const pulseMs = 5000

/**
 * Listens to a channel on a connection of its own. A lost connection is opened again; as words may have been missed
 * meanwhile, listeners are told null when it is back.
 */
export const listenTo = (connection: ClientConfig, channel: string, log: Log): Listening => {
  const listeners = new Set<(payload: string | null) => void>()
  let client: Client | undefined
  let isClosed = false
  let hasListened = false
  let isHearing = false
  let retryMs = retryMsMin
  let retry: NodeJS.Timeout | undefined
  let pulse: NodeJS.Timeout | undefined

  const tell = (payload: string | null): void => {
    for (const listener of listeners) listener(payload)
  }

  const lose = (lost: Client): void => {
    if (client !== lost) return
    client = undefined
    isHearing = false
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
      await made.query(`listen ${channel}`)
      isHearing = true
      retryMs = retryMsMin
      if (hasListened) tell(null)
      hasListened = true
      // A connection that died without a word is noticed by a question that nobody answers.
      pulse = setInterval(() => made.query('select 1').catch(() => lose(made)), pulseMs).unref()
    } catch (error) {
      log.warn(
        { event: 'not-listening', source: channel, ...describeError(error) },
        'listening for changes failed and is tried again',
      )
      lose(made)
    }
  }

  return {
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isHearing: () => isHearing,
    start: connect,
    close: async () => {
      isClosed = true
      isHearing = false
      clearTimeout(retry)
      clearInterval(pulse)
      const open = client
      client = undefined
      await open?.end().catch(() => undefined)
    },
  }
}
