import type { RequestListener, Server } from 'node:http'
import type { FastifyInstance, LightMyRequestResponse as InjectedResponse } from 'fastify'
import { type Config, isLoopback } from '../config.ts'
import type { InnerRequest, InnerResponse, ListeningPoint, Readers } from '../modules/privacy/index.ts'
import type { TransportGate } from '../platform/gates/index.ts'
import { probeAddress } from '../platform/http/index.ts'
import type { RestoreGuard } from './restore-guard.ts'

/** A page or an answer of the API, for the checks of the policy. */
const innerResponse = ({ statusCode, headers, body }: InjectedResponse): InnerResponse => {
  const isJson = /\bjson\b/.test(String(headers['content-type']))
  return { status: statusCode, headers, body: isJson ? (JSON.parse(body) as unknown) : body || null }
}

/** What is known only once everything is made: the checks of the policy look at it. */
export interface Running {
  call(request: InnerRequest): Promise<InnerResponse>
  listening(): ListeningPoint | null
  publicUrl(): string
  isStopping(): boolean
  /** State of a restore for /readyz. */
  restore(): ReturnType<RestoreGuard['part']>
  /** Everything that reads: the routes of the control plane and the jobs. */
  readers(): Readers
}

/** Filled while the whole is made. */
export interface RunningState {
  url: string
  isStopping: boolean
  api?: FastifyInstance
  guard?: RestoreGuard
  readers?: Readers
}

/** What modules ask of the whole, which is not made yet when they are. */
export const createRunning = (config: Config, state: RunningState): Running => ({
  restore: () => state.guard?.part() ?? [],
  readers: () => state.readers ?? { routes: [], jobs: [] },
  publicUrl: () => config.publicUrl ?? state.url,
  isStopping: () => state.isStopping,
  listening: () =>
    state.url === ''
      ? null
      : { host: config.host, port: Number(new URL(state.url).port), isTls: config.tls !== undefined },
  call: async ({ method, path, body, headers }) => {
    if (state.api === undefined) throw new Error('the control plane is not made yet')
    const response = await state.api.inject({
      method,
      url: path,
      remoteAddress: probeAddress,
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: body }),
    })
    return innerResponse(response)
  },
})

/** Listens for everything; nothing is handled while a restore is not done. */
export const createListener = (
  config: Config,
  transport: TransportGate,
  guard: RestoreGuard,
  handlerFor: (path: string) => RequestListener,
): Server => {
  const wish = { host: config.host, isLoopback: isLoopback(config.host), tls: config.tls }
  const listener = transport.createListener(wish, (request, response) => {
    if (!guard.refuse(request, response)) handlerFor(request.url ?? '/')(request, response)
  })
  listener.keepAliveTimeout = 65_000
  return listener
}
