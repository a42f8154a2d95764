import { once } from 'node:events'
import OpenAI from 'openai'
import { killTree } from './process-tree.ts'
import { freePort, pidOf, type Running, type RunningAvow, spawnServer, untilReady } from './start-avow.ts'

/** A gateway in a process of its own beside a running Avow, on its database and data folder. */
export interface RunningGateway {
  readonly name: string
  readonly url: string
  /** The official client on this process. It does not retry, so that a test sees every answer. */
  openai(apiKey: string): OpenAI
  /** kill -9 */
  kill9(): Promise<void>
  /** SIGTERM; gives the exit code and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>
  /** Starts again under the same name, on the same port. */
  restart(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const startGateway = async (avow: RunningAvow, name: string): Promise<RunningGateway> => {
  const port = await freePort()
  let running: Running
  let url = ''
  const launch = async (): Promise<void> => {
    running = spawnServer(avow.folder, port, { entry: 'gateway', env: { AVOW_GATEWAY: name } })
    url = await untilReady(running)
  }
  const hasEnded = (): boolean => running.child.exitCode !== null || running.child.signalCode !== null
  const kill9 = async (): Promise<void> => {
    if (hasEnded()) return
    const closed = once(running.child, 'close')
    await killTree(pidOf(running.child))
    await closed
  }
  await launch()
  return {
    name,
    get url() {
      return url
    },
    openai: (apiKey) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }),
    kill9,
    stop: async () => {
      const began = performance.now()
      const closed = once(running.child, 'close')
      running.child.kill('SIGTERM')
      const [code] = (await closed) as [number | null]
      return { code, ms: performance.now() - began }
    },
    restart: launch,
    [Symbol.asyncDispose]: kill9,
  }
}
