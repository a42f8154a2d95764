import { type Access, type Endpoint, endpoints } from '@avow/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Actor, type Cast, createCast } from '../src/cast.ts'
import { dockerMissing } from '../src/endpoints.ts'
import { addModel, untilModelReady } from '../src/inference.ts'
import { newEmail, ok, type Person } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let cast: Cast
let versionId: string

/** Nobody can have an endpoint where no container can run. */
const noEndpoints = dockerMissing()
if (noEndpoints !== null) process.stderr.write(`Who may see and delete endpoints is not tested here: ${noEndpoints}\n`)

beforeAll(async () => {
  avow = await startAvow(noEndpoints === null ? {} : { env: { AVOW_ENGINE: 'off' } })
  if (noEndpoints === null) await untilModelReady(avow, 'avow-tiny')
  cast = await createCast(avow)
  await addModel(avow, 'behind-the-gateway', 'http://127.0.0.1:9/v1')
  await ok(avow.api().POST('/api/v1/privacy/report'))
  await ok(
    avow.api().POST('/api/v1/privacy/plans/{organisationId}', {
      params: { path: { organisationId: cast.organisationId } },
      body: { source: 'plan: theirs\nagreement: MSA-1\nsupport: never\n' },
    }),
  )
  versionId = (await ok(avow.api().GET('/api/v1/policy/versions'))).items[0]?.id ?? ''
  return () => avow[Symbol.asyncDispose]()
})

type Outcome = 'let through' | '401 not_signed_in' | '403 forbidden' | '403 second_factor_not_set_up' | '404 not_found'

/** What the contract says about this actor, and nothing else. */
const expected = (access: Access, actor: Actor): Outcome => {
  if (access.kind === 'public') return 'let through'
  if (actor.token === undefined) return '401 not_signed_in'
  if (access.kind === 'person') return 'let through'
  if (access.kind === 'member') {
    if (actor.role === undefined) return '404 not_found'
    return access.roles.includes(actor.role) ? 'let through' : '403 forbidden'
  }
  if (actor.staff === undefined || !access.roles.includes(actor.staff.role)) return '403 forbidden'
  return actor.staff.active ? 'let through' : '403 second_factor_not_set_up'
}

const freshKey = async (): Promise<string> => {
  const path = { projectId: cast.projectId }
  return (
    await ok(cast.owner.api.POST('/api/v1/projects/{projectId}/keys', { params: { path }, body: { name: 'fresh' } }))
  ).id
}
const freshInvitation = async (): Promise<string> => {
  const path = { organisationId: cast.organisationId }
  const body = { email: newEmail('invited') }
  return (
    await ok(cast.owner.api.POST('/api/v1/organisations/{organisationId}/invitations', { params: { path }, body }))
  ).id
}

const budgetFor = async ({ api }: Person, organisationId: string, keyId: string): Promise<string> => {
  const params = { path: { organisationId } }
  const body = { keyId, limitMicros: '1' }
  return (await ok(api.POST('/api/v1/organisations/{organisationId}/budgets', { params, body }))).id
}

/** It sleeps: no container runs for it. */
const endpointFor = async ({ api }: Person, projectId: string): Promise<string> => {
  const params = { path: { projectId } }
  return (await ok(api.POST('/api/v1/projects/{projectId}/endpoints', { params, body: { model: 'avow-tiny' } }))).id
}

/** Anyone may take themselves out, so that is what each member does; strangers try the owner. */
const personFor = (endpoint: Endpoint, actor: Actor): string => {
  if (endpoint.id === 'staff.remove') return cast.leavingStaffId
  return actor.role === undefined ? cast.owner.id : (actor.personId ?? '')
}

