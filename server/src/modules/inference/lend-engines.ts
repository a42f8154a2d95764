import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { EmbeddedModels, EmbeddedStatus } from './embedded-models.ts'

/** What a gateway that runs no engines knows of those of the main process. */
type Lent = Readonly<Record<string, EmbeddedStatus>>

const readMs = 500

const replaceFile = (file: string, text: string): void => {
  writeFileSync(`${file}.next`, text, { mode: 0o600 })
  renameSync(`${file}.next`, file)
}

/**
 * Tells other gateways on this machine where the engines are, with the token that they want, in a file of mode 0600. Never throws:
 * nobody's call depends on it here.
 */
export const createEngineLender = (file: string, failed: (error: unknown) => void) => {
  let told = ''
  // One that was killed left where its engines were.
  rmSync(file, { force: true })
  return {
    tell: (lent: Lent): void => {
      const text = JSON.stringify(lent)
      if (text === told) return
      try {
        replaceFile(file, text)
        told = text
      } catch (error) {
        failed(error)
      }
    },
    stop: (): void => rmSync(file, { force: true }),
  }
}

const away = (reason: string): EmbeddedStatus => ({ state: 'absent', reason, download: null, engine: null })
const elsewhere = away('Embedded models are served on the machine of the main process; this gateway is on another.')
const notRunning = away('The engine belongs to the main process, which does not run. Start it with npm start.')
const unknown = away('The main process serves no such embedded model now.')

/** The engines of the main process, for a gateway beside it. */
export const borrowEngines = (deps: {
  readonly file: string
  /** Whether the process whose engines they are runs; null: it is on another machine. */
  readonly isLenderAlive: () => boolean | null
  readonly onChange: () => void
}): EmbeddedModels => {
  let text: string | null = null
  let lent: Lent | null = null
  let alive: boolean | null = null
  const look = (): void => {
    const before = `${alive} ${text}`
    alive = deps.isLenderAlive()
    const found = alive === true ? readIfThere(deps.file) : null
    if (found !== text) [text, lent] = [found, found === null ? null : (JSON.parse(found) as Lent)]
    if (`${alive} ${text}` !== before) deps.onChange()
  }
  const timer = setInterval(look, readMs).unref()
  return {
    status: (id) => {
      if (alive === null) return elsewhere
      return alive ? (lent?.[id] ?? unknown) : notRunning
    },
    // Nothing is begun here that would need it.
    file: () => null,
    want: look,
    retry: () => undefined,
    // The engine tells its own process only: what the stream said last is booked.
    cancelledCounts: (_requestId, done) => void setImmediate(done, null),
    stop: async () => clearInterval(timer),
  }
}

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
