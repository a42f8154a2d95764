import { randomBytes } from 'node:crypto'
import type { Access, ErrorCode } from '@avow/contract'
import { type Database, type Databases, inside, type Tx } from '../../platform/db/index.ts'
import { createPasswordGate, type StrangerDoor } from '../../platform/gates/index.ts'
import { createApi, probeAddress, Refusal, type Route, type Visit } from '../../platform/http/index.ts'
import { listMail } from '../../platform/mail/index.ts'
import type { Identity, IdentityDeps } from '../identity/index.ts'
import { type CheckedSystem, type InnerResponse, probe } from './check.ts'

export interface ProbeAnswer extends InnerResponse {
  /** Code of the refusal; null when there is none. */
  readonly code: string | null
}

/** A person who signed up, opened the link in the mail, and signed in. */
export interface ProbePerson {
  readonly email: string
  readonly password: string
  readonly token: string
  readonly personId: string
  readonly organisationId: string
  readonly projectId: string
}

/** The real identity and privacy modules behind their real endpoints, in a transaction of which nothing remains. */
export interface ProbeWorld {
  readonly tx: Tx
  /** The same transaction as a database. */
  readonly database: Database
  /** The same for whoever says what for. */
  readonly databases: Databases
  readonly identity: Pick<Identity, 'routes' | 'authorise' | 'api'>
  /** What answers here. */
  readonly routes: readonly Route[]
  /** @param path below /api/v1 */
  request(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: { body?: object; token?: string; headers?: Readonly<Record<string, string>>; from?: string },
  ): Promise<ProbeAnswer>
  /** @param birthDate YYYY-MM-DD */
  signUp(email: string, password: string, birthDate: string): Promise<ProbeAnswer>
  /** The token in the newest mail to an address; null when there is no mail. */
  mailedToken(email: string): Promise<string | null>
  signIn(email: string, password: string, code?: string): Promise<ProbeAnswer>
  join(): Promise<ProbePerson>
  /** What the control plane logged, at the finest level. */
  logged(): readonly string[]
  /** The code with which an endpoint of this kind of access refuses a session; null when it lets it in. */
  knock(access: Access, params: Record<string, string>, token: string): Promise<ErrorCode | null>
}

export const probeEmail = (): string => `probe-${randomBytes(8).toString('hex')}@avow.invalid`
export const probePassword = (): string => `Probe ${randomBytes(12).toString('base64url')}`

/** Somebody old enough for any policy. */
const adultBirthDate = '1980-01-02'

const field = (body: unknown, ...path: readonly (string | number)[]): string => {
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | null | undefined)?.[key],
    body,
  )
  if (typeof value !== 'string') throw new Error(`the probe got no ${path.join('.')}`)
  return value
}

/** Answers requests by the routes of the world, inside the transaction. */
const requester = (
  system: CheckedSystem,
  databases: Databases,
  { identity, routes }: { identity: ProbeWorld['identity']; routes: readonly Route[] },
  logged: string[],
  { visited = () => undefined, door }: Changed,
): ProbeWorld['request'] => {
  const api = createApi({
    database: databases,
    clock: system.clock,
    vault: system.vault,
    log: system.logTo({ write: (line) => void logged.push(line) }),
    authorise: identity.authorise,
    routes,
    endpoints: [],
    isOwnOrigin: () => true,
    isSecure: false,
    unwanted: system.gates.unwanted,
    observe: () => undefined,
    visited,
    ...(door === undefined ? {} : { door }),
  })
  return async (method, path, { body, token, headers, from = probeAddress } = {}) => {
    const response = await api.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: from,
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { payload: body }),
    })
    const content: unknown = response.body === '' ? null : response.json()
    const code = response.statusCode >= 400 ? field(content, 'code') : null
    return { status: response.statusCode, headers: response.headers, body: content, code }
  }
}

