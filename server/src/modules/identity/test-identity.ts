import {
  accountEndpoints,
  type Endpoint,
  keyEndpoints,
  organisationEndpoints,
  projectEndpoints,
  staffEndpoints,
} from '@avow/contract'
import { type Duration, parseDuration, parsePeriod, type RetentionRule } from '@avow/policy'
import type { FastifyInstance } from 'fastify'
import { expect, vi } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { createPasswordGate } from '../../platform/gates/index.ts'
import { createApi } from '../../platform/http/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { createMailer, listMail } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { openTestVault } from '../../platform/vault/test-vault.ts'
import { createIdentity, type Identity, type IdentityDeps } from './index.ts'
import { totpCode, totpStep } from './second-factor/totp.ts'

export const goodPassword = 'four unrelated words here'
export const operatorToken = 'token-of-the-machine'

export interface Answer {
  status: number
  /** Parsed JSON; null when there was none. */
  body: unknown
  headers: Record<string, unknown>
}

const lookUp = (tree: unknown, path: string): unknown =>
  path.split('.').reduce((at, step) => (at as Record<string, unknown> | null | undefined)?.[step], tree)

/** A text of an answer by its path, such as `items.0.id`. @throws if there is none */
export const read = (answer: Answer, path: string): string => {
  const value = lookUp(answer.body, path)
  if (typeof value === 'string') return value
  throw new Error(`no text at ${path} of an answer with status ${answer.status}: ${JSON.stringify(answer.body)}`)
}

/** A field of each row of a list. */
export const column = (answer: Answer, name: string): unknown[] =>
  (lookUp(answer.body, 'items') as Record<string, unknown>[]).map((row) => row[name])

/** Sends a request as someone: a bearer token, a cookie header, or nobody. */
export type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

export interface Member {
  email: string
  personId: string
  token: string
  organisationId: string
  projectId: string
  send: Send
}

/** One server process. */
export interface TestServer {
  readonly identity: Identity
  readonly send: Send
  readonly as: (token: string) => Send
  /** Nobody, from an IP address. */
  readonly from: (ipAddress: string) => Send
}

/** What the tests of this module stand on: the real parts, a database of their own and a clock that they move. */
export interface TestIdentity extends TestServer {
  readonly database: TestDatabase
  readonly clock: ReturnType<typeof movableClock>
  /** By which a sealed address is found in the tables. */
  emailIndex(email: string): string
  /** The newest mails first. */
  mails(to: string): Promise<{ kind: string; subject: string; text: string; links: readonly string[] }[]>
  /** The token in the newest mail's link. */
  mailedToken(to: string): Promise<string>
  /** Signs up, verifies and signs in. */
  join(email: string): Promise<Member>
  /** Turns two-step sign-in on for someone. */
  addTotp(member: Pick<Member, 'send'>): Promise<{ secret: string; backupCodes: string[] }>
  codeOf(secret: string, stepsAhead?: number): string
  /** Another server process on the same database. */
  again(changes?: Partial<IdentityDeps>): TestServer
  /**
   * Runs requests truly side by side: each goes as far as it can while `rows` (a `select ... for update`) are held;
   * then `change` is made to them, if any, and they are let go.
   */
  sideBySide(rows: string, requests: readonly (() => Promise<Answer>)[], change?: string): Promise<Answer[]>
  close(): Promise<void>
}

/** Every endpoint that identity answers. */
export const identityEndpoints: readonly Endpoint[] = [
  accountEndpoints,
  organisationEndpoints,
  projectEndpoints,
  keyEndpoints,
  staffEndpoints,
].flatMap((group) => Object.values(group))

/** How long sessions last, and from when. */
export const sessionsFor = (
  text: string,
  trigger: RetentionRule['trigger'],
): Pick<IdentityDeps['policy'], 'retention'> => {
  const period = parsePeriod(text)
  if (period === null) throw new Error(`${text} is no period`)
  const rule: RetentionRule = { class: 'session', period, trigger, exceptions: [] }
  return { retention: (wanted) => (wanted === 'session' ? rule : null) }
}

const duration = (text: string): Duration => {
  const parsed = parseDuration(text)
  if (parsed === null) throw new Error(`${text} is no duration`)
  return parsed
}

export const testPolicy: IdentityDeps['policy'] = {
  accounts: { erasureDelay: duration('P3D'), reopenWithin: duration('P14D'), addressUndo: duration('P3D'), idle: null },
  minimumAge: 16,
  passwordLengthMin: 12,
  password: { algorithm: 'bcrypt', cost: 4 },
  staffSecondFactor: 'required',
  ...sessionsFor('P7D', 'last-activity'),
}

