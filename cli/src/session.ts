import { type AvowClient, createClient } from '@avow/sdk'
import type { Answer, Page } from './answer.ts'
import { type Connection, type ConnectionFlags, type Environment, resolveConnection } from './connection.ts'
import { CliFailure, exitCodes, failureOf, problemFrom } from './failure.ts'
import { type Column, columnsThatFit, renderTable } from './table.ts'
import { type Palette, palette, type Terminal, wantsColour } from './terminal.ts'

/** The world of one command: what it may touch. */
export interface World {
  readonly terminal: Terminal
  readonly environment: Environment
  readonly workingFolder: string
  readonly homeFolder: string
  readonly now: () => Date
  readonly fetch: typeof globalThis.fetch
  /** Calls the handler on Ctrl-C instead of ending the process, until the returned function is called. */
  readonly onInterrupt: (handler: () => void) => () => void
}

/** The options that every command takes. */
export interface CommonFlags extends ConnectionFlags {
  readonly json: boolean
  readonly yes: boolean
  readonly color: boolean
  readonly limit: number | undefined
  readonly all: boolean
}

/** One command's run: its connection (found when first needed), its API client and its output. */
export interface Session {
  readonly world: World
  readonly common: CommonFlags
  readonly paint: Palette
  connection(): Connection
  api(): AvowClient
  fetch: typeof globalThis.fetch
  /** The value with --json, the text otherwise. */
  print(value: unknown, text: () => string): void
  /** A list: the value with --json; a table, or what to do when it is empty, otherwise. */
  printList<Row>(page: Page<Row>, columns: readonly Column<Row>[], whenEmpty: string): void
  /** A remark for the person, on standard error. */
  note(text: string): void
  /** The data of an answer, or the failure that it stands for. */
  must<T>(answer: Promise<Answer<T>>): Promise<T>
  /** Follows `nextCursor` with --all; otherwise one page of --limit rows. */
  pages<Row>(get: (query: { limit: number; cursor?: string }) => Promise<Answer<Page<Row>>>): Promise<Page<Row>>
}

const pageSizeMax = 200
const answerMsMax = 60_000
/** Checks of the whole policy take a minute on a small machine that is busy; Node's own limit is five. */
const checksMsMax = 290_000
const checkPaths = /^\/api\/v1\/privacy\/(plans\/[^/]+\/)?report$/

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message
}

const unreachable = (url: string, reason: string, cause: unknown): CliFailure =>
  new CliFailure(
    `The server at ${url} cannot be reached (${reason})`,
    exitCodes.unreachable,
    'Is it running? --url, AVOW_URL or AVOW_DATA name another one.',
    { cause },
  )

/**
 * A fetch with our name, an idempotency key on every POST, and a failure that says which server is silent. The time
 * limit is for the first byte of the control plane; a model may take its time, and Ctrl-C stops it.
 */
const patientFetch =
  (world: World, url: () => string): typeof globalThis.fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    request.headers.set('user-agent', 'avow-cli')
    if (request.method === 'POST' && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID())
    const limit = new AbortController()
    const { pathname } = new URL(request.url)
    const msMax = checkPaths.test(pathname) ? checksMsMax : answerMsMax
    const timer = pathname.startsWith('/v1/') ? undefined : setTimeout(() => limit.abort(), msMax)
    try {
      return await world.fetch(request, { signal: AbortSignal.any([request.signal, limit.signal]) })
    } catch (error) {
      if (init?.signal?.aborted) throw error
      const reason = limit.signal.aborted ? `no answer within ${msMax / 1000} s` : reasonOf(error)
      throw unreachable(url(), reason, error)
    } finally {
      clearTimeout(timer)
    }
  }

export const openSession = (world: World, common: CommonFlags): Session => {
  const paint = palette(common.color && wantsColour(world.terminal, world.environment))
  let connection: Connection | undefined
  const session: Session = {
    world,
    common,
    paint,
    connection: () => {
      connection ??= resolveConnection(common, world)
      return connection
    },
    fetch: patientFetch(world, () => session.connection().url.value),
    api: () => {
      const { url, token } = session.connection()
      return createClient({
        baseUrl: url.value,
        fetch: session.fetch,
        ...(token === undefined ? {} : { token: token.value }),
      })
    },
    print: (value, text) => {
      world.terminal.output.write(common.json ? `${JSON.stringify(value, null, 2)}\n` : text())
    },
    printList: (page, columns, whenEmpty) => {
      const shown = columnsThatFit(page.items, columns, world.terminal.columns)
      session.print(page, () =>
        page.items.length === 0
          ? ''
          : renderTable(page.items, shown, { columns: world.terminal.columns, heading: paint.dim }),
      )
      if (common.json) return
      const leftOut = columns.filter((column) => !shown.includes(column)).map((column) => column.title)
      if (leftOut.length > 0)
        session.note(`The screen is too narrow for ${leftOut.join(', ')}: --json shows everything.`)
      if (page.items.length === 0) session.note(whenEmpty)
      else if (page.nextCursor !== null) session.note(`There is more: --all shows everything, --limit N more at once.`)
    },
    note: (text) => {
      world.terminal.errors.write(`${text}\n`)
    },
    must: async (answer) => {
      const { data, error, response } = await answer
      if (response.ok) return data as never
      const problem = problemFrom(response.status, error)
      const docs = problem.type === '' ? '' : new URL(problem.type, session.connection().url.value).href
      throw failureOf({ ...problem, type: docs })
    },
    pages: async (get) => {
      const wanted = common.all ? Number.POSITIVE_INFINITY : (common.limit ?? 50)
      const items: Awaited<ReturnType<typeof session.pages>>['items'][number][] = []
      let cursor: string | null = null
      do {
        const limit = Math.min(pageSizeMax, wanted - items.length)
        const page: Page<unknown> = await session.must(get(cursor === null ? { limit } : { limit, cursor }))
        items.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null && items.length < wanted)
      return { items, nextCursor: cursor } as never
    },
  }
  return session
}