/** What people do at the door, by requests alone; only the mail is read from the outbox. */
const peopleActs = (
  tx: Tx,
  vault: CheckedSystem['vault'],
  request: ProbeWorld['request'],
): Pick<ProbeWorld, 'signUp' | 'signIn' | 'mailedToken' | 'join'> => {
  const signUp: ProbeWorld['signUp'] = (email, password, birthDate) =>
    request('POST', '/auth/sign-up', { body: { email, password, name: 'Probe', birthDate } })
  const signIn: ProbeWorld['signIn'] = (email, password, code) =>
    request('POST', '/auth/sign-in', {
      body: { email, password, tokenWanted: true, ...(code === undefined ? {} : { code }) },
    })
  const mailedToken: ProbeWorld['mailedToken'] = async (email) => {
    const [mail] = await listMail(tx, vault, { to: email, limit: 1 })
    const link = mail?.links[0]
    return link === undefined ? null : new URL(link).searchParams.get('token')
  }
  const join: ProbeWorld['join'] = async () => {
    const [email, password] = [probeEmail(), probePassword()]
    await signUp(email, password, adultBirthDate)
    await request('POST', '/auth/verify-email', { body: { token: await mailedToken(email) } })
    const signedIn = await signIn(email, password)
    const token = field(signedIn.body, 'token')
    const organisations = await request('GET', '/organisations', { token })
    const organisationId = field(organisations.body, 'items', 0, 'id')
    const projects = await request('GET', `/organisations/${organisationId}/projects`, { token })
    const projectId = field(projects.body, 'items', 0, 'id')
    return { email, password, token, personId: field(signedIn.body, 'person', 'id'), organisationId, projectId }
  }
  return { signUp, signIn, mailedToken, join }
}

/**
 * Nobody of a probe outlives its transaction, so their passwords need no cost: the policy's would make a report take most of
 * a minute. What the real gate does has a check of its own.
 */
const passwordGate = createPasswordGate({ algorithm: 'argon2id', memoryKib: 8, iterations: 1, parallelism: 1 })

type Changed = Pick<IdentityDeps, 'suspect'> & {
  readonly visited?: (visit: Visit) => void
  readonly door?: StrangerDoor
}

/** Routes of other modules for the same world. */
type MoreRoutes = (world: Pick<ProbeWorld, 'database' | 'databases' | 'identity'>) => readonly Route[]

const createWorld = (system: CheckedSystem, tx: Tx, more: MoreRoutes, changed: Changed): ProbeWorld => {
  const databases = inside(system.databases, tx)
  const database = databases.duty('check')
  const told = changed.suspect === undefined ? {} : { suspect: changed.suspect }
  const identity = system.identityOn(databases.for('account', 'security', 'legal'), { passwordGate, ...told })
  const logged: string[] = []
  const routes = [...identity.routes, ...more({ database, databases, identity })]
  const request = requester(system, databases, { identity, routes }, logged, changed)
  const knock: ProbeWorld['knock'] = async (access, params, token) => {
    const headers = { authorization: `Bearer ${token}` }
    const facts = {
      id: 'probe',
      ipAddress: probeAddress,
      userAgent: null,
      headers,
      aborted: new AbortController().signal,
    }
    try {
      await identity.authorise(databases.for('account', 'security').on(tx), access, params, facts)
      return null
    } catch (error) {
      if (error instanceof Refusal) return error.code
      throw error
    }
  }
  const acts = peopleActs(tx, system.vault, request)
  return { tx, database, databases, identity, routes, request, knock, logged: () => logged, ...acts }
}

/** Lets a check live through identity's use cases as people do. Nothing of it remains. */
export const withPeople = <T>(
  system: CheckedSystem,
  work: (world: ProbeWorld) => Promise<T>,
  more: MoreRoutes = () => [],
  changed: Changed = {},
): Promise<T> => probe(system.database, (tx) => work(createWorld(system, tx, more, changed)))

/** The same with the routes of this module beside identity's. */
export const withModule = <T>(
  system: CheckedSystem,
  work: (world: ProbeWorld) => Promise<T>,
  changed: Changed = {},
): Promise<T> =>
  withPeople(
    system,
    work,
    ({ database, databases, identity }) =>
      system.routesOn({ ...system, database, databases, accounts: identity.api.accounts }),
    changed,
  )
