import type { ScannedRequest } from './scan-request.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What the caller is to see of the usage that the gateway asks for. */
export interface UsageWish {
  /** The last chunk, which holds the counts and no choice. */
  readonly lastChunk: boolean
  /** Running counts in every chunk. */
  readonly running: boolean
}

export interface SplicedRequest {
  readonly body: Buffer
  readonly usageWish: UsageWish
}

interface StreamOptions {
  readonly include_usage?: unknown
  readonly continuous_usage_stats?: unknown
}

/**
 * The body for the model's server: its name for the model, for a stream the wish for usage, with `runningCounts` in every
 * chunk, and no wish to store: that is this cloud's to obey. All other bytes stay as they came.
 */
export const spliceRequest = (
  body: Buffer,
  request: ScannedRequest,
  upstream: { readonly modelName: string; readonly runningCounts: boolean },
): SplicedRequest => {
  const edits: Edit[] = []
  if (upstream.modelName !== request.model)
    edits.push({ ...request.modelSpan, text: JSON.stringify(upstream.modelName) })
  if (request.store !== false && request.storeSpan !== null) edits.push({ ...request.storeSpan, text: 'false' })
  const options = request.stream ? optionsOf(body, request) : {}
  if (request.stream) edits.push(...askForUsage(request, options, upstream.runningCounts))
  return {
    body: edits.length === 0 ? body : applyEdits(body, edits),
    usageWish: { lastChunk: options.include_usage === true, running: options.continuous_usage_stats === true },
  }
}

const askForUsage = (request: ScannedRequest, options: StreamOptions, runningCounts: boolean): Edit[] => {
  const wish = runningCounts ? { include_usage: true, continuous_usage_stats: true } : { include_usage: true }
  const { streamOptions, insertAt } = request
  if (streamOptions === null) {
    return [{ start: insertAt, end: insertAt, text: `"stream_options":${JSON.stringify(wish)},` }]
  }
  const hasAll = options.include_usage === true && (!runningCounts || options.continuous_usage_stats === true)
  return hasAll ? [] : [{ ...streamOptions, text: JSON.stringify({ ...options, ...wish }) }]
}

/** What cannot be read is replaced: its outline was already checked. */
const optionsOf = (body: Buffer, { streamOptions }: ScannedRequest): StreamOptions => {
  if (streamOptions === null) return {}
  try {
    return (JSON.parse(body.toString('utf8', streamOptions.start, streamOptions.end)) as StreamOptions | null) ?? {}
  } catch {
    return {}
  }
}

const applyEdits = (body: Buffer, edits: Edit[]): Buffer => {
  const pieces: Buffer[] = []
  let at = 0
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    pieces.push(body.subarray(at, edit.start), Buffer.from(edit.text))
    at = edit.end
  }
  pieces.push(body.subarray(at))
  return Buffer.concat(pieces)
}
