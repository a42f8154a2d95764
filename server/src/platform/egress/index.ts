import { Agent, request } from 'undici'
import { guardedConnector } from './guarded-connect.ts'

export { guardedConnector } from './guarded-connect.ts'
export { hostOf, isForbiddenAddress, outsiderAt } from './outside-address.ts'

/** Calls of the server to others than its callers, apart from the inference path: model files, health of own engines. */
export const outboundFetch: typeof fetch = (input, init) => fetch(input, init)

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
