import { type Operation, operations } from './operation.ts'

/** A range of bytes in the body: from `start` up to but not including `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What the gateway must know of a request to a model; everything else passes through untouched. */
export interface ScannedRequest {
  readonly ok: true
  readonly model: string
  readonly modelSpan: Span
  readonly stream: boolean
  /** What was said of storing the call; null: nothing, and the project's word holds. */
  readonly store: boolean | null
  readonly storeSpan: Span | null
  readonly streamOptions: Span | null
  /** `max_completion_tokens` or `max_tokens`; of both the larger, as servers differ in which they obey. */
  readonly tokensMax: number | null
  /** How many answers are asked for: `n` or `best_of`, the larger one. */
  readonly answers: number
  /** Of what the model reads. */
  readonly inputSpan: Span
  /** Just behind the opening brace. */
  readonly insertAt: number
}

export type ScanFailure =
  | { readonly ok: false; readonly kind: 'not-json'; readonly why: string }
  | { readonly ok: false; readonly kind: 'bad-parameter'; readonly param: string; readonly why: string }

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const nestingMax = 512
const countMax = 1_000_000

const wanted = new Set([
  'model',
  ...operations.map(({ input }) => input),
  'stream',
  'stream_options',
  'store',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'best_of',
])

class Malformed extends Error {}

/**
 * Finds the few top-level members that the gateway needs, without parsing the prompt: a large prompt costs a search for
 * quotes. Only the outline is checked; the model's server judges the rest. A member that is given twice is refused,
 * since two parsers may take different ones.
 */
export const scanRequest = (bytes: Buffer, operation: Operation): ScannedRequest | ScanFailure => {
  // One character a byte: positions are the same, and searching text is several times quicker than searching bytes.
  const body = bytes.toString('latin1')
  let members: Map<string, Span>
  let insertAt: number
  try {
    insertAt = expectByte(body, skipSpace(body, 0), openBrace)
    members = scanMembers(body, insertAt)
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, kind: 'not-json', why: error.message }
    return repeated(error)
  }
  return readMembers(body, operation, members, insertAt)
}

class Repeated extends Error {}

const repeated = (error: unknown): ScanFailure => {
  if (error instanceof Repeated) return bad(error.message, `'${error.message}' is given twice.`)
  throw error
}

const bad = (param: string, why: string): ScanFailure => ({ ok: false, kind: 'bad-parameter', param, why })

/** What the model reads: messages are a list, a prompt or an input may be text or a list. */
const inputFailure = (body: string, { input }: Operation, span: Span | undefined): ScanFailure | null => {
  if (span === undefined) return bad(input, `Missing required parameter: '${input}'.`)
  const first = body.charCodeAt(span.start)
  if (first === openBracket || (first === quote && input !== 'messages')) return null
  return bad(
    input,
    `Invalid type for '${input}': expected ${input === 'messages' ? 'an array' : 'a string or an array'}.`,
  )
}

const readMembers = (
  body: string,
  operation: Operation,
  members: Map<string, Span>,
  insertAt: number,
): ScannedRequest | ScanFailure => {
  const modelSpan = members.get('model')
  if (modelSpan === undefined) return bad('model', 'you must provide a model parameter')
  const model = scalarAt(body, modelSpan)
  if (typeof model !== 'string' || model === '') return bad('model', "Invalid type for 'model': expected a string.")
  const inputSpan = members.get(operation.input)
  const failure = inputFailure(body, operation, inputSpan)
  if (failure !== null || inputSpan === undefined) return failure ?? bad(operation.input, 'It is missing.')
  const stream = scalarAt(body, members.get('stream')) ?? false
  if (typeof stream !== 'boolean') return bad('stream', "Invalid type for 'stream': expected a boolean.")
  if (stream && !operation.writes) return bad('stream', `'stream' is not supported by ${operation.path}.`)
  const storeSpan = members.get('store') ?? null
  const store = scalarAt(body, members.get('store')) ?? null
  if (store !== null && typeof store !== 'boolean') return bad('store', "Invalid type for 'store': expected a boolean.")
  const tokensMax = largerOf(
    scalarAt(body, members.get('max_completion_tokens')),
    scalarAt(body, members.get('max_tokens')),
  )
  if (tokensMax !== null && !(tokensMax >= 0)) {
    return bad('max_completion_tokens', "Invalid type for 'max_completion_tokens': expected a whole number.")
  }
  const answers = Math.max(countAt(body, members.get('n')), countAt(body, members.get('best_of')))
  const options = members.get('stream_options')
  const streamOptions = options === undefined || body.charCodeAt(options.start) === openBrace ? options : null
  if (streamOptions === null && body.slice(options?.start, options?.end) !== 'null') {
    return bad('stream_options', "Invalid type for 'stream_options': expected an object.")
  }
  const limits = { tokensMax, answers, inputSpan, storeSpan }
  return { ok: true, model, modelSpan, stream, store, streamOptions: options ?? null, ...limits, insertAt }
}

