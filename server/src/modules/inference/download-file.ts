import { open, stat } from 'node:fs/promises'
import { ModelFileError } from './model-file.ts'

/** The part of fetch that is used; injected. It must follow redirects and drop credentials when the host changes. */
export type Download = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<{
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
}>

export interface DownloadRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The host may want a token and an accepted licence. */
  readonly gated: boolean
}

export interface DownloadOptions {
  readonly download: Download
  readonly signal: AbortSignal
  /** Without a checksum nobody could tell that two halves do not fit: then every try begins anew. */
  readonly sha256: string | null
  readonly report: (bytesDone: number) => void
}

/** Cuts in a row, without a byte between them, after which a source is given up. */
const fruitlessTriesMax = 3
/** A server that sends nothing for this long is taken for gone. */
const silenceMsMax = 30_000

/**
 * Downloads to `part`, from where an earlier try stopped, and tries again when the connection is cut.
 * Throws ModelFileError; leaves what it has in `part` for a later try.
 */
export async function downloadFile(request: DownloadRequest, part: string, options: DownloadOptions): Promise<void> {
  let fruitless = 0
  while (true) {
    const before = options.sha256 === null ? 0 : await sizeOf(part)
    const outcome = await downloadOnce(request, part, before, options)
    if (outcome.whole) return
    options.signal.throwIfAborted()
    fruitless = (await sizeOf(part)) > before ? 0 : fruitless + 1
    if (fruitless >= fruitlessTriesMax || options.sha256 === null) throw outcome.error
  }
}

type Outcome = { readonly whole: true } | { readonly whole: false; readonly error: ModelFileError }

/** One connection. Refusals are thrown, since trying again would not help; cuts are returned. */
async function downloadOnce(
  request: DownloadRequest,
  part: string,
  from: number,
  options: DownloadOptions,
): Promise<Outcome> {
  const silence = silenceLimit(options.signal)
  try {
    const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {}
    const answer = await options.download(request.url, {
      headers: { ...request.headers, ...range },
      signal: silence.signal,
    })
    if (answer.status === 416) return { whole: true }
    refuse(answer.status, request)
    if (answer.body === null) throw new ModelFileError('no_answer', 'the answer was empty.')
    const start = answer.status === 206 ? startOf(answer.headers.get('content-range'), from) : 0
    await append(answer.body, part, start, (bytesDone) => {
      silence.heard()
      options.report(bytesDone)
    })
    return { whole: true }
  } catch (error) {
    if (error instanceof ModelFileError || isDiskError(error)) throw error
    const reason = silence.signal.aborted ? 'the server fell silent.' : 'the connection was cut or could not be made.'
    return { whole: false, error: new ModelFileError('no_answer', reason, { cause: error }) }
  } finally {
    silence.end()
  }
}

function refuse(status: number, { gated }: DownloadRequest): void {
  if (status === 200 || status === 206) return
  if (status === 401 || status === 403) {
    const help = gated ? ' Set HF_TOKEN to a token of an account that has accepted the licence.' : ''
    throw new ModelFileError('not_allowed', `the server does not allow it (status ${status}).${help}`)
  }
  if (status === 404 || status === 410)
    throw new ModelFileError('not_there', `there is no such file (status ${status}).`)
  throw new ModelFileError('no_answer', `the server answered with status ${status}.`)
}

/** Where the bytes of a partial answer begin. */
function startOf(contentRange: string | null, wanted: number): number {
  const start = Number(/^bytes (\d+)-/.exec(contentRange ?? '')?.[1])
  if (start !== wanted)
    throw new ModelFileError('no_answer', 'the server sent another part of the file than was asked for.')
  return start
}

async function append(
  body: AsyncIterable<Uint8Array>,
  part: string,
  start: number,
  report: (bytesDone: number) => void,
): Promise<void> {
  const file = await open(part, start === 0 ? 'w' : 'r+')
  try {
    await file.truncate(start)
    let at = start
    report(at)
    for await (const chunk of body) {
      await file.write(chunk, 0, chunk.length, at)
      at += chunk.length
      report(at)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A signal that aborts with `outer`, or when nothing was heard for too long. */
function silenceLimit(outer: AbortSignal): { signal: AbortSignal; heard: () => void; end: () => void } {
  const silent = new AbortController()
  const timer = setTimeout(() => silent.abort(), silenceMsMax)
  return {
    signal: AbortSignal.any([outer, silent.signal]),
    heard: () => timer.refresh(),
    end: () => clearTimeout(timer),
  }
}

const diskCalls = new Set(['open', 'write', 'ftruncate', 'fsync', 'close'])

function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && diskCalls.has(String(error.syscall))
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}
