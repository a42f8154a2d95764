import type { Problem } from '@avow/sdk'

/** Exit codes of every command, as documented in `avow --help`. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notSignedIn: 3, notFound: 4, unreachable: 5 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A failure that the person can do something about: printed as it is, without a stack. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode
  readonly todo: string | undefined
  readonly problem: Problem | undefined

  constructor(
    message: string,
    exitCode: ExitCode,
    todo?: string,
    more: { readonly problem?: Problem; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause })
    this.name = 'CliFailure'
    this.exitCode = exitCode
    this.todo = todo
    this.problem = more.problem
  }
}

export const usageFailure = (message: string, todo?: string): CliFailure =>
  new CliFailure(message, exitCodes.usage, todo)

const exitCodeOf = (problem: Problem): ExitCode => {
  if (problem.status === 401 || problem.code === 'second_factor_not_set_up') return exitCodes.notSignedIn
  if (problem.status === 404) return exitCodes.notFound
  if (problem.status === 503) return exitCodes.unreachable
  return exitCodes.failed
}

/** A failure that the printed result already tells: only the message follows, and standard output stays one JSON value. */
export class ResultFailure extends CliFailure {}

/** What a server's problem details (RFC 9457) mean to the person. */
export const failureOf = (problem: Problem): CliFailure => {
  const { title, detail } = problem
  // The detail often begins with the title, and names the fields itself.
  const said = detail === '' || detail.startsWith(title) ? detail || title : `${title}. ${detail}`
  const fields = (problem.errors ?? []).filter(({ message }) => !said.includes(message))
  const lines = [said, ...fields.map(({ path, message }) => `  ${path}: ${message}`)]
  return new CliFailure(lines.join('\n'), exitCodeOf(problem), undefined, { problem })
}

/** The parts of an answer that is not problem details (a proxy's page, an OpenAI-shaped error). */
export const problemFrom = (status: number, body: unknown): Problem => {
  if (typeof body === 'object' && body !== null) {
    if ('title' in body && 'code' in body) return { detail: '', type: '', status, ...body } as Problem
    if ('error' in body && typeof body.error === 'object' && body.error !== null) {
      const { message, code, type } = body.error as { message?: unknown; code?: unknown; type?: unknown }
      return {
        type: '',
        title: String(message ?? 'The request failed'),
        status,
        code: String(code ?? type ?? status),
        detail: '',
      }
    }
  }
  return { type: '', title: `The server answered ${status}`, status, code: String(status), detail: '' }
}

/** The person pressed Ctrl-C: no message, the usual exit code of a shell. */
export class Interrupted extends Error {
  readonly exitCode = 130
}