/** NaN for what is no number; null where neither is given. */
const largerOf = (one: unknown, other: unknown): number | null => {
  const given = [one, other].filter((value) => value !== undefined && value !== null)
  if (given.length === 0) return null
  return Math.max(...given.map((value) => (typeof value === 'number' ? value : Number.NaN)))
}

/** A count of at least one; what is no count is the model's server to judge. */
const countAt = (body: string, span: Span | undefined): number => {
  const value = Number(scalarAt(body, span) ?? 1)
  return value > 1 ? Math.min(Math.ceil(value), countMax) : 1
}

/** A scalar's value; undefined for an absent member, an object or one that is not JSON. */
const scalarAt = (body: string, span: Span | undefined): unknown => {
  if (span === undefined) return undefined
  const first = body.charCodeAt(span.start)
  if (first === openBrace || first === openBracket) return Number.NaN
  try {
    return JSON.parse(textAt(body, span))
  } catch {
    return Number.NaN
  }
}

/** UTF-8 again, where it is not plain ASCII. */
const textAt = (body: string, { start, end }: Span): string => {
  const text = body.slice(start, end)
  return /[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}

const scanMembers = (body: string, from: number): Map<string, Span> => {
  const members = new Map<string, Span>()
  let at = skipSpace(body, from)
  if (body.charCodeAt(at) === closeBrace) return finish(body, at + 1, members)
  for (;;) {
    const keyEnd = skipString(body, at)
    const key = keyOf(body, at, keyEnd)
    const start = skipSpace(body, expectByte(body, skipSpace(body, keyEnd), colon))
    const end = skipValue(body, start)
    if (wanted.has(key)) {
      if (members.has(key)) throw new Repeated(key)
      members.set(key, { start, end })
    }
    at = skipSpace(body, end)
    if (body.charCodeAt(at) === closeBrace) return finish(body, at + 1, members)
    at = skipSpace(body, expectByte(body, at, comma))
  }
}

const finish = (body: string, at: number, members: Map<string, Span>): Map<string, Span> => {
  if (skipSpace(body, at) !== body.length) throw new Malformed(`unexpected text after the object at byte ${at}`)
  return members
}

const keyOf = (body: string, start: number, end: number): string => {
  const raw = body.slice(start + 1, end - 1)
  if (!raw.includes('\\')) return raw
  try {
    return String(JSON.parse(`"${raw}"`))
  } catch (error) {
    throw new Malformed(`a member name at byte ${start} is not a string`, { cause: error })
  }
}

const expectByte = (body: string, at: number, byte: number): number => {
  if (body.charCodeAt(at) === byte) return at + 1
  throw unexpected(body, at, `expected '${String.fromCharCode(byte)}'`)
}

const unexpected = (body: string, at: number, what: string): Malformed =>
  new Malformed(at >= body.length ? `it ends too early, ${what}` : `${what} at byte ${at}`)

const skipSpace = (body: string, from: number): number => {
  let at = from
  for (;;) {
    const byte = body.charCodeAt(at)
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at
    at++
  }
}

/** From an opening quote to just behind the closing one. */
const skipString = (body: string, start: number): number => {
  if (body.charCodeAt(start) !== quote) throw unexpected(body, start, 'expected a string')
  let at = start + 1
  for (;;) {
    const end = body.indexOf('"', at)
    if (end === -1) throw new Malformed('a string does not end')
    let escapes = 0
    while (body.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end + 1
    at = end + 1
  }
}

const skipValue = (body: string, start: number): number => {
  const first = body.charCodeAt(start)
  if (first === quote) return skipString(body, start)
  if (first === openBrace || first === openBracket) return skipNested(body, start)
  let at = start
  while (isLiteralByte(body.charCodeAt(at))) at++
  if (at === start) throw unexpected(body, start, 'expected a value')
  return at
}

/** Letters, digits, sign, point: numbers and the three literals. */
const isLiteralByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2b ||
  byte === 0x2e ||
  byte === 0x45

const skipNested = (body: string, start: number): number => {
  const closers: number[] = []
  let at = start
  for (;;) {
    const byte = body.charCodeAt(at)
    if (Number.isNaN(byte)) throw new Malformed('it ends too early, inside an object or array')
    if (byte === quote) {
      at = skipString(body, at)
      continue
    }
    if (byte === openBrace || byte === openBracket) {
      if (closers.length >= nestingMax) throw new Malformed(`it is nested deeper than ${nestingMax}`)
      closers.push(byte === openBrace ? closeBrace : closeBracket)
    } else if (byte === closeBrace || byte === closeBracket) {
      if (closers.pop() !== byte) throw unexpected(body, at, 'a bracket does not match')
      if (closers.length === 0) return at + 1
    }
    at++
  }
}
