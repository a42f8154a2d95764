import type { IncomingMessage, ServerResponse } from 'node:http'
import { describeError } from '../../../platform/log/index.ts'
import type { Reservation, Reserved } from '../../billing/index.ts'
import type { Capture } from '../bodies/index.ts'
import { answerStored, storedPath } from './answer-stored.ts'
import type { Call, CallDeps, CallTimeouts } from './call-facts.ts'
import { type Admission, type CallLimits, createCallLimits } from './call-limits.ts'
import { ChatCall } from './chat-call.ts'
import { costOfRequest } from './cost-of-request.ts'
import { elsewhereOf, spliceFor } from './elsewhere.ts'
import type { GatewayDeps } from './gateway-deps.ts'
import type { KeyRecord } from './key-directory.ts'
import { createKeyDoor, isKey, type KeyDoor } from './key-door.ts'
import { isMember, memberFor } from './member-for.ts'
import type { ModelRoute, ModelTarget, PoolMember } from './model-route.ts'
import { mayUse, modelsAnswer, modelsPath } from './models-answer.ts'
import { type OpenAiError, refuse, sendError } from './openai-error.ts'
import { type Operation, operationAt } from './operation.ts'
import { type Given, isTranslated, prepareRequest, scanGiven } from './prepare-request.ts'
import { readBody } from './read-body.ts'
import { refusalOfBudgets } from './refusal-of-budgets.ts'
import { refuseScan } from './refuse-scan.ts'
import { createRequestIds } from './request-ids.ts'
import type { ScannedRequest } from './scan-request.ts'
import { headerOf } from './secret-of-request.ts'
import { sendJson } from './send-json.ts'
import { translationOf } from './translation-of.ts'
import { addressAt } from './turnstile.ts'
import { estimateTokens } from './usage-of-call.ts'

/** The inference path: everything under /v1, straight on `node:http`. */
export interface Gateway {
  /** Answers a request whose path begins with /v1/. */
  handle(req: IncomingMessage, res: ServerResponse): void
  activeCalls(): number
  /** Takes no new calls, lets those under way end for `graceMs`, then ends them; each is booked. */
  close(graceMs: number): Promise<void>
}

interface Asked extends Given {
  readonly route: ModelRoute
  readonly request: ScannedRequest
}

/** Nothing but money is wanting. */
interface Ready extends Asked {
  readonly member: PoolMember
  readonly target: ModelTarget
  readonly admission: Admission
  readonly picos: bigint
  readonly atMs: number
}

const unbudgeted: Reserved = { kind: 'reserved', reservation: null }
const unasked: Reserved = { kind: 'away' }
const defaultTimeouts: CallTimeouts = { firstByteMs: 600_000, idleMs: 120_000 }
const answerBytesMax = 64 * 1024 * 1024
/** Set aside against tokens per minute when a request names no limit. */
const answerTokensGuess = 256

export const createGateway = (deps: GatewayDeps): Gateway => new HttpGateway(deps)

class HttpGateway implements Gateway {
  readonly #deps: GatewayDeps
  readonly #door: KeyDoor
  readonly #limits: CallLimits
  readonly #nextId: (req: IncomingMessage) => string
  readonly #active = new Set<Call>()
  readonly #callDeps: CallDeps
  #drained: (() => void) | null = null
  #closing = false

