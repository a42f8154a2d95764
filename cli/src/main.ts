import { homedir } from 'node:os'
import { runCli } from './run-cli.ts'
import { processTerminal } from './terminal.ts'

/** The process entry: gives the command line to `runCli` and turns its answer into the exit code. */
export const main = async (): Promise<void> => {
  // A reader that leaves early (`avow usage | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  process.exitCode = await runCli(process.argv.slice(2), {
    terminal: processTerminal(),
    environment: process.env,
    workingFolder: process.cwd(),
    homeFolder: homedir(),
    now: () => new Date(),
    fetch: globalThis.fetch,
    onInterrupt: (handler) => {
      process.on('SIGINT', handler)
      return () => process.off('SIGINT', handler)
    },
  })
}
