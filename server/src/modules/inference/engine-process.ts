import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What the log of an engine needs; the platform's log fits. */
export interface EngineLog {
  info(fields: EngineLogFields, message: string): void
  warn(fields: EngineLogFields, message: string): void
  error(fields: EngineLogFields, message: string): void
}

export interface EngineLogFields {
  model?: string
  state?: string
  pid?: number | null
  port?: number
  error?: string
  attempt?: number
  signal?: string | null
  code?: string
}

/** How one request ended inside the engine. Counts are exact, also for requests that were cut. */
export interface EngineFinished {
  /** The x-request-id that the request carried. */
  readonly requestId: string
  readonly outcome: 'stop' | 'length' | 'cancelled' | 'refused' | 'error'
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface EngineCommand {
  readonly nodePath: string
  readonly engineDir: string
  readonly modelFile: string
  readonly modelId: string
  readonly parallel: number
  /** Requests that may wait. */
  readonly queue: number
  readonly contextTokens: number
  readonly threads: number
  /** Largest body of a request, in bytes. */
  readonly bodyBytesMax: number
  /** For requests that name none. */
  readonly temperatureDefault: number
  /** plain, chatml, gemma or a file; null: the one inside the model file. */
  readonly chatTemplate: string | null
  readonly token: string
}

/** One life of the engine's process. */
export interface EngineProcess {
  readonly pid: number | null
  /** Rejects with EngineStartError when the process ends before it is ready. */
  readonly ready: Promise<{ readonly port: number; readonly contextTokens: number }>
  /** Settles when the process has ended, however it did. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Asks it to finish; after `graceMs` it is killed. */
  stop(graceMs: number): Promise<void>
  kill(): void
}

/** Why an engine did not start, in its own words: nothing that people wrote has reached it by then. */
export class EngineStartError extends Error {
  /** It said itself that it cannot start with these settings or this file: trying at once again is no use. */
  readonly refused: boolean

  constructor(message: string, refused: boolean, options?: ErrorOptions) {
    super(message, options)
    this.refused = refused
  }
}

/** The engine's exit code when it refuses its settings or its model file. */
const refusedExitCode = 2

const reasonCharactersMax = 500

export function startEngineProcess(
  command: EngineCommand,
  log: EngineLog,
  onFinished: (finished: EngineFinished) => void,
): EngineProcess {
  const child = spawn(command.nodePath, argumentsOf(command), {
    cwd: command.engineDir,
    // A session of its own: a Ctrl-C in the terminal is for the server, which ends its answers first.
    detached: true,
    // Its end tells the engine that this process is gone, however it went.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', AVOW_ENGINE_TOKEN: command.token },
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    // `close` comes after `exit`, when all that it said was read.
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  const ready = whenReady(child, command, ended, { log, onFinished })
  // Whoever does not wait for it learns of the failure from `ended`.
  ready.catch(() => undefined)

  async function stop(graceMs: number): Promise<void> {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(timer)
  }
  return { pid: child.pid ?? null, ready, ended, stop, kill: () => child.kill('SIGKILL') }
}

function argumentsOf(command: EngineCommand): string[] {
  const named: Record<string, string | number> = {
    '--model': command.modelFile,
    '--id': command.modelId,
    '--port': 0,
    '--parallel': command.parallel,
    '--queue': command.queue,
    '--context': command.contextTokens,
    '--threads': command.threads,
    '--body-max': command.bodyBytesMax,
    '--temperature-default': command.temperatureDefault,
    ...(command.chatTemplate === null ? {} : { '--chat-template': command.chatTemplate }),
  }
  return ['src/main.ts', ...Object.entries(named).flatMap(([name, value]) => [name, String(value)])]
}

interface Listeners {
  readonly log: EngineLog
  readonly onFinished: (finished: EngineFinished) => void
}

function whenReady(
  child: ChildProcess,
  command: EngineCommand,
  ended: EngineProcess['ended'],
  { log, onFinished }: Listeners,
): EngineProcess['ready'] {
  return new Promise((resolve, reject) => {
    let complaint = ''
    let isReady = false
    child.once('error', (error) =>
      reject(
        new EngineStartError(`${command.nodePath} could not be started: ${error.message}`, true, { cause: error }),
      ),
    )
    void ended.then(({ code }) =>
      reject(
        new EngineStartError(complaint.trim() || 'The engine ended before it was ready.', code === refusedExitCode),
      ),
    )
    readLines(child.stdout, (event) => {
      if (event['event'] === 'ready' && typeof event['port'] === 'number') {
        isReady = true
        resolve({ port: event['port'], contextTokens: Number(event['contextTokens']) })
      }
      if (event['event'] === 'finished') onFinished(readFinished(event))
    })
    readLines(
      child.stderr,
      (event) =>
        log.warn(
          { model: command.modelId, pid: child.pid ?? null, error: describe(event) },
          'the engine met a problem',
        ),
      (line) => {
        // Free text is kept only from before the first request, so that no prompt can be in it.
        if (!isReady && complaint.length < reasonCharactersMax) complaint += `${line.slice(0, reasonCharactersMax)}\n`
      },
    )
  })
}

type Fields = Readonly<Record<string, unknown>>

/** Calls `onEvent` for each line that is a JSON object and `onText` for any other. */
function readLines(
  stream: ChildProcess['stdout'],
  onEvent: (event: Fields) => void,
  onText?: (line: string) => void,
): void {
  if (stream === null) return
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const event = parseFields(line)
    if (event === null) onText?.(line)
    else onEvent(event)
  })
}

function parseFields(line: string): Fields | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Fields
  } catch {
    return null
  }
}

/** The name of the error and where in the engine's own code it arose. */
function describe(event: Fields): string {
  const at = Array.isArray(event['at']) ? event['at'].join(' ') : ''
  return `${String(event['event'])} ${String(event['name'])} ${at}`.slice(0, reasonCharactersMax)
}

function readFinished(event: Fields): EngineFinished {
  return {
    requestId: String(event['requestId']),
    outcome: event['outcome'] as EngineFinished['outcome'],
    promptTokens: Number(event['promptTokens']),
    completionTokens: Number(event['completionTokens']),
  }
}
