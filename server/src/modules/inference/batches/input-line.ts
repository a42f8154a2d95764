import { chatCompletions, completions, embeddings } from '../gateway/operation.ts'
import type { FileLine } from './file-content.ts'
import type { BatchProblem } from './tables.ts'

/** One call of a batch. */
export interface InputLine {
  readonly customId: string
  /** The body of the call, as JSON. */
  readonly body: string
}

/** Lines that one batch may have, as OpenAI's. */
export const linesMax = 50_000
const customIdCharsMax = 512
/** Of one input, so that a wrong file does not become a list as long as itself. */
export const problemsMax = 20

type Reading = { readonly line: InputLine } | { readonly problem: BatchProblem }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is wrong with the body of a call; null: its model's server is to judge. */
const wrongBody = (body: unknown): readonly [param: string, message: string] | null => {
  if (!isObject(body)) return ['body', "'body' must be an object: the body of one call."]
  if (typeof body.model !== 'string' || body.model === '') return ['body.model', "'body.model' must name a model."]
  return body.stream === true ? ['body.stream', "'body.stream' must not be true: a batch does not stream."] : null
}

/** Reads a line of an input file. What is said of a wrong one holds nothing of what it says. */
export const readInputLine = ({ number, text }: FileLine, endpoint: string): Reading => {
  const wrong = (code: string, param: string | null, message: string): Reading => ({
    problem: { code, message: `Line ${number}: ${message}`, param, line: number },
  })
  if (text === null) return wrong('line_too_long', null, 'it is longer than a call may be.')
  const value = parse(text)
  if (!isObject(value)) return wrong('invalid_json_line', null, 'it is not a JSON object.')
  const { custom_id: customId, method, url, body } = value
  if (typeof customId !== 'string' || customId === '' || customId.length > customIdCharsMax)
    return wrong(
      'missing_required_parameter',
      'custom_id',
      `'custom_id' must be a text of 1 to ${customIdCharsMax} characters.`,
    )
  if (method !== 'POST') return wrong('invalid_method', 'method', "'method' must be POST.")
  if (url !== endpoint)
    return wrong('mismatched_endpoint', 'url', `'url' must be ${endpoint}, the endpoint of this batch.`)
  const inBody = wrongBody(body)
  return inBody === null
    ? { line: { customId, body: JSON.stringify(body) } }
    : wrong('invalid_request', inBody[0], inBody[1])
}

/** What looking through a whole input found. */
export interface InputFound {
  readonly total: number
  readonly problems: readonly BatchProblem[]
}

const wholeFile = (code: string, message: string): InputFound => ({
  total: 0,
  problems: [{ code, message, param: null, line: null }],
})

/** Looks through an input before anything of it runs: each line is a call, each `custom_id` stands once. */
export const checkInput = async (lines: AsyncIterable<FileLine>, endpoint: string): Promise<InputFound> => {
  const seen = new Map<string, number>()
  const problems: BatchProblem[] = []
  let total = 0
  for await (const line of lines) {
    total += 1
    if (total > linesMax)
      return wholeFile('too_many_requests', `The file has more than ${linesMax} lines, the most that a batch may have.`)
    const read = readInputLine(line, endpoint)
    const { number } = line
    if ('problem' in read) problems.push(read.problem)
    else {
      const first = seen.get(read.line.customId)
      const message = `Line ${number}: its 'custom_id' stands in line ${first} already; each must be unique.`
      if (first === undefined) seen.set(read.line.customId, number)
      else problems.push({ code: 'duplicate_custom_id', message, param: 'custom_id', line: number })
    }
    if (problems.length === problemsMax) break
  }
  return total === 0 ? wholeFile('empty_file', 'The file has no lines.') : { total, problems }
}

const endpoints = new Set([chatCompletions, completions, embeddings].map(({ path }) => path))

/** Whether batches may call it. */
export const isBatchEndpoint = (endpoint: unknown): endpoint is string =>
  typeof endpoint === 'string' && endpoints.has(endpoint)