  constructor(deps: GatewayDeps) {
    this.#deps = deps
    this.#door = createKeyDoor(deps)
    this.#limits = deps.callLimits ?? createCallLimits()
    this.#nextId = deps.nextId ?? createRequestIds(() => deps.clock.nowMs())
    this.#callDeps = {
      metering: deps.metering,
      metrics: deps.metrics,
      watch: deps.watch ?? null,
      clock: deps.clock,
      timeouts: deps.timeouts ?? defaultTimeouts,
      answerBytesMax,
      ended: (call) => {
        this.#active.delete(call)
        if (this.#active.size === 0) this.#drained?.()
      },
    }
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const requestId = this.#nextId(req)
    const url = req.url ?? '/'
    const query = url.indexOf('?')
    const path = query === -1 ? url : url.slice(0, query)
    this.#guard(res, requestId, () => {
      const operation = operationAt(path)
      if (operation !== undefined) this.#operate(req, res, requestId, operation)
      else if (path === modelsPath || path.startsWith(`${modelsPath}/`)) this.#models(req, res, requestId, path)
      else if (path.startsWith(storedPath)) this.#stored(req, res, requestId, url)
      else this.#deny(res, requestId, refuse.noSuchRoute(req.method ?? '', path.slice(0, 200)))
    })
  }

  activeCalls(): number {
    return this.#active.size
  }

  async close(graceMs: number): Promise<void> {
    this.#closing = true
    const empty = new Promise<void>((resolve) => {
      this.#drained = resolve
      if (this.#active.size === 0) resolve()
    })
    const timer = setTimeout(() => {
      for (const call of this.#active) call.interrupt()
    }, graceMs)
    await empty
    clearTimeout(timer)
    this.#door.close()
  }

  #operate(req: IncomingMessage, res: ServerResponse, requestId: string, operation: Operation): void {
    if (req.method !== 'POST') {
      this.#deny(res, requestId, refuse.wrongMethod(req.method ?? '', operation.path, 'POST'))
      return
    }
    if (this.#closing) {
      this.#deny(res, requestId, refuse.stopping(), ['connection', 'close'])
      return
    }
    const { bodyBytesMax } = this.#deps
    this.#withKey(req, res, requestId, (key) =>
      readBody(req, bodyBytesMax, (body) => {
        if (body === null) this.#deny(res, requestId, refuse.tooLarge(bodyBytesMax))
        else
          this.#guard(res, requestId, () => this.#prepare(req, res, requestId, { key, operation, body, asked: null }))
      }),
    )
  }

  #prepare(req: IncomingMessage, res: ServerResponse, requestId: string, given: Given): void {
    if (!isTranslated(given)) {
      this.#route(req, res, requestId, given)
      return
    }
    // Before it is read what was said before.
    const { refusal, headers } = this.#limits.count(given.key, this.#deps.clock.monotonicMs())
    if (refusal !== null) {
      this.#deny(res, requestId, refusal, headers)
      return
    }
    void prepareRequest(this.#deps, requestId, given).then((prepared) =>
      this.#guard(res, requestId, () => {
        if ('status' in prepared) this.#deny(res, requestId, prepared)
        else this.#route(req, res, requestId, prepared)
      }),
    )
  }

  #route(req: IncomingMessage, res: ServerResponse, requestId: string, given: Given): void {
    const request = scanGiven(given)
    if (!request.ok) {
      this.#deny(res, requestId, refuseScan(request))
      return
    }
    const { models } = this.#deps
    const route = models.find(request.model)
    if (route !== undefined) {
      this.#send(req, res, requestId, { ...given, route, request })
      return
    }
    void models.lookAgain().then(() =>
      this.#guard(res, requestId, () => {
        const found = models.find(request.model)
        if (found === undefined) this.#deny(res, requestId, refuse.noSuchModel(request.model.slice(0, 200)))
        else this.#send(req, res, requestId, { ...given, route: found, request })
      }),
    )
  }

  #send(req: IncomingMessage, res: ServerResponse, requestId: string, asked: Asked): void {
    const { key, operation, route, body, request } = asked
    if (!mayUse(key, route)) {
      this.#deny(res, requestId, refuse.noSuchModel(request.model.slice(0, 200)))
      return
    }
    const member = memberFor(this.#deps, key, route, request)
    if (!isMember(member)) {
      this.#deny(res, requestId, member, [], asked)
      return
    }
    const { target } = member
    if (target === null) throw new Error('a member was chosen that is not there')
    const answerTokens = operation.writes ? (request.tokensMax ?? answerTokensGuess) : 0
    const wantedTokens = estimateTokens(body.length) + answerTokens
    const picos = costOfRequest(asked)
    const admission = this.#limits.admit(key, wantedTokens, this.#deps.clock.monotonicMs(), isTranslated(asked))
    if (admission.refusal !== null) {
      this.#deny(res, requestId, admission.refusal, admission.headers, asked)
      return
    }
    const atMs = this.#deps.clock.nowMs()
    const ready: Ready = { ...asked, member, target, admission, picos, atMs }
    const reserved = this.#reserve(ready)
    const begin = (outcome: Reserved): void => this.#begin(req, res, requestId, ready, outcome)
    if (!(reserved instanceof Promise)) begin(reserved)
    else void reserved.catch(() => unasked).then((outcome) => this.#guard(res, requestId, () => begin(outcome)))
  }

  #reserve({ key, picos, atMs, admission }: Ready): Reserved | Promise<Reserved> {
    try {
      return this.#deps.spending?.reserve(key, picos, atMs) ?? unbudgeted
    } catch (error) {
      admission.settle(0)
      throw error
    }
  }

  #begin(req: IncomingMessage, res: ServerResponse, requestId: string, ready: Ready, reserved: Reserved): void {
    const { admission } = ready
    // Waiting for a budget takes time, in which this process may have begun to stop.
    const refusal = this.#closing ? refuse.stopping() : refusalOfBudgets(reserved, ready.picos)
    if (reserved.kind !== 'reserved' || refusal !== null || res.destroyed) {
      if (reserved.kind === 'reserved') reserved.reservation?.settle(0n)
      admission.settle(0)
      if (refusal !== null) this.#deny(res, requestId, refusal, admission.headers, ready)
      return
    }
    try {
      this.#start(req, res, requestId, ready, reserved.reservation)
    } catch (error) {
      reserved.reservation?.settle(0n)
      admission.settle(0)
      throw error
    }
  }

  #start(
    req: IncomingMessage,
    res: ServerResponse,
    requestId: string,
    ready: Ready,
    reservation: Reservation | null,
  ): void {
    const { key, operation, route, request, member, target, admission, atMs } = ready
    this.#deps.keys.touched(key.keyId, atMs)
    const [origin, capture] = [this.#originOf(req), request.store === false ? null : this.#beginCapture(ready)]
    const translation = translationOf(ready, requestId, capture)
    const at = { member, target, provider: member.provider, elsewhere: elsewhereOf(this.#deps, ready) }
    const about = { requestId, atMs, key, route, operation, admission, reservation, origin, capture }
    const facts = { ...about, ...at, translation, stream: request.stream, ...spliceFor(target, ready) }
    const call = new ChatCall(this.#callDeps, facts, req, res)
    this.#active.add(call)
    call.start()
  }

  #originOf(req: IncomingMessage): string | null {
    const { origins } = this.#deps.metering
    return origins === null ? null : origins.note(addressAt(this.#deps, req), headerOf(req, 'user-agent') ?? null)
  }

  #beginCapture({ key: { projectId, organisationId }, operation, body, asked }: Asked): Capture | null {
    const call = { projectId, organisationId, operation: operation.name, request: asked?.body ?? body }
    return this.#deps.bodies?.begin(call) ?? null
  }

  #models(req: IncomingMessage, res: ServerResponse, requestId: string, path: string): void {
    if (req.method !== 'GET') {
      this.#deny(res, requestId, refuse.wrongMethod(req.method ?? '', path, 'GET'))
      return
    }
    const { models } = this.#deps
    this.#withKey(req, res, requestId, (key) => {
      const answer = modelsAnswer(models, key, path)
      if (typeof answer === 'string') sendJson(res, requestId, 200, answer)
      else this.#deny(res, requestId, refuse.noSuchModel(answer.unknown))
    })
  }

  #stored(req: IncomingMessage, res: ServerResponse, requestId: string, url: string): void {
    const { stored, log, clock } = this.#deps
    this.#withKey(req, res, requestId, (key) => {
      const { refusal, headers } = this.#limits.count(key, clock.monotonicMs())
      if (refusal !== null) this.#deny(res, requestId, refusal, headers)
      else
        void answerStored(stored, log, { requestId, method: req.method ?? '', url, key }).then((answer) =>
          this.#guard(res, requestId, () => {
            if (typeof answer === 'string') sendJson(res, requestId, 200, answer, headers)
            else this.#deny(res, requestId, answer, headers)
          }),
        )
    })
  }

  #withKey(req: IncomingMessage, res: ServerResponse, requestId: string, next: (key: KeyRecord) => void): void {
    const go = (found: KeyRecord | OpenAiError): void => {
      if (isKey(found)) next(found)
      else this.#deny(res, requestId, found)
    }
    const asked = this.#door.ask(req)
    if (!(asked instanceof Promise)) {
      go(asked)
      return
    }
    asked.then(
      (found) => this.#guard(res, requestId, () => go(found)),
      (error: unknown) => {
        this.#deps.log.warn({ event: 'key-lookup-failed', requestId, ...describeError(error) }, 'a key look-up failed')
        this.#deny(res, requestId, refuse.keysUnreadable())
      },
    )
  }

  #deny(res: ServerResponse, requestId: string, error: OpenAiError, headers: readonly string[] = [], of?: Asked): void {
    this.#deps.metrics.refused(error.code ?? error.type)
    if (of !== undefined) this.#deps.watch?.refused(error.code ?? error.type, of)
    sendError(res, requestId, error, headers)
  }

  /** Nothing that goes wrong with one request may end the process, or leave its caller waiting. */
  #guard(res: ServerResponse, requestId: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#deps.log.error({ event: 'gateway-failed', requestId, ...describeError(error) }, 'the gateway failed')
      this.#deny(res, requestId, refuse.internal(requestId))
    }
  }
}
