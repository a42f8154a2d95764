import type { Problem } from '@avow/sdk'

/** The server answered, and the answer is no: problem details with a code. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'Refused'
    this.problem = problem
  }
}

/** No answer came: the server is down or the network is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server does not answer.', { cause })
    this.name = 'Unreachable'
  }
}

/** True when `error` is a refusal with this code. */
export const hasCode = (error: unknown, ...codes: string[]): error is Refused =>
  error instanceof Refused && codes.includes(error.problem.code)

/** Messages by field of a refusal that names fields, such as `{name: 'is too long'}`. */
export const fieldErrors = (error: unknown): Record<string, string> => {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries(
    (error.problem.errors ?? []).map(({ path, message }) => [path.replace(/^(body|query|params)[./]/, ''), message]),
  )
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of a call, or throws `Refused` (an answer that is no) or `Unreachable` (no answer). */
export const answer = async <T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> => {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Unreachable(cause)
  })
  // A call with no content answers `undefined`, and nobody reads it.
  if (response.ok) return data as NonNullable<T>
  if (isProblem(error)) throw new Refused(error)
  throw new Refused({
    type: 'about:blank',
    title: 'The answer could not be read',
    status: response.status,
    code: 'unavailable',
    detail: `The server answered ${response.status} without saying why. Nothing was lost; try again in a few seconds.`,
  })
}
