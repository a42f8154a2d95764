import { Readable, Writable } from 'node:stream'
import { runCli } from './run-cli.ts'
import type { World } from './session.ts'

/** What a captured run left behind. */
export interface Captured {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const collector = (): { stream: Writable; text: () => string } => {
  const parts: Buffer[] = []
  const stream = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(parts).toString('utf8') }
}

/** Runs a command line in this process and keeps what it printed: for tests of the CLI itself. */
export const runCaptured = async (
  argv: readonly string[],
  world: Partial<Omit<World, 'terminal'>> & { readonly input?: string; readonly columns?: number } = {},
): Promise<Captured> => {
  const output = collector()
  const errors = collector()
  const code = await runCli(argv, {
    environment: {},
    workingFolder: '/',
    homeFolder: '/',
    now: () => new Date('2026-03-01T12:00:00Z'),
    fetch: globalThis.fetch,
    onInterrupt: () => () => undefined,
    ...world,
    terminal: {
      input: Readable.from([world.input ?? '']),
      output: output.stream,
      errors: errors.stream,
      isInteractive: false,
      isScreen: world.columns !== undefined,
      columns: world.columns ?? Number.POSITIVE_INFINITY,
    },
  })
  return { code, stdout: output.text(), stderr: errors.text() }
}