/** A real thing for each parameter of a path, so that whoever is let through also finds it. */
const paramsFor = async (endpoint: Endpoint, actor: Actor): Promise<Record<string, string>> => {
  const names = Object.keys(endpoint.params?.shape ?? {})
  const values: Record<string, () => string | Promise<string>> = {
    organisationId: () => cast.organisationId,
    projectId: () => cast.projectId,
    keyId: freshKey,
    invitationId: freshInvitation,
    personId: () => personFor(endpoint, actor),
    sessionId: () => 'no-session',
    modelId: () => 'behind-the-gateway',
    routeId: () => 'no-route',
    clauseId: () => 'START-01',
    token: () => 'no-receipt',
    holdId: () => 'no-hold',
    name: () => 'confidentiality',
    attestationId: () => 'no-statement',
    role: () => 'no-role',
    backupId: () => 'no-backup',
    budgetId: async () => budgetFor(cast.owner, cast.organisationId, await freshKey()),
    mailId: () => 'no-mail',
    authorityRequestId: () => 'no-request',
    grantId: () => 'no-access',
    approvalId: () => 'no-approval',
    requestId: () => 'no-request',
    exportId: () => 'no-export',
    part: () => '0',
    purpose: () => 'security',
    noticeId: () => 'no-notice',
    processorId: () => 'no-processor',
    providerId: () => 'no-provider',
    alertId: () => 'no-alert',
    blockId: () => 'no-block',
    messageId: () => 'no-message',
    versionId: () => versionId,
    bodyId: () => 'no-body',
    endpointId: () => endpointFor(cast.owner, cast.projectId),
  }
  const entries = names.map(async (name) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${endpoint.id}: say here what ${name} is`)
    return [name, await value()] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

interface Answer {
  readonly status: number
  readonly code: string | undefined
}

const call = async (
  endpoint: Endpoint,
  params: Readonly<Record<string, string>>,
  token: string | undefined,
  body?: unknown,
): Promise<Answer> => {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const response = await fetch(`${avow.url}/api/v1${path}`, {
    method: endpoint.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json().catch(() => undefined)) as { code?: string } | undefined
  return { status: response.status, code: response.ok ? undefined : answer?.code }
}

/** Where a thing is in a state that stops even those who may: proof enough that they were let through. */
const stoppedLater: Readonly<Record<string, string>> = {
  'organisations.removeMember': 'last_owner',
  'models.download': 'conflict',
  'rights.cancelErasure': 'not_found',
  'rights.removeExport': 'not_found',
  'plans.remove': 'not_found',
  'balance.end': 'not_found',
  'choices.object': 'choice_not_open',
  'choices.giveConsent': 'choice_not_open',
  'choices.withdrawConsent': 'choice_not_open',
  'choicesFor.object': 'choice_not_open',
  'choicesFor.giveConsent': 'choice_not_open',
  'choicesFor.withdrawConsent': 'choice_not_open',
  // This policy holds none.
  'bodies.list': 'policy_refused',
  'bodies.get': 'policy_refused',
  'bodies.remove': 'policy_refused',
  'bodies.removeAll': 'policy_refused',
}

/** Outside organisations who may not is told so before anything is looked up: what is not found was looked for. */
const lookedFor = ({ access }: Endpoint, params: Readonly<Record<string, string>>, code: string | undefined): boolean =>
  access.kind !== 'member' && code === 'not_found' && Object.values(params).some((value) => value.startsWith('no-'))

/** A body that no endpoint takes: whoever is let through learns that it is not valid, and nothing is changed. */
const invalidBody: unknown[] = []

const outcomeOf = (endpoint: Endpoint, params: Readonly<Record<string, string>>, { status, code }: Answer): string => {
  const wasLetThrough =
    status === endpoint.status ||
    (endpoint.body !== undefined && code === 'invalid_request') ||
    code === stoppedLater[endpoint.id] ||
    lookedFor(endpoint, params, code)
  return wasLetThrough ? 'let through' : `${status} ${code}`
}

test('what belongs to another tenant is not found below one’s own project or organisation', async () => {
  const { foreign } = cast
  const key = await ok(
    foreign.owner.api.POST('/api/v1/projects/{projectId}/keys', {
      params: { path: { projectId: foreign.projectId } },
      body: { name: 'theirs' },
    }),
  )
  const invitation = await ok(
    foreign.owner.api.POST('/api/v1/organisations/{organisationId}/invitations', {
      params: { path: { organisationId: foreign.organisationId } },
      body: { email: newEmail('theirs') },
    }),
  )
  const bodies: Record<string, unknown> = {
    'keys.update': { name: 'mine' },
    'keys.rotate': {},
    'budgets.update': { limitMicros: '2' },
    'organisations.changeMember': { role: 'viewer' },
    'endpoints.update': { restart: true },
  }
  const params = {
    organisationId: cast.organisationId,
    projectId: cast.projectId,
    keyId: key.id,
    invitationId: invitation.id,
    personId: foreign.owner.id,
    budgetId: await budgetFor(foreign.owner, foreign.organisationId, key.id),
    endpointId: noEndpoints === null ? await endpointFor(foreign.owner, foreign.projectId) : 'no-endpoint',
  }
  const below = endpoints.filter(
    ({ access, path }) =>
      access.kind === 'member' && /\{(keyId|invitationId|personId|budgetId|endpointId)\}/.test(path),
  )
  expect(below.length).toBeGreaterThanOrEqual(6)
  for (const endpoint of below) {
    const answer = await call(endpoint, params, cast.owner.token, bodies[endpoint.id])
    expect([endpoint.id, answer]).toEqual([endpoint.id, { status: 404, code: 'not_found' }])
  }
  const untouched = await ok(
    foreign.owner.api.GET('/api/v1/projects/{projectId}/keys/{keyId}', {
      params: { path: { projectId: foreign.projectId, keyId: key.id } },
    }),
  )
  expect(untouched).toMatchObject({ name: 'theirs', state: 'active' })
})

test('a viewer sees that a project keeps bodies, and not what they say', async () => {
  const viewer = cast.actors.find(({ role }) => role === 'viewer')
  const below = endpoints.filter(({ tag, access }) => tag === 'Kept bodies' && access.kind === 'member')
  const seen = await Promise.all(
    below.map(async (endpoint) => {
      const params = { projectId: cast.projectId, bodyId: 'no-body' }
      const body = 'body' in endpoint ? invalidBody : undefined
      return [endpoint.id, (await call(endpoint, params, viewer?.token, body)).code !== 'forbidden']
    }),
  )
  expect(Object.fromEntries(seen)).toEqual({
    ...{ 'bodies.keeping': true, 'bodies.list': true, 'bodies.keep': false },
    ...{ 'bodies.get': false, 'bodies.remove': false, 'bodies.removeAll': false },
  })
})

/** What takes a part of the cast away comes last. */
const last = ['plans.remove', 'organisations.removeMember', 'models.remove', 'staff.remove', 'account.signOut']
const inOrder = [...endpoints].sort((a, b) => last.indexOf(a.id) - last.indexOf(b.id))

describe('every endpoint lets in exactly whom the contract names', () => {
  const tried = inOrder.filter(({ path }) => noEndpoints === null || !path.includes('{endpointId}'))
  test.each(tried.map((endpoint) => [endpoint.id, endpoint] as const))('%s', async (_id, endpoint) => {
    const body = endpoint.body === undefined ? undefined : invalidBody
    const seen = cast.actors.map(async (actor) => {
      const params = await paramsFor(endpoint, actor)
      return [actor.name, outcomeOf(endpoint, params, await call(endpoint, params, actor.token, body))] as const
    })
    const wanted = cast.actors.map((actor) => [actor.name, expected(endpoint.access, actor)])
    expect(Object.fromEntries(await Promise.all(seen))).toEqual(Object.fromEntries(wanted))
  })
})

test('the matrix knows every kind of actor and covers the whole contract', () => {
  expect(new Set(cast.actors.map(({ name }) => name)).size).toBe(cast.actors.length)
  expect(cast.actors.length).toBeGreaterThanOrEqual(11)
  expect(inOrder).toHaveLength(endpoints.length)
})

test('a stranger learns nothing from an address that does not exist', async () => {
  const response = await fetch(`${avow.url}/api/v1/no/such/thing`)
  expect([response.status, response.headers.get('content-type')]).toEqual([
    404,
    expect.stringContaining('application/problem+json'),
  ])
})
