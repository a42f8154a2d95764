/**
 * `npm start`: sets the checkout up, then runs the server with the pinned Node and stands aside. `npm run gateway` does the
 * same with a gateway beside it.
 * Progress goes to standard error; standard output belongs to the server.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { nodeFlags } from '../server/src/start/node-flags.mjs'
import { say } from './setup/progress.mjs'
import { pinnedNode, root, toolEnvironment } from './setup/run.mjs'
import { setUp, stopOnSignals } from './setup.mjs'

const stopHandling = stopOnSignals()
try {
  const { problems } = await setUp()
  for (const problem of problems) say(`going on although ${problem}`)
} catch (error) {
  say(error.message)
  process.exit(1)
}
stopHandling()
const [entry, ...rest] = process.argv.slice(2)
if (entry === 'gateway') runServer('gateway', rest)
else runServer('up', process.argv.slice(2))

/**
 * The server stays in our process group, so that a kill of the whole group reaches it. A terminal's Ctrl-C therefore
 * arrives there directly as well as through us: the server takes the first signal and ignores the rest.
 */
function runServer(entry, args) {
  const server = spawn(pinnedNode, [...nodeFlags, `server/src/start/${entry}.ts`, ...args], {
    cwd: root,
    env: toolEnvironment(),
    stdio: 'inherit',
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal))
  server.once('error', (error) => {
    say(`the server could not be started: ${error.message}`)
    process.exit(1)
  })
  server.once('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
  })
}
