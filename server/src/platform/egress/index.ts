import { Agent, errors, Pool, request } from 'undici'
import { guardedConnector } from './guarded-connect.ts'

export * from './connections.ts'
export * from './fetch.ts'
export { type MailToSend, openSmtp } from './open-smtp.ts'
export { hostOf, isForbiddenAddress, outsiderAt } from './outside-address.ts'

const connectTimeoutMs = 5000

/** Connections to a model's server, which the egress gate has judged. */
export const openPool = (origin: string): Pool =>
  new Pool(origin, { pipelining: 1, connect: guardedConnector(connectTimeoutMs) })

/** Connections to a program of our own on this machine, by a Unix socket: nothing leaves it, so no gate judges them. */
export interface SocketPool extends Pick<Pool, 'dispatch'> {
  /** @returns the status of the answer to a GET; null when there is none in time */
  statusOf(path: string, withinMs: number): Promise<number | null>
  close(): Promise<void>
}

export const openSocketPool = (socketPath: string): SocketPool => {
  const pool = new Pool('http://localhost', { pipelining: 1, connect: { socketPath, timeout: connectTimeoutMs } })
  return {
    dispatch: (options, handler) => pool.dispatch(options, handler),
    statusOf: async (path, withinMs) => {
      try {
        const answer = await pool.request({ path, method: 'GET', signal: AbortSignal.timeout(withinMs) })
        await answer.body.dump()
        return answer.statusCode
      } catch {
        return null
      }
    },
    close: () => pool.destroy(),
  }
}

/** How a call of a pool may fail. */
export const poolErrors = errors

/** Asks addresses whether they answer: no redirect is followed, no forbidden address is connected to. */
export interface Prober {
  /** @returns the status of the answer; its body is thrown away. Throws when there is none in time */
  statusOf(url: string, headers: Record<string, string>): Promise<number>
  close(): Promise<void>
}

export const createProber = (withinMs: number): Prober => {
  const agent = new Agent({ connect: guardedConnector(withinMs) })
  return {
    statusOf: async (url, headers) => {
      const answer = await request(url, { dispatcher: agent, headers, signal: AbortSignal.timeout(withinMs) })
      answer.body.on('error', () => undefined).destroy()
      return answer.statusCode
    },
    close: () => agent.destroy(),
  }
}