/** Each request comes a millisecond after the one before, so that lists have an order. */
const senderTo =
  (api: FastifyInstance, clock: TestIdentity['clock']) =>
  (own: Record<string, string>, remoteAddress = '127.0.0.1'): Send =>
  async (method, path, body, headers = {}) => {
    clock.advance(1)
    const payload = body === undefined ? {} : { payload: body as object }
    const all = { ...own, ...headers }
    const request = { method: method as 'GET', url: `/api/v1${path}`, headers: all, remoteAddress, ...payload }
    const response = await api.inject(request)
    const answer: unknown = response.body === '' ? null : response.json()
    return { status: response.statusCode, body: answer, headers: response.headers }
  }

const outboxOf = (database: TestDatabase, vault: Vault): Pick<TestIdentity, 'mails' | 'mailedToken'> => {
  const mails: TestIdentity['mails'] = (to) => listMail(database.direct, vault, { to, limit: 1000 })
  return {
    mails,
    mailedToken: async (to) => {
      const link = (await mails(to))[0]?.links[0]
      const token = link === undefined ? null : new URL(link).searchParams.get('token')
      if (token === null) throw new Error(`no link with a token was mailed to ${to}`)
      return token
    },
  }
}

const waitingBackends =
  "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

const sideBySideOn =
  (database: TestDatabase): TestIdentity['sideBySide'] =>
  async (rows, requests, change) => {
    const holder = await database.pool.connect()
    try {
      await holder.query('begin')
      await holder.query(rows)
      const running = Promise.all(requests.map((request) => request()))
      // Asked outside the holder's transaction, in which the view would not change.
      const countWaiting = async () => (await database.pool.query<{ n: number }>(waitingBackends)).rows[0]?.n
      await vi.waitFor(async () => expect(await countWaiting()).toBe(requests.length), { timeout: 15_000 })
      if (change !== undefined) await holder.query(change)
      await holder.query('commit')
      return await running
    } finally {
      holder.release()
    }
  }

const joiner =
  (test: Pick<TestIdentity, 'send' | 'as' | 'mailedToken'>): TestIdentity['join'] =>
  async (email) => {
    const { send } = test
    const applicant = { email, password: goodPassword, name: `Person ${email}`, birthDate: '1990-01-31' }
    await send('POST', '/auth/sign-up', applicant)
    await send('POST', '/auth/verify-email', { token: await test.mailedToken(email) })
    const signedIn = await send('POST', '/auth/sign-in', { email, password: goodPassword, tokenWanted: true })
    const token = read(signedIn, 'token')
    const mine = test.as(token)
    const organisationId = read(await mine('GET', '/me'), 'organisations.0.id')
    const projectId = read(await mine('GET', `/organisations/${organisationId}/projects`), 'items.0.id')
    return { email, personId: read(signedIn, 'person.id'), token, organisationId, projectId, send: mine }
  }

export const createTestIdentity = async (start = '2026-11-22T10:00:00.000Z'): Promise<TestIdentity> => {
  const database = await createTestDatabase()
  const clock = movableClock(new Date(start))
  const log = createLog('silent')
  const vault = await openTestVault(database.url)
  const deps: IdentityDeps = {
    database,
    databaseUrl: database.url,
    clock,
    log,
    vault,
    policy: testPolicy,
    mail: createMailer({ database, clock, vault, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' }),
    publicUrl: () => 'http://127.0.0.1:9400',
    passwordGate: createPasswordGate(testPolicy.password),
    knownModels: async () => new Set(['a', 'b', 'm', 'llama-3.3-70b-instruct']),
    operatorToken: { matches: (token) => token === operatorToken },
    acted: async () => undefined,
  }
  const closers: (() => Promise<void>)[] = []
  const again: TestIdentity['again'] = (changes = {}) => {
    const identity = createIdentity({ ...deps, ...changes })
    const { routes, authorise } = identity
    const rest = { isOwnOrigin: () => false, isSecure: false, observe: () => undefined }
    const api = createApi({ database, clock, vault, log, authorise, routes, endpoints: identityEndpoints, ...rest })
    closers.push(() => api.close(), identity.stop)
    const sender = senderTo(api, clock)
    const from = (ipAddress: string) => sender({}, ipAddress)
    return { identity, send: sender({}), as: (token) => sender({ authorization: `Bearer ${token}` }), from }
  }
  const first = again()
  const outbox = outboxOf(database, vault)
  const codeOf = (secret: string, stepsAhead = 0) => totpCode(secret, totpStep(clock.nowMs()) + stepsAhead)
  return {
    ...first,
    ...outbox,
    database,
    clock,
    emailIndex: (email) => vault.blindIndex('email', email),
    again,
    codeOf,
    sideBySide: sideBySideOn(database),
    join: joiner({ ...first, ...outbox }),
    addTotp: async (member) => {
      const begun = await member.send('POST', '/me/totp', { password: goodPassword })
      const secret = read(begun, 'secret')
      const backupCodes = Array.from({ length: 10 }, (_, i) => read(begun, `backupCodes.${i}`))
      await member.send('POST', '/me/totp/confirm', { code: codeOf(secret) })
      return { secret, backupCodes }
    },
    close: async () => {
      for (const close of closers) await close()
      await vault.close()
      await database.close()
    },
  }
}
