import type { ScannedRequest } from './scan-request.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface SplicedRequest {
  readonly body: Buffer
  /** The caller did not ask for the usage chunk: take it out of the stream again. */
  readonly hideUsage: boolean
}

/**
 * The body for the model's server: its name for the model, and a request for the usage chunk of a stream. All other
 * bytes stay as they came.
 */
export const spliceRequest = (body: Buffer, request: ScannedRequest, upstreamModel: string): SplicedRequest => {
  const edits: Edit[] = []
  if (upstreamModel !== request.model) edits.push({ ...request.modelSpan, text: JSON.stringify(upstreamModel) })
  let hideUsage = false
  if (request.stream) {
    const edit = askForUsage(body, request)
    hideUsage = edit !== null
    if (edit !== null) edits.push(edit)
  }
  return { body: edits.length === 0 ? body : applyEdits(body, edits), hideUsage }
}

const askForUsage = (body: Buffer, request: ScannedRequest): Edit | null => {
  const span = request.streamOptions
  if (span === null) {
    return { start: request.insertAt, end: request.insertAt, text: '"stream_options":{"include_usage":true},' }
  }
  const options = parseOptions(body.toString('utf8', span.start, span.end))
  if (options.include_usage === true) return null
  return { ...span, text: JSON.stringify({ ...options, include_usage: true }) }
}

/** What cannot be read is replaced: an outline was already checked. */
const parseOptions = (text: string): { include_usage?: unknown } => {
  try {
    return (JSON.parse(text) as { include_usage?: unknown } | null) ?? {}
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
